"""Clients, deals, calculations, policies: their kinds and states."""

from __future__ import annotations

from models.choices.base import Choice
from models.texts import N_, NC_


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
