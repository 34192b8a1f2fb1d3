"""What a bank's operation can be, and why it was taken for that."""

from __future__ import annotations

from models.choices import Choice
from models.texts import N_


class BankStatus(Choice):
    """States of an operation: nothing is done by it before a person confirms it."""

    NEW = "new", N_("To look at")
    MATCHED = "matched", N_("Operation confirmed")
    IGNORED = "ignored", N_("Put aside")


class BankKind(Choice):
    """What the money is."""

    COMMISSION = "commission", N_("Commission from an insurer")
    PREMIUM = "premium", N_("Premium from a client")
    PASSED_ON = "passed_on", N_("Premium passed on")
    PAY_OUT = "pay_out", N_("Pay-out")
    OTHER = "other", N_("Neither of these")


class BankReason(Choice):
    """What spoke for it."""

    INN = "inn", N_("the insurer's INN")
    NAME = "name", N_("the insurer's name")
    TOTAL = "total", N_("the statement's total")
    PERIOD = "period", N_("the nearest period")
    NUMBER = "number", N_("the policy number in the purpose")
    AMOUNT = "amount", N_("the sum")
    PAYER = "payer", N_("the client's INN or name")
    PAYEE = "payee", N_("the payee's name")
    ALL = "all", N_("all that waited to be passed on")
    OWN = "own", N_("between own accounts")
    BAD_INN = "bad_inn", N_("the INN in the file is wrong")
    SEVERAL = "several", N_("several fit: choose one")
    OTHER_SUM = "other_sum", N_("the sum is another one")
    BY_HAND = "by_hand", N_("chosen by hand")


DOUBTS = frozenset({BankReason.BAD_INN, BankReason.SEVERAL, BankReason.OTHER_SUM})
"""Reasons that speak against it rather than for it."""
