"""Every event that goes out, by name: the whole page. What is not named here never leaves."""

from __future__ import annotations

from dataclasses import dataclass

from models.base import Record
from models.calculation import Calculation
from models.choices import CalculationStatus
from models.deal import Deal
from models.document import Document
from models.notification import Notification
from models.payment import Expense, Income, Payment
from models.policy import Policy
from models.task import Task

CREATED, UPDATED, DELETED = "created", "updated", "deleted"
STATUSES = tuple(f"status.{status}" for status in CalculationStatus)
LINE = ("kind", "status", "amount", "rate_percent", "base_amount", "deleted_at")


@dataclass(frozen=True)
class Family:
    """The events of one kind of record: where they go, what they are called, which columns they show.

    Columns are keys, states, days and sums. Names, contacts and free text of people are asked for by the API,
    under the rights of who asks.
    """

    record: type[Record]
    exchange: str
    kinds: tuple[str, ...]
    fields: tuple[str, ...]
    renamed: tuple[tuple[str, str], ...] = ()
    """Kinds whose name outside is another than in the log."""

    def outside(self, kind: str) -> str:
        """The CloudEvents type of a kind: `crm.deal.created`."""
        return f"{self.record.__event__}.{dict(self.renamed).get(kind, kind)}"


@dataclass(frozen=True)
class Outgoing:
    """One type of event that goes out."""

    logged: str
    """What the log calls it."""
    type: str
    family: Family

    @property
    def routing_key(self) -> str:
        """The type without the service that it begins with: `deal.payment.updated`."""
        return self.type.split(".", 1)[1]


ALWAYS = (CREATED, UPDATED, DELETED)
FAMILIES = (
    Family(
        Deal,
        "crm.domain",
        ALWAYS,
        (
            "code", "client_id", "stage", "ball", "seller_id", "executor_id", "next_review_at", "next_review_reason",
            "stage_since", "ball_since", "deleted_at",
        ),
    ),
    Family(
        Calculation,
        "crm.domain",
        (*ALWAYS, *STATUSES),
        (
            "deal_id", "need_id", "insurer_id", "status", "premium", "sum_insured", "deductible", "commission_percent",
            "plan", "valid_until", "is_issued", "deleted_at",
        ),
    ),
    Family(
        Policy,
        "crm.domain",
        ALWAYS,
        (
            "deal_id", "need_id", "client_id", "calculation_id", "insurer_id", "product_id", "number", "status",
            "sale_date", "starts_on", "ends_on", "premium", "sum_insured", "plan", "is_renewal", "previous_policy_id",
            "cancelled_on", "deleted_at",
        ),
    ),
    Family(
        Payment,
        "crm.domain",
        ALWAYS,
        (
            "deal_id", "policy_id", "sequence", "due_on", "amount", "status", "paid_amount", "paid_on",
            "covered_until", "collected_by", "incomes_expected", "incomes_received", "expenses_expected",
            "expenses_paid", "deleted_at",
        ),
    ),
    Family(
        Income,
        "crm.domain",
        ALWAYS,
        ("deal_id", "payment_id", *LINE, "received_amount", "received_on", "expected_on", "act_date", "reverses_id"),
    ),
    Family(Expense, "crm.domain", ALWAYS, ("deal_id", "payment_id", *LINE, "paid_on", "payee_id")),
    Family(
        Task,
        "tasks.events",
        (*ALWAYS, "status_changed"),
        (
            "deal_id", "kind_id", "status", "author_id", "assignee_id", "team_id", "due_on", "wakes_on", "returns",
            "accepted_at", "done_at", "calculation_id", "policy_id", "deleted_at",
        ),
    ),
    Family(
        Document,
        "documents.events",
        ALWAYS,
        (
            "deal_id", "client_id", "policy_id", "calculation_id", "kind", "media_type", "size", "sha256",
            "uploaded_by_id", "missing_since", "deleted_at",
        ),
        renamed=((CREATED, "uploaded"),),
    ),
    Family(
        Notification,
        "notifications.events",
        (CREATED,),
        ("user_id", "deal_id", "event"),
        renamed=((CREATED, "dispatched"),),
    ),
)  # fmt: skip

BY_LOG = {
    one.logged: one
    for family in FAMILIES
    for kind in family.kinds
    for one in [Outgoing(f"{family.record.__event__}.{kind}", family.outside(kind), family)]
}
"""What goes out, by what the log calls it."""
BY_TYPE = {one.type: one for one in BY_LOG.values()}
