"""What a row of the workbook turned out to be, and the sums over all of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, TypedDict

from models.choices import Choice
from models.texts import N_

if TYPE_CHECKING:
    from jobs.portfolio.clients import Client
    from jobs.portfolio.payments import Payment
    from jobs.portfolio.policies import Policy
    from jobs.portfolio.portfolio import Portfolio


class Verdict(Choice):
    """The verdict's word, as scripts read it; its label says it to people."""

    OK = "ok", N_("Good")
    DUPLICATE = "duplicate", N_("The same again: merged with the first")
    NO_NAME = "no name", N_("There is no name")
    BAD_BIRTH_DATE = "bad birth date", N_("Taken without the date of birth, which is wrong")
    BAD_INN = "bad inn", N_("Taken without the INN, whose control digits do not agree")
    BAD_DATES = "bad dates", N_("The start or the end is missing or is not a date")
    END_BEFORE_START = "end before start", N_("The end is before the start")
    BAD_PREMIUM = "bad premium", N_("The premium is missing, zero or not a sum")
    NEGATIVE_PREMIUM = "negative premium", N_("The premium is negative")
    UNKNOWN_CLIENT = "unknown client", N_("The policyholder is not among the clients")
    NO_NUMBER = "no number", N_("There is no policy number")
    DUPLICATE_NUMBER = "duplicate number", N_("A row above has this insurer's policy number already")
    AMBIGUOUS_CLIENT = "ambiguous client", N_("Several clients have the policyholder's name: choose one")
    UNKNOWN_POLICY = "unknown policy", N_("No policy has this number")
    REFUSED_POLICY = "refused policy", N_("The policy's own row was refused")
    AMBIGUOUS_POLICY = "ambiguous policy", N_("Several policies have this number")
    BAD_DATE = "bad date", N_("The planned date is missing or is not a date")
    BAD_AMOUNT = "bad amount", N_("The planned sum is missing, not above zero or not a sum")

    @property
    def taken(self) -> bool:
        """Whether the row becomes a record of its own."""
        return self in _TAKEN

    @property
    def warned(self) -> bool:
        """Whether the row is taken without one of its fields."""
        return self in _WARNED


_WARNED = frozenset({Verdict.BAD_BIRTH_DATE, Verdict.BAD_INN})
_TAKEN = _WARNED | {Verdict.OK}


class RowVerdict(TypedDict):
    """One row: the sheet as the workbook calls it, Excel's row number, the verdict's word."""

    sheet: str
    row: int
    verdict: str


class Verdicts(TypedDict):
    """All rows in order, and the totals."""

    rows: list[RowVerdict]
    totals: dict[str, int | str]


def verdicts_json(portfolio: Portfolio) -> Verdicts:
    """`rows` ({sheet, row, verdict}, the sheet as the workbook calls it) and `totals`; sums in roubles as text."""
    records: tuple[Sequence[Client | Policy | Payment], ...] = (
        portfolio.clients,
        portfolio.policies,
        portfolio.payments,
    )
    rows: list[RowVerdict] = [
        {"sheet": sheet, "row": record.row, "verdict": record.verdict.value}
        for sheet, of_sheet in zip(portfolio.sheets, records, strict=True)
        for record in of_sheet
    ]
    return {"rows": rows, "totals": totals(portfolio)}


def totals(portfolio: Portfolio) -> dict[str, int | str]:
    """Counts of what is taken and refused, and the sums over what is taken (roubles)."""
    clients = [client.verdict for client in portfolio.clients]
    policies = [policy for policy in portfolio.policies if policy.verdict.taken]
    payments = [payment for payment in portfolio.payments if payment.verdict.taken]
    duplicates = clients.count(Verdict.DUPLICATE)
    taken = sum(verdict.taken for verdict in clients)
    return {
        "clients": taken,
        "warned": sum(verdict.warned for verdict in clients),
        "duplicates": duplicates,
        "refused_clients": len(clients) - taken - duplicates,
        "policies": len(policies),
        "refused_policies": len(portfolio.policies) - len(policies),
        "premium": _sum(policy.premium for policy in policies),
        "payments": len(payments),
        "paid": sum(payment.is_paid for payment in payments),
        "kv_received": _sum(payment.commission for payment in payments),
    }


def _sum(amounts: Iterable[Decimal | None]) -> str:
    return str(sum((amount for amount in amounts if amount is not None), Decimal("0.00")))
