"""What follows later: the worker, the schedule and the clients of outside services."""
