"""Today: the first page, one list of what needs somebody now."""
