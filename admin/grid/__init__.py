"""Editing in the list itself: one cell by its own small form, a pasted range by a preview of what would change."""
