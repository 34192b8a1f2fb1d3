"""Closing the month: figures, what is still open, closing and reopening."""
