"""How often one may say something: so many at once, and then so many in a second."""

from __future__ import annotations

from time import monotonic

from models.errors import TooMany

KEPT = 1_000
"""Speakers that are remembered; beyond them those are forgotten who have all their words left."""


class Pace:
    """A purse for each speaker that fills by itself."""

    def __init__(self, *, per_second: float, at_once: int) -> None:
        self._per_second, self._at_once = per_second, float(at_once)
        self._left: dict[str, tuple[float, float]] = {}

    def must_allow(self, speaker: str) -> None:
        """One more word. Raises `TooMany`."""
        now = monotonic()
        left, since = self._left.get(speaker, (self._at_once, now))
        left = min(self._at_once, left + (now - since) * self._per_second)
        if left < 1:
            raise TooMany
        self._left[speaker] = (left - 1, now)
        if len(self._left) > KEPT:
            self._forget(now)

    def _forget(self, now: float) -> None:
        full = self._at_once
        self._left = {
            name: (left, since)
            for name, (left, since) in self._left.items()
            if left + (now - since) * self._per_second < full
        }
