"""What is true: tables, verbs, rules, statements."""
