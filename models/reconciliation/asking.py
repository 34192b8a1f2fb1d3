"""The four ways, by insurer and month and by line, each in one statement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import text

from models.choices import Choice
from models.session import Work
from models.texts import N_

HERE = Path(__file__).parent
LINES, EACH, STRAYS, BEYOND, MONTHS = (
    (HERE / f"{name}.sql").read_text(encoding="utf-8") for name in ("lines", "each", "strays", "beyond", "months")
)
ROWS = text(f"WITH {LINES}, {STRAYS} {MONTHS}")
ONE_BY_ONE = text(f"WITH {LINES} {EACH}")
WITHOUT = text(f"WITH {STRAYS} {BEYOND}")


class Part(Choice):
    """How far an income line has come on its four ways, and so what explains a difference."""

    NOT_TOLD = "not_told", N_("not in a statement yet")
    OTHER_SUM = "other_sum", N_("another sum in the statement")
    NOT_SEEN = "not_seen", N_("in a statement, not seen in the bank")
    NOT_PAID = "not_paid", N_("the client has not paid yet")
    BY_HAND = "by_hand", N_("received without a statement")
    WITHHELD = "withheld", N_("withheld from the premium")
    WRITTEN_OFF = "written_off", N_("written off")
    SETTLED = "settled", N_("agrees")


@dataclass(frozen=True)
class Asked:
    """Days from `first` to before `next`, of one insurer or of all, of one own entity or of all."""

    first: date
    next: date
    insurer: UUID | None = None
    entity: UUID | None = None

    @property
    def values(self) -> dict[str, Any]:
        """As the statements take them."""
        return {"first": self.first, "next": self.next, "insurer": self.insurer, "entity": self.entity}


@dataclass(frozen=True, slots=True)
class Row:
    """One insurer's month, sums in roubles. `stray_…` have no income line; the last seven explain differences."""

    insurer_id: UUID
    insurer: str
    month: date
    by_rule: Decimal
    by_hand: Decimal
    told: Decimal
    received: Decimal
    seen: Decimal
    paid_out: Decimal
    stray_told: Decimal
    stray_seen: Decimal
    lines: int
    not_paid: Decimal
    not_told: Decimal
    other_sum: Decimal
    not_seen: Decimal
    without_statement: Decimal
    withheld: Decimal
    paid_early: Decimal

    @property
    def expected(self) -> Decimal:
        """By rules and by hand."""
        return self.by_rule + self.by_hand

    @property
    def statements(self) -> Decimal:
        """All that insurers' statements say."""
        return self.told + self.stray_told

    @property
    def bank(self) -> Decimal:
        """All that came as commission."""
        return self.seen + self.stray_seen

    @property
    def is_settled(self) -> bool:
        """Whether nothing is left to look at."""
        open_ = (self.not_told, self.other_sum, self.not_seen, self.stray_told, self.stray_seen, self.paid_early)
        return not any(open_)


@dataclass(frozen=True, slots=True)
class Line:
    """One income on its four ways, sums in roubles."""

    id: UUID
    payment_id: UUID
    deal_id: UUID
    policy_id: UUID
    policy: str | None
    sequence: int
    kind: str
    status: str
    origin: str
    paid_on: date | None
    due_on: date
    expected: Decimal
    told: Decimal | None
    statement_id: UUID | None
    received: Decimal
    received_on: date | None
    seen: Decimal | None
    operation_id: UUID | None
    seen_on: date | None
    part: str
    paid_out: Decimal | None
    reverses_id: UUID | None


@dataclass(frozen=True, slots=True)
class Stray:
    """A line of a statement, or money in the bank, that belongs to no income."""

    kind: str
    day: date
    amount: Decimal
    said: str
    verdict: str | None
    record_id: UUID


async def rows_of(work: Work, asked: Asked) -> list[Row]:
    """Each insurer's months, the newest first. For scope `all`: statements and the bank are the office's."""
    found = (await work.execute(ROWS, asked.values)).all()
    whole: list[list[Any]] = [[Decimal(0) if value is None else value for value in row] for row in found]
    return [Row(*row) for row in whole]


async def lines_of(work: Work, asked: Asked, *, most: int, skipped: int = 0) -> list[Line]:
    """The income lines behind a row, those that do not agree first."""
    found = await work.execute(ONE_BY_ONE, asked.values | {"most": most, "skipped": skipped})
    return [Line(*row) for row in found]


async def strays_of(work: Work, asked: Asked) -> list[Stray]:
    """What belongs to no income."""
    return [Stray(*row) for row in await work.execute(WITHOUT, asked.values)]
