"""Live streams: what the log tells to the browsers that are open."""
