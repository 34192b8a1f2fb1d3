"""What clients that send say alike."""


class Refused(Exception):
    """The other side did not take it, or nobody knows whether it did; it is sent again."""
