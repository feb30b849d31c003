"""Step 2: what was handed in becomes sealed bytes and quotable text. Importing this imports no model."""
