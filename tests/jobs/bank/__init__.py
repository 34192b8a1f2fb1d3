"""Files of banks."""
