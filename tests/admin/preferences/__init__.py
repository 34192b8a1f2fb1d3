"""One's own notifications."""
