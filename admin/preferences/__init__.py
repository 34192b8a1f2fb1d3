"""One's own notifications: what, by which channel, when not."""
