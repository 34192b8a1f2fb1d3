"""Exports that are too large for a request: written by a process of their own, taken once from their page."""
