"""One view an entity; a new file here is found by itself."""
