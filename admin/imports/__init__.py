"""Importing a file into any list: which column is which, what becomes of each row, corrected in place."""
