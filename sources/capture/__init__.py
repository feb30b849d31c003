"""Step 2: what was handed in becomes sealed bytes and quotable text.

`pipeline.run` reads top to bottom: fetch -> seal -> judge -> read -> store. Importing this package imports nothing
else, for the child processes that touch hostile bytes start with it and must hold neither models nor settings.
"""
