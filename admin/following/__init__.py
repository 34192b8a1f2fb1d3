"""Saved lists that are followed: kept in the menu with their number, and looked through for what has entered them."""
