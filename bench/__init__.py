"""Synthetic records in any number, and how fast the product answers over them."""
