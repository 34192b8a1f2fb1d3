"""What an address of the reconciliation asks for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode
from uuid import UUID

from starlette.datastructures import QueryParams

from admin.months.words import month_of
from models.dates import add_months
from models.reconciliation import Asked

MONTHS = 6
"""The period where none is asked for, the current month included."""
MOST_MONTHS = 60


@dataclass(frozen=True)
class Period:
    """Months from the first to the last, of an insurer and an own entity or of all."""

    first: date
    last: date
    insurer: UUID | None
    entity: UUID | None

    @classmethod
    def of(cls, query: QueryParams, today: date) -> Period:
        """From an address; what makes no sense is the last half year."""
        last = month_of(query.get("to", "")) or today.replace(day=1)
        first = month_of(query.get("from", "")) or add_months(last, 1 - MONTHS)
        first, last = min(first, last), max(first, last)
        first = max(first, add_months(last, 1 - MOST_MONTHS))
        return cls(first, last, key_of(query.get("insurer", "")), key_of(query.get("entity", "")))

    @property
    def asked(self) -> Asked:
        """As the statements take it."""
        return Asked(self.first, add_months(self.last, 1), self.insurer, self.entity)

    @property
    def address(self) -> str:
        """The same as an address has it."""
        told = {"from": f"{self.first:%Y-%m}", "to": f"{self.last:%Y-%m}"}
        more = {"insurer": self.insurer, "entity": self.entity}
        return urlencode(told | {name: str(value) for name, value in more.items() if value})


def key_of(written: str) -> UUID | None:
    """A key, or None for what is none."""
    try:
        return UUID(written)
    except ValueError:
        return None
