"""Files of rows for any entity: which column is which, and the rows as they are tried and written."""
