"""Changing an issued policy: an endorsement and an early end, with what comes of them before they are saved."""
