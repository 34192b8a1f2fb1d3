"""Looking at a record without leaving the list."""
