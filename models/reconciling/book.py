"""What each line of a statement is, judged against the instalments on which the brokerage expects commission.

- `unknown policy`: no instalment of the insurer has the number (a series lost on either side does not matter, where one
  policy alone can be meant).
- `reversal`: the premium or the commission is negative.
- A line takes the first open instalment of its premium (open: commission not received), one that the client has paid
  before one that he has not.
- `duplicate`: no open one is left, or a line of this premium has come already and the client has paid nothing more.
  Where a policy has more lines of one premium than open instalments, a line that repeats the one above it is too many.
- `match`: premium and commission are the expected ones, or differ by no more than the tolerance at the agreed rate;
  `wrong rate`: the line's own percentage is not the agreed one, or more is paid; `partial`: less at the agreed one.

What is not sure is told as an exception: a match that is missed costs a minute, a wrong one costs money.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from uuid import UUID

from models.choices import LineVerdict
from models.names import client_key
from models.reconciling.choices import LineCause
from models.reconciling.line import Line
from models.reconciling.matching import Expected, Judged, compared

C, V = LineCause, LineVerdict
TELLING = 6
"""Digits from which a number without its series names a policy by itself; shorter ones need the premium too."""


def judge_lines(lines: Sequence[Line], expected: Iterable[Expected], tolerance: Decimal = Decimal(0)) -> list[Judged]:
    """The verdict of each line, in the statement's order; `tolerance` in roubles."""
    book = Book(expected, tolerance)
    left = Counter(line.likeness for line in lines)
    judged = []
    for above, line in zip([None, *lines], lines, strict=False):
        repeats = above is not None and above.likeness == line.likeness
        judged.append(book.judge(line, left[line.likeness] if repeats else 0))
        left[line.likeness] -= 1
    return judged


class Book:
    """The insurer's instalments by policy number: what may be taken, and by which row it was."""

    def __init__(self, expected: Iterable[Expected], tolerance: Decimal) -> None:
        self._tolerance = tolerance
        self._by_key: defaultdict[str, list[Expected]] = defaultdict(list)
        self._by_digits: defaultdict[str, list[Expected]] = defaultdict(list)
        self._by_policy: defaultdict[UUID | str, list[Expected]] = defaultdict(list)
        self._taken: dict[Expected, int] = {}
        self._reversed: set[Expected] = set()
        self._told: dict[int, object] = {}
        for instalment in sorted(expected, key=lambda one: one.sequence):
            self._by_key[instalment.number.key].append(instalment)
            self._by_digits[instalment.number.digits].append(instalment)
            self._by_policy[instalment.whose].append(instalment)

    def judge(self, line: Line, repeated: int) -> Judged:
        """The verdict of a line; `repeated` counts it and its likes to come where it repeats the one above."""
        known, cause = self._known(line)
        if not known:
            return Judged(line, V.UNKNOWN_POLICY, None, cause)
        if line.is_negative:
            return self._reversal(line, known)
        awaited = [one for one in known if not one.is_claw_back]
        instalment = self._open(line, awaited)
        if instalment is None or repeated > self._count_open(line, awaited):
            return self._too_many(line, awaited)
        self._taken[instalment] = line.row
        self._told[line.row] = line.likeness
        verdict, why = compared(line, instalment, self._tolerance)
        return Judged(line, verdict, instalment, why)

    def _known(self, line: Line) -> tuple[list[Expected], LineCause]:
        """The instalments of the one policy that the line means, or why there is none."""
        if line.policy is not None:
            return self._by_policy.get(line.policy, []), C.NO_POLICY
        number = line.number
        if number is None:
            return [], C.NO_NUMBER
        if number.series and (exact := self._by_key.get(number.key)):
            return self._sole(line, exact)
        found = [one for one in self._by_digits.get(number.digits, []) if not (number.series and one.number.series)]
        if len(number.digits) < TELLING:
            found = [one for one in found if self._is_of_premium(line, one)]
        return self._sole(line, found)

    def _sole(self, line: Line, found: list[Expected]) -> tuple[list[Expected], LineCause]:
        """Where several policies have the number: the one whose premium, or then whose holder, is the line's."""
        policies = {one.whose for one in found}
        if len(policies) > 1:
            policies = {one.whose for one in found if self._is_of_premium(line, one)}
        if len(policies) > 1 and line.holder:
            name = client_key(line.holder)
            policies = {one.whose for one in found if one.whose in policies and client_key(one.holder) == name}
        if len(policies) != 1:
            return [], C.AMBIGUOUS if found else C.NO_POLICY
        return [one for one in found if one.whose in policies], C.NO_POLICY

    def _open(self, line: Line, known: list[Expected]) -> Expected | None:
        waiting = [one for one in known if not self._is_done(one)]
        paid, unpaid = [one for one in waiting if one.paid], [one for one in waiting if not one.paid]
        if fitting := [one for one in paid if self._is_of_premium(line, one)]:
            return next((one for one in fitting if line.paid_on and one.paid_on == line.paid_on), fitting[0])
        if any(line.premium is not None and self._is_of_premium(line, one) and self._is_done(one) for one in known):
            return None
        fitting = [one for one in unpaid if line.premium is not None and self._is_of_premium(line, one)]
        return next(iter(fitting or paid or unpaid), None)

    def _count_open(self, line: Line, known: list[Expected]) -> int:
        return sum(
            line.premium is not None and self._is_of_premium(line, one) and one.paid and not self._is_done(one)
            for one in known
        )

    def _too_many(self, line: Line, known: list[Expected]) -> Judged:
        same = [one for one in known if self._is_of_premium(line, one)] or known
        told = next((one for one in same if one in self._taken), same[0] if same else None)
        twin = next((row for row, likeness in self._told.items() if likeness == line.likeness), None)
        cause = C.SAME_LINE if twin is not None else C.ALREADY_RECEIVED if told and told.received else C.NOTHING_OPEN
        return Judged(line, V.DUPLICATE, told, cause, twin)

    def _reversal(self, line: Line, known: list[Expected]) -> Judged:
        """An awaited claw-back comes first, then the commission that was received in this sum, or in a larger one."""
        back = abs(line.commission or Decimal(0))
        awaited = [one for one in known if one.is_claw_back and not one.received and one not in self._reversed]
        received = [one for one in known if one.received and one.due >= back and one not in self._reversed]
        fitting = [one for one in received if line.premium is None or abs(line.premium) == one.premium]
        for cause, options in ((C.CLAW_BACK, awaited), (C.REVERSES, fitting), (C.REVERSES, received)):
            for one in sorted(options, key=lambda one: abs(one.due) != back):
                self._reversed.add(one)
                return Judged(line, V.REVERSAL, one, cause)
        return Judged(line, V.REVERSAL, None, C.NOTHING_TO_REVERSE)

    def _is_of_premium(self, line: Line, one: Expected) -> bool:
        return line.premium is None or abs(abs(line.premium) - one.premium) <= self._tolerance

    def _is_done(self, instalment: Expected) -> bool:
        return instalment.received or instalment in self._taken
