"""One screen for a call: from the telephone number to the task with the executor."""
