"""Papers made of lines: an agent's act, a pay-out sheet. While one is a draft it follows the money; then it stands."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from models.choices import Choice
from models.texts import N_, NC_


class ActStatus(Choice):
    """States of an agent's act."""

    DRAFT = "draft", N_("Draft")
    SIGNED = "signed", N_("Signed")
    CANCELLED = "cancelled", NC_("act", "Cancelled")


class PayoutStatus(Choice):
    """States of a pay-out sheet."""

    DRAFT = "draft", N_("Draft")
    APPROVED = "approved", N_("Approved")
    PAID = "paid", N_("Paid out")
    CANCELLED = "cancelled", NC_("sheet", "Cancelled")


class LineStatus(Choice):
    """Whether a line counts: it does, somebody took it out, or its paper was cancelled and lets it go."""

    IN = "in", NC_("line", "Counts")
    OUT = "out", NC_("line", "Taken out")
    FREED = "freed", NC_("line", "Free again")


@dataclass(frozen=True)
class Period:
    """Days from and to, both included."""

    first: date
    last: date

    @classmethod
    def month_of(cls, day: date) -> Period:
        """The calendar month of a day."""
        return cls(day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1]))

    @classmethod
    def month_before(cls, day: date) -> Period:
        """The calendar month before that of a day: acts and pay-outs are made when a month is over."""
        return cls.month_of(day.replace(day=1) - timedelta(days=1))

    @property
    def name(self) -> str:
        """`11.2026` for a whole month, else both days."""
        if self == Period.month_of(self.first):
            return f"{self.first:%m.%Y}"
        return f"{self.first:%d.%m.%Y} – {self.last:%d.%m.%Y}"
