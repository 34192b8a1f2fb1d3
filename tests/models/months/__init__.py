"""Months that are closed, and what comes after."""
