"""Why this number: every sum of the panel tells where it comes from, to whoever may read it."""
