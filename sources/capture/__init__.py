"""Step 2: what was handed in becomes sealed bytes and quotable text.

Two jobs do it: `visiting.visit` fetches and seals, `storing.read` reads, judges and stores. Importing this package
imports nothing else, for the child processes that touch hostile bytes start with it and must hold neither models nor
settings.
"""
