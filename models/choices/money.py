"""Instalments, incomes, expenses, statements: their kinds and states."""

from __future__ import annotations

from models.choices.base import Choice
from models.texts import N_, NC_


class PaymentStatus(Choice):
    """States of an instalment; overdue is derived."""

    PLANNED = "planned", N_("Planned")
    PARTIALLY_PAID = "partially_paid", N_("Partially paid")
    PAID = "paid", N_("Paid")
    CONFIRMED = "confirmed", NC_("instalment", "Confirmed")
    CANCELLED = "cancelled", NC_("instalment", "Cancelled")


class Collector(Choice):
    """Who takes the premium from the client."""

    INSURER = "insurer", N_("Insurer")
    BROKER = "broker", N_("Brokerage")


class IncomeKind(Choice):
    """What the brokerage earns."""

    COMMISSION = "commission", N_("Commission")
    BONUS = "bonus", N_("Bonus")
    FEE = "fee", N_("Fee")


class IncomeStatus(Choice):
    """States of an income line."""

    EXPECTED = "expected", N_("Expected")
    IN_STATEMENT = "in_statement", N_("In a statement")
    PARTLY = "partly", N_("Partly received")
    RECEIVED = "received", N_("Received")
    WITHHELD = "withheld", N_("Withheld")
    DISPUTED = "disputed", N_("Disputed")
    WRITTEN_OFF = "written_off", N_("Written off")


class ExpenseKind(Choice):
    """What the brokerage pays out."""

    CLIENT_DISCOUNT = "client_discount", N_("Client discount")
    SELLER_SHARE = "seller_share", N_("Seller's share")
    EXECUTOR_SHARE = "executor_share", N_("Executor's share")
    PARTNER_SHARE = "partner_share", N_("Partner's share")
    OTHER = "other", N_("Other")


class ExpenseStatus(Choice):
    """States of an expense line."""

    EXPECTED = "expected", N_("Expected")
    APPROVED = "approved", N_("Approved")
    PAID = "paid", N_("Paid out")
    CANCELLED = "cancelled", NC_("expense", "Cancelled")


class Origin(Choice):
    """Where a line came from; recalculation touches rule-made lines only."""

    RULE = "rule", N_("By rule")
    MANUAL = "manual", N_("By hand")
    IMPORT = "import", N_("Import")
    STATEMENT = "statement", N_("Statement")


class ShareOf(Choice):
    """What a percentage is taken of."""

    PREMIUM = "premium", N_("Premium")
    COMMISSION = "commission", N_("Commission")


class RecalculationStatus(Choice):
    """States of a run that makes expected lines anew."""

    PLANNED = "planned", N_("Being previewed")
    PREVIEWED = "previewed", N_("Previewed")
    RUNNING = "running", N_("Being applied")
    PAUSED = "paused", N_("Stopped half-way")
    DONE = "done", N_("Recalculated")
    CANCELLED = "cancelled", N_("Not applied")
    UNDOING = "undoing", N_("Being undone")
    UNDONE = "undone", N_("Undone")


class LineSide(Choice):
    """Whether a line is money in or out."""

    INCOME = "income", N_("Income")
    EXPENSE = "expense", N_("Expense")


class LineKind(Choice):
    """Kinds of both sides."""

    COMMISSION = "commission", N_("Commission")
    BONUS = "bonus", N_("Bonus")
    FEE = "fee", N_("Fee")
    CLIENT_DISCOUNT = "client_discount", N_("Client discount")
    SELLER_SHARE = "seller_share", N_("Seller's share")
    EXECUTOR_SHARE = "executor_share", N_("Executor's share")
    PARTNER_SHARE = "partner_share", N_("Partner's share")
    OTHER = "other", N_("Other")


class WhyDiffers(Choice):
    """In what the rules' line differs from the one that stands."""

    MADE = "made", N_("There was no line")
    REMOVED = "removed", N_("No rule gives it any more")
    RATE = "rate", N_("Another rate")
    BASE = "base", N_("Another base")
    AMOUNT = "amount", N_("Another sum")
    VAT = "vat", N_("Another VAT mode")
    DAY = "day", N_("Another day or settlement")
    PAYEE = "payee", N_("Another payee")
    RULE = "rule", N_("Another rule")


class DifferenceOutcome(Choice):
    """What became of a previewed difference; none is applied as shown, or still waits."""

    LEFT = "left", N_("Changed since the preview, left alone")
    RESTORED = "restored", N_("Put back")
    KEPT = "kept", N_("Changed since, kept")


class TransitStatus(Choice):
    """Premium collected for the insurer and passed on, or given back to the client."""

    EXPECTED = "expected", N_("Expected")
    COLLECTED = "collected", NC_("premium", "Collected")
    PASSED_ON = "passed_on", NC_("premium", "Passed on")
    GIVEN_BACK = "given_back", NC_("premium", "Given back")


class StatementStatus(Choice):
    """States of an insurer's statement."""

    DRAFT = "draft", N_("Draft")
    PARTLY = "partly", N_("Partly posted")
    POSTED = "posted", N_("Posted")


class LineVerdict(Choice):
    """What matching says of a statement line."""

    MATCH = "match", N_("Match")
    WRONG_RATE = "wrong rate", N_("Wrong rate")
    PARTIAL = "partial", N_("Partial")
    DUPLICATE = "duplicate", N_("Duplicate")
    UNKNOWN_POLICY = "unknown policy", N_("Unknown policy")
    REVERSAL = "reversal", N_("Reversal")
