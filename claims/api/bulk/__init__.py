"""Everything a ceiling reads as files: tables, parts and packages, written while the records go by."""
