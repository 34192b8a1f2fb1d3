"""The four-way view."""
