class CannotStart(RuntimeError):
    """The program cannot start here; the message is one sentence for the person at the terminal."""
