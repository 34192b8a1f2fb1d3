"""Where the difference of an endorsement goes: over the unpaid instalments, into one more, back to the client."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from models.choices import DifferencePaid
from models.errors import Invalid
from models.money import split
from models.texts import N_


@dataclass(frozen=True, slots=True)
class Placed:
    """The unpaid instalments' new sums (nought: cancelled), and what is added: an instalment, a refund below nought."""

    unpaid: tuple[Decimal, ...]
    added: Decimal = Decimal(0)

    @property
    def refund(self) -> Decimal:
        """Roubles that go back to the client."""
        return max(-self.added, Decimal(0))


def place(how: DifferencePaid, unpaid: Sequence[Decimal], paid: Decimal, change: Decimal) -> Placed:
    """Place a change of the premium in roubles; `paid` is what is paid and not promised back.

    Raises `Invalid` where nothing is unpaid, nothing can be returned, or more than is paid.
    """
    if not change:
        return Placed(tuple(unpaid))
    placed = _PLACED[how](unpaid, change)
    if placed.refund > paid:
        raise Invalid.at(
            "difference_paid",
            N_("Only {paid} is paid and not returned: {refund} cannot be refunded."),
            paid=paid,
            refund=placed.refund,
        )
    return placed


def _spread(unpaid: Sequence[Decimal], change: Decimal) -> Placed:
    """By the weights of the unpaid instalments; what they cannot bear goes back."""
    if change > 0 and not unpaid:
        raise Invalid.at("difference_paid", N_("Nothing is unpaid here: choose one more instalment."))
    left = sum(unpaid, Decimal(0)) + change
    if left <= 0:
        return Placed((Decimal(0),) * len(unpaid), left)
    return Placed(tuple(split(left, unpaid)))


def _apart(unpaid: Sequence[Decimal], change: Decimal) -> Placed:
    """The client pays it on a day of its own, or has it back."""
    return Placed(tuple(unpaid), change)


def _refund(unpaid: Sequence[Decimal], change: Decimal) -> Placed:
    """Of what is paid, whatever is still unpaid."""
    if change > 0:
        raise Invalid.at("difference_paid", N_("The premium rises: there is nothing to refund."))
    return Placed(tuple(unpaid), change)


_PLACED: Mapping[DifferencePaid, Callable[[Sequence[Decimal], Decimal], Placed]] = {
    DifferencePaid.SPREAD: _spread,
    DifferencePaid.ONE_MORE: _apart,
    DifferencePaid.REFUND: _refund,
}
