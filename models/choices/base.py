"""What a closed list is made of."""

from __future__ import annotations

import enum


class Choice(enum.StrEnum):
    """A value that is stored and a label that is shown (through gettext)."""

    label: str

    def __new__(cls, value: str, label: str = "") -> Choice:
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member
