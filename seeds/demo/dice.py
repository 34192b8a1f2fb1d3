"""Chance that falls alike every time."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """The throws of one thing: each question has its own."""

    def __init__(self, number: int) -> None:
        self._number = number

    def throw(self, question: str, below: int) -> int:
        """A number from nought up to `below`."""
        told = hashlib.blake2b(f"{self._number}/{question}".encode(), digest_size=4).digest()
        return int.from_bytes(told) % below

    def pick(self, question: str, among: Sequence[T]) -> T:
        """One of them."""
        return among[self.throw(question, len(among))]
