"""Asking a time-stamping authority (RFC 3161), at the address in the settings."""
