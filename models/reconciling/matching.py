"""What is expected of an insurer, what a line was found to be, and how its sums stand to what is expected."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from models.choices import LineVerdict, Settlement
from models.identifiers import PolicyNumber
from models.money import percent_of
from models.reconciling.choices import LineCause
from models.reconciling.line import Line

C, V = LineCause, LineVerdict


@dataclass(frozen=True, slots=True, eq=False)
class Expected:
    """An instalment of the insurer, sums in roubles; `commission` None means `percent` of the premium."""

    number: PolicyNumber
    sequence: int
    premium: Decimal
    percent: Decimal | None
    commission: Decimal | None = None
    paid: bool = True
    received: bool = False
    policy: UUID | None = None
    payment: UUID | None = None
    income: UUID | None = None
    holder: str = ""
    paid_on: date | None = None
    settlement: str = Settlement.AFTER_ACT.value
    is_rest: bool = False
    """A part has come: the line that brings the rest names a part of the premium."""
    is_claw_back: bool = False
    """A negative line that is awaited: only a reversal takes it."""

    @property
    def due(self) -> Decimal:
        """The commission that should come."""
        if self.commission is not None:
            return self.commission
        return percent_of(self.premium, self.percent or Decimal(0))

    @property
    def whose(self) -> UUID | str:
        """The policy: its key, or its number where it has none."""
        return self.policy or self.number.key


@dataclass(frozen=True, slots=True)
class Judged:
    """A line, its verdict and the instalment that it is about (none for unknown policies)."""

    line: Line
    verdict: LineVerdict
    expected: Expected | None = None
    cause: LineCause | None = None
    twin: int | None = None
    """The row that tells the same."""


def compared(line: Line, instalment: Expected, tolerance: Decimal) -> tuple[LineVerdict, LineCause | None]:
    """How a line's sums stand to what is expected on its instalment."""
    if line.commission is None:
        return V.PARTIAL, C.NO_SUM
    difference = line.commission - instalment.due
    is_rated = line.percent is None or line.percent == instalment.percent
    is_same_premium = line.premium is None or abs(line.premium - instalment.premium) <= tolerance
    if difference == 0 and (is_same_premium or (instalment.is_rest and is_rated)):
        return V.MATCH, None
    if is_same_premium and is_rated and abs(difference) <= tolerance:
        return V.MATCH, C.ROUNDED
    if instalment.income is None and instalment.commission is None and not instalment.percent:
        return V.WRONG_RATE, C.NOTHING_EXPECTED
    if not is_rated:
        return V.WRONG_RATE, C.RATE
    if difference < 0:
        return V.PARTIAL, C.LESS
    return V.WRONG_RATE, C.MORE if is_same_premium else C.PREMIUM
