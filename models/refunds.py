"""Early termination: what goes back to the policyholder, and what goes back of the commission."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from models.dates import days_covered
from models.errors import Invalid
from models.money import money, percent_of
from models.texts import N_

# Days to think it over where no setting says otherwise: Bank of Russia 3854-U; law 353-FZ art. 7 for loans.
COOLING_OFF = 14
LOAN_COOLING_OFF = 30


@dataclass(frozen=True, slots=True)
class Refund:
    """Roubles: `unearned` was paid for days not covered, of it the insurer keeps `retained` and gives back `amount`."""

    unearned: Decimal
    retained: Decimal
    amount: Decimal


def termination_refund(
    premium: Decimal,
    paid: Decimal,
    cover: tuple[date, date],
    last_day: date,
    retained_percent: Decimal | int,
) -> Refund:
    """Pro rata by days of what was `paid` of `premium` beyond the cover used, less `retained_percent`.

    `cover` has both its ends in it, `last_day` is the last one covered; earlier than the first, all is unearned.
    An unpaid arrear is no refund. `Invalid` for a percentage outside 0 to 100, sums below zero, a cover of no days.
    """
    if not 0 <= retained_percent <= 100:
        raise Invalid(N_("The percentage kept must be from 0 to 100"))
    if premium < 0 or paid < 0:
        raise Invalid(N_("The premium and what was paid of it cannot be below zero"))
    earned = Fraction(premium) * _used(cover, last_day)
    unearned = money(max(Fraction(0), Fraction(paid) - earned))
    retained = percent_of(unearned, retained_percent)
    return Refund(unearned, retained, unearned - retained)


def claw_back(commission: Decimal, premium: Decimal, returned: Decimal) -> Decimal:
    """The negative line that takes back of `commission` the share that `returned` is of `premium`, all in roubles.

    `Invalid` where more is returned than was paid, or nothing was paid.
    """
    if premium <= 0 or not 0 <= returned <= premium:
        raise Invalid(N_("{returned} cannot be returned of {premium}"), returned=returned, premium=premium)
    return money(-Fraction(commission) * Fraction(returned) / Fraction(premium))


def cooling_off_until(concluded_on: date, days: int = COOLING_OFF) -> date:
    """The last day of the cooling-off: calendar days counted from the day after the contract (Civil Code art. 191)."""
    return concluded_on + timedelta(days=days)


def _used(cover: tuple[date, date], last_day: date) -> Fraction:
    first, last = cover
    whole = days_covered(first, last)
    if whole == 0:
        raise Invalid(N_("The cover ends before it starts"))
    return Fraction(days_covered(first, min(last, last_day)), whole)
