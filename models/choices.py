"""The closed lists of the trade, with their labels."""

from __future__ import annotations

import enum

from models.texts import N_, NC_


class Choice(enum.StrEnum):
    """A value that is stored and a label that is shown (through gettext)."""

    label: str

    def __new__(cls, value: str, label: str = "") -> Choice:
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member


class ClientKind(Choice):
    """Whom the brokerage serves."""

    PERSON = "person", N_("Person")
    ENTREPRENEUR = "entrepreneur", N_("Sole proprietor")
    COMPANY = "company", N_("Company")


class ContactKind(Choice):
    """How a client is reached."""

    PHONE = "phone", N_("Phone")
    EMAIL = "email", N_("E-mail")
    PERSON = "person", N_("Contact person")
    OTHER = "other", N_("Other")


class DealStage(Choice):
    """Stages of a deal, in their order."""

    DRAFT = "draft", N_("Draft")
    QUOTATION = "quotation", N_("Quotation")
    CLIENT_DECISION = "client_decision", N_("Client's decision")
    POLICY_ISSUE = "policy_issue", N_("Policy issue")
    WON = "won", N_("In service")
    CLOSED = "closed", N_("Closed")
    LOST = "lost", NC_("deal", "Lost")


OPEN_STAGES = (
    DealStage.DRAFT,
    DealStage.QUOTATION,
    DealStage.CLIENT_DECISION,
    DealStage.POLICY_ISSUE,
    DealStage.WON,
)
BEFORE_POLICY = OPEN_STAGES[:-1]


class Ball(Choice):
    """Whose turn it is."""

    SELLER = "seller", N_("Seller")
    EXECUTOR = "executor", N_("Executor")
    CLIENT = "client", N_("Client")
    INSURER = "insurer", N_("Insurer")


class ReviewReason(Choice):
    """Why a deal asks for attention on its review date."""

    INSTALMENT = "instalment", N_("Instalment due")
    POLICY_END = "policy_end", N_("Policy ends")
    TASK = "task", N_("Task")
    MANUAL = "manual", N_("Set by hand")
    CALCULATION = "calculation", N_("Calculation expires")
    STAGE = "stage", N_("Nothing planned")


class JournalKind(Choice):
    """What a journal entry records."""

    NOTE = "note", N_("Note")
    CALL = "call", N_("Call")
    MESSAGE = "message", N_("Message")
    MEETING = "meeting", N_("Meeting")


class ObjectKind(Choice):
    """What is insured."""

    VEHICLE = "vehicle", N_("Vehicle")
    PROPERTY = "property", N_("Property")
    MORTGAGE = "mortgage", N_("Mortgage")
    PERSONS = "persons", N_("Insured persons")
    TRIP = "trip", N_("Trip")
    OTHER = "other", N_("Other")


class InsurerKind(Choice):
    """Who pays commission."""

    INSURER = "insurer", N_("Insurer")
    AGGREGATOR = "aggregator", N_("Aggregator")


class Settlement(Choice):
    """How commission reaches the brokerage."""

    AFTER_ACT = "after_act", N_("After the act")
    WITHHELD = "withheld", N_("Withheld from the premium")


class VatMode(Choice):
    """VAT of a line; from 2026-01-01 the general rate is 22 %."""

    NONE = "none", N_("No VAT")
    FIVE = "5", N_("VAT 5%")
    SEVEN = "7", N_("VAT 7%")
    TWENTY_TWO = "22", N_("VAT 22%")


class DeductibleKind(Choice):
    """Франшиза: how the deductible works."""

    NONE = "none", N_("None")
    UNCONDITIONAL = "unconditional", N_("Unconditional")
    CONDITIONAL = "conditional", N_("Conditional")
    FROM_SECOND = "from_second", N_("From the second claim")
    PERCENT = "percent", N_("Percent")


class CalculationStatus(Choice):
    """States of an insurer's quote."""

    REQUESTED = "requested", N_("Requested")
    READY = "ready", N_("Ready")
    REFUSED = "refused", N_("Refused by the insurer")
    OFFERED = "offered", NC_("calculation", "Offered")
    CONFIRMED = "confirmed", NC_("calculation", "Confirmed")
    DECLINED = "declined", N_("Declined")
    STALE = "stale", N_("Stale")
    ARCHIVED = "archived", N_("Archived")


class PolicyStatus(Choice):
    """Stored states of a policy; future, in force and expired are derived."""

    DRAFT = "draft", N_("Draft")
    ISSUED = "issued", N_("Issued")
    CANCELLED = "cancelled", NC_("policy", "Cancelled")
    ANNULLED = "annulled", N_("Annulled")


