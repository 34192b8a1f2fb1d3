"""The page of the bank."""
