"""Followed lists."""
