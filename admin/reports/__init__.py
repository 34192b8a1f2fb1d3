"""Reports: what a head asks about the team's work."""
