"""Money judged by definitions: random stories against an oracle, writers against each other."""
