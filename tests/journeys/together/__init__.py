"""Two people who write into one list at once, and who judges whether anything was lost."""
