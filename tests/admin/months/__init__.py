"""The page on which months are closed."""
