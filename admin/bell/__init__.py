"""The bell: what one has been told, at hand on every page."""
