"""What a decision does to the sums: the totals above the lines and the posting itself are told by one function."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from models.choices import LineVerdict
from models.reconciling.choices import LineDecision

if TYPE_CHECKING:
    from models.statement import StatementLine

D = LineDecision
NONE = Decimal("0.00")


@dataclass(frozen=True)
class Effect:
    """Roubles: what is received, how what is expected changes, what is disputed, what is given up."""

    received: Decimal = NONE
    change: Decimal = NONE
    disputed: Decimal = NONE
    written_off: Decimal = NONE


def effect_of(decision: LineDecision, told: Decimal, owed: Decimal) -> Effect:
    """The sums of a decision on a line that tells `told` where `owed` is awaited."""
    match decision:
        case D.RECEIVED | D.WITHHELD | D.DIFFERENCE:
            return Effect(received=told, change=told - owed)
        case D.REVERSED:
            return Effect(received=told, change=told)
        case D.PART:
            return Effect(received=told)
        case D.REST_DISPUTED if told <= owed:
            return Effect(received=told, disputed=owed - told)
        case D.REST_DISPUTED:
            return Effect(received=owed)
        case D.REST_WRITTEN_OFF:
            return Effect(received=told, written_off=owed - told)
        case D.DISPUTED:
            return Effect(disputed=owed)
    return Effect()


@dataclass(frozen=True)
class Sums:
    """A statement in roubles, to the kopeck: `before` and `after` are what is expected of the instalments it names."""

    told: Decimal = NONE
    matched: Decimal = NONE
    exceptions: Decimal = NONE
    received: Decimal = NONE
    disputed: Decimal = NONE
    written_off: Decimal = NONE
    changed: Decimal = NONE
    before: Decimal = NONE
    undecided: Decimal = NONE

    @property
    def after(self) -> Decimal:
        """What is still awaited once all that is decided is posted, disputed sums among it."""
        return self.before + self.changed - self.received - self.written_off


def sums_of(lines: Iterable[StatementLine]) -> Sums:
    """The sums of lines as they are decided now."""
    found = dict.fromkeys(("told", "matched", "exceptions", "received", "disputed", "written_off", "changed", "before",
                           "undecided"), NONE)  # fmt: skip
    counted: set[object] = set()
    for line in lines:
        told, owed = line.commission or NONE, line.expected_amount or NONE
        found["told"] += told
        found["matched" if line.verdict == LineVerdict.MATCH else "exceptions"] += told
        if line.verdict != LineVerdict.DUPLICATE and line.income_id not in counted:
            found["before"] += owed if line.income_id else NONE
            counted.add(line.income_id)
        if line.decision is None:
            found["undecided"] += told
            continue
        effect = effect_of(LineDecision(line.decision), told, owed if line.income_id else NONE)
        for name, amount in (("received", effect.received), ("disputed", effect.disputed), ("changed", effect.change),
                             ("written_off", effect.written_off)):  # fmt: skip
            found[name] += amount
    return Sums(**found)
