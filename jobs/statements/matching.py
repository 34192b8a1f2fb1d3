"""What each line of a statement is, judged against the instalments on which the brokerage expects commission.

- `unknown policy`: no instalment of the insurer has the number (a series lost on either side does not matter).
- `reversal`: the premium or the commission is negative.
- A line takes the first open instalment of its premium (open: commission not received), one that the client has paid
  before one that he has not.
- `duplicate`: no open one is left, or a line of this premium has come already and the client has paid nothing more.
  Where a policy has more lines of one premium than open instalments, a line that repeats the one above it is too many.
- `match`: the commission is the expected one; `wrong rate`: the line's own percentage differs from the agreed one, or
  more is paid; `partial`: less at the agreed percentage.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from jobs.statements.reading import Line
from models.choices import LineVerdict
from models.identifiers import PolicyNumber
from models.money import percent_of


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

    @property
    def due(self) -> Decimal:
        """The commission that should come."""
        if self.commission is not None:
            return self.commission
        return percent_of(self.premium, self.percent or Decimal(0))


@dataclass(frozen=True, slots=True)
class Judged:
    """A line, its verdict and the instalment that it is about (none for unknown policies and reversals)."""

    line: Line
    verdict: LineVerdict
    expected: Expected | None = None


def judge_lines(lines: Sequence[Line], expected: Iterable[Expected]) -> list[Judged]:
    """The verdict of each line, in the statement's order."""
    book = _Book(expected)
    left = Counter(map(_likeness, lines))
    judged = []
    for above, line in zip([None, *lines], lines, strict=False):
        repeats = above is not None and _likeness(above) == _likeness(line)
        judged.append(book.judge(line, left[_likeness(line)] if repeats else 0))
        left[_likeness(line)] -= 1
    return judged


def _likeness(line: Line) -> tuple[str, Decimal | None, Decimal | None]:
    return line.number.key if line.number else "", line.premium, line.commission


class _Book:
    """The insurer's instalments by policy number, and which of them a line has taken."""

    def __init__(self, expected: Iterable[Expected]) -> None:
        self._by_key: defaultdict[str, list[Expected]] = defaultdict(list)
        self._by_digits: defaultdict[str, list[Expected]] = defaultdict(list)
        self._taken: set[Expected] = set()
        for instalment in sorted(expected, key=lambda one: one.sequence):
            self._by_key[instalment.number.key].append(instalment)
            self._by_digits[instalment.number.digits].append(instalment)

    def judge(self, line: Line, repeated: int) -> Judged:
        """The verdict of a line; `repeated` counts it and its likes to come where it repeats the one above."""
        known = self._known(line.number) if line.number else []
        if not known:
            return Judged(line, LineVerdict.UNKNOWN_POLICY)
        if (line.premium or 0) < 0 or (line.commission or 0) < 0:
            return Judged(line, LineVerdict.REVERSAL)
        instalment = self._open(line, known)
        if instalment is None or repeated > self._count_open(line, known):
            return Judged(line, LineVerdict.DUPLICATE, self._already_told(line, known))
        self._taken.add(instalment)
        return Judged(line, _compared(line, instalment), instalment)

    def _known(self, number: PolicyNumber) -> list[Expected]:
        if exact := self._by_key.get(number.key):
            return exact
        return [one for one in self._by_digits.get(number.digits, []) if not (number.series and one.number.series)]

    def _open(self, line: Line, known: list[Expected]) -> Expected | None:
        paid = [one for one in known if one.paid and not self._is_done(one)]
        unpaid = [one for one in known if not one.paid and not self._is_done(one)]
        if fitting := [one for one in paid if line.premium in (None, one.premium)]:
            return fitting[0]
        if any(one.premium == line.premium and self._is_done(one) for one in known):
            return None
        fitting = [one for one in unpaid if one.premium == line.premium]
        return next(iter(fitting or paid or unpaid), None)

    def _count_open(self, line: Line, known: list[Expected]) -> int:
        return sum(one.premium == line.premium and one.paid and not self._is_done(one) for one in known)

    def _already_told(self, line: Line, known: list[Expected]) -> Expected:
        same = [one for one in known if one.premium == line.premium] or known
        return next((one for one in same if one in self._taken), same[0])

    def _is_done(self, instalment: Expected) -> bool:
        return instalment.received or instalment in self._taken


def _compared(line: Line, instalment: Expected) -> LineVerdict:
    if line.commission == instalment.due:
        return LineVerdict.MATCH
    if line.percent is not None and line.percent != instalment.percent:
        return LineVerdict.WRONG_RATE
    return LineVerdict.PARTIAL if (line.commission or 0) < instalment.due else LineVerdict.WRONG_RATE
