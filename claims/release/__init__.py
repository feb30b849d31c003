"""What partners may read: rendering a released version, redacting it, and restricting it at once."""
