"""Differences in words, with what each means for who looks at it."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from admin.i18n import _
from models.reconciliation import Row
from models.texts import N_


class Difference(NamedTuple):
    """What explains a part of a difference: its words, roubles, tone (late, due, quiet) and the rows behind it."""

    label: str
    amount: Decimal
    tone: str
    show: str


KINDS = (
    ("other_sum", N_("another sum in the statement"), "late", "other_sum"),
    ("paid_early", N_("paid out before the commission came"), "late", ""),
    ("stray_told", N_("in statements, but no line of ours"), "late", "beyond"),
    ("not_told", N_("not in a statement yet"), "due", "not_told"),
    ("not_seen", N_("not seen in the bank"), "due", "not_seen"),
    ("stray_seen", N_("in the bank, not placed"), "due", "beyond"),
    ("without_statement", N_("received without a statement"), "quiet", "by_hand"),
    ("withheld", N_("withheld from the premium"), "quiet", "withheld"),
    ("not_paid", N_("the client has not paid yet"), "quiet", "not_paid"),
)
"""The figure of a row, its words, its tone, and the part of its lines."""


def differences_of(row: Row) -> list[Difference]:
    """What explains the differences of a row, the worst first."""
    found = [(label, getattr(row, name), tone, show) for name, label, tone, show in KINDS]
    return [Difference(_(label), amount, tone, show) for label, amount, tone, show in found if amount]
