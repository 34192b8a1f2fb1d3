"""A record's page: what is known of it, what hangs on it, what can be done with it, what happened to it."""