class ArrearEffect(Choice):
    """What an unpaid instalment does to cover, by the contract."""

    AT_RISK = "at_risk", N_("Cover at risk")
    SUSPENDED = "suspended", N_("Suspended from the next day")
    GRACE = "grace", N_("Grace period")
    REINSPECTION = "reinspection", N_("Re-inspection")
    TERMINATION = "termination", N_("Termination")


class Standing(Choice):
    """How a policy stands on a day: what is stored while it is no cover, else what the days and the arrears say."""

    DRAFT = "draft", N_("Draft")
    FUTURE = "future", N_("Not begun yet")
    IN_FORCE = "in_force", N_("In force")
    AT_RISK = "at_risk", N_("Cover at risk")
    SUSPENDED = "suspended", N_("Cover suspended")
    TO_TERMINATE = "to_terminate", N_("To be terminated")
    EXPIRED = "expired", N_("Has expired")
    RENEWED = "renewed", N_("Was renewed")
    CANCELLED = "cancelled", NC_("policy", "Cancelled")
    ANNULLED = "annulled", N_("Annulled")


class DifferencePaid(Choice):
    """How the difference of an endorsement is paid."""

    SPREAD = "spread", N_("Spread over the unpaid instalments")
    ONE_MORE = "one_more", N_("One more instalment")
    REFUND = "refund", N_("Refund to the client")


class EndorsementKind(Choice):
    """Доп. соглашение: what it does."""

    CHANGE = "change", N_("Change")
    TERMINATION = "termination", N_("Early termination")


class RenewalStatus(Choice):
    """States of the renewal of one expiring policy."""

    FOUND = "found", NC_("renewal", "Found")
    CONTACTED = "contacted", N_("Contacted")
    OFFERED = "offered", NC_("renewal", "Offered")
    RENEWED = "renewed", NC_("renewal", "Renewed")
    LOST = "lost", NC_("renewal", "Lost")


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


class ReturnCause(Choice):
    """Why tasks come back."""

    DOCUMENTS = "documents", N_("Documents are missing")
    DATA = "data", N_("Data are missing or wrong")
    UNCLEAR = "unclear", N_("It is not clear what is asked")
    CLIENT = "client", N_("The client must decide first")
    NOT_MINE = "not_mine", N_("For another person")
    OTHER = "other", N_("Another reason")


class TaskStatus(Choice):
    """States of a task."""

    NEW = "new", N_("New")
    ACCEPTED = "accepted", N_("Accepted")
    WAITING = "waiting", N_("Waiting")
    SCHEDULED = "scheduled", N_("Scheduled")
    DONE = "done", NC_("task", "Done")
    RETURNED = "returned", N_("Returned")
    CANCELLED = "cancelled", NC_("task", "Cancelled")


OPEN_TASKS = (
    TaskStatus.NEW,
    TaskStatus.ACCEPTED,
    TaskStatus.WAITING,
    TaskStatus.SCHEDULED,
    TaskStatus.RETURNED,
)


class AbsenceKind(Choice):
    """For a time, with a return by itself; or for good, with everything handed over."""

    TEMPORARY = "temporary", N_("For a time")
    LEAVING = "leaving", N_("For good")


class AbsenceStatus(Choice):
    """Whether somebody stands in already."""

    PLANNED = "planned", N_("Absence planned")
    RUNNING = "running", N_("Stands in")
    OVER = "over", N_("Over")
    CANCELLED = "cancelled", N_("Called off")


class DocumentKind(Choice):
    """What a file is."""

    POLICY = "policy", N_("Policy")
    OFFER = "offer", N_("Insurer's offer")
    IDENTITY = "identity", N_("Identity document")
    VEHICLE = "vehicle", N_("Vehicle document")
    PAYMENT = "payment", N_("Payment document")
    CONSENT = "consent", N_("Consent")
    PHOTO = "photo", N_("Photo")
    OTHER = "other", N_("Other")


class LentTo(Choice):
    """Who sees a saved list beside the person who made it."""

    NOBODY = "nobody", N_("Only me")
    TEAM = "team", N_("My team")
    EVERYONE = "everyone", N_("Everyone")


class Channel(Choice):
    """Where a notification goes."""

    PANEL = "panel", N_("Panel")
    TELEGRAM = "telegram", N_("Telegram")
    EMAIL = "email", N_("E-mail")
    WEB_PUSH = "web_push", N_("Web push")


class DeliveryStatus(Choice):
    """Outcome of an attempt."""

    PENDING = "pending", N_("Pending")
    SENT = "sent", N_("Sent")
    FAILED = "failed", N_("Failed")
