"""What may become of what is sent, whatever way it goes by."""

from __future__ import annotations

from datetime import timedelta


class Slow(Exception):
    """The other side asks to wait this long; nothing was sent."""

    def __init__(self, after: timedelta) -> None:
        super().__init__(f"the other side asks to wait for {after}")
        self.after = after


class Unreached(Exception):
    """Nothing was sent: the server could not be reached, or failed."""


class Unclear(Exception):
    """It may have been sent: there was no answer in time."""


class ShutOut(Exception):
    """Nobody takes anything there any more: the bot is blocked, the mailbox or the receiver is gone."""


class Impossible(Exception):
    """The other side will never take this."""


class Refused(Exception):
    """The other side did not take it, or nobody knows whether it did; it is sent again."""
