"""A line of a statement as its file has it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from models.identifiers import PolicyNumber
from models.texts import Text


@dataclass(slots=True, eq=False)
class Line:
    """One line of a statement, sums in roubles; `row` as the file counts, `policy` where a person has linked one."""

    row: int
    number: PolicyNumber | None
    written_number: str
    holder: str
    paid_on: date | None
    premium: Decimal | None
    percent: Decimal | None
    commission: Decimal | None
    warnings: list[Text] = field(default_factory=list)
    sheet: str = ""
    policy: UUID | None = None

    @property
    def is_negative(self) -> bool:
        """Whether something is taken back."""
        return (self.premium or 0) < 0 or (self.commission or 0) < 0

    @property
    def likeness(self) -> tuple[str, Decimal | None, Decimal | None]:
        """What two lines share that tell the same: number, premium, commission."""
        return self.number.key if self.number else self.written_number, self.premium, self.commission
