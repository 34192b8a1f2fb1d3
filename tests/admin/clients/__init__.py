"""The page of a client, duplicates, merging."""
