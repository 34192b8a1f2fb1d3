"""What follows at once, in the same transaction."""
