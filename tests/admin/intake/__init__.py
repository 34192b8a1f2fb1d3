"""One screen for a call."""
