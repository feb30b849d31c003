"""What each answer holds, field by field: partners and the schema know of nothing that is not listed here."""
