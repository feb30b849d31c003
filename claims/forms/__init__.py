"""What people fill in: forms check shape, actions check rules."""
