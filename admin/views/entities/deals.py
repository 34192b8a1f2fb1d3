"""Deals and what is written in them."""

from collections.abc import Iterable
from uuid import UUID

from admin.views.base import Category, Child, View
from admin.views.entities.documents import files_by
from models.choices import OPEN_STAGES, DealStage
from models.deal import Deal, DealParticipant, DealStep, JournalEntry, Need
from models.deal.next_step import Step, next_steps
from models.session import Work
from models.texts import N_

CALCULATION = (
    "title", "need_id", "status", "premium", "sum_insured", "deductible", "commission_percent", "plan", "valid_until",
    "refusal_reason", "decline_reason", "note",
)  # fmt: skip
POLICY = ("number", "product_id", "insurer_id", "standing", "clock", "starts_on", "ends_on", "premium")
PAYMENT = (
    "sequence", "policy_id", "due_on", "status", "clock", "amount", "paid_amount", "incomes_expected",
    "incomes_received",
)  # fmt: skip


class DealView(View):
    """The list that the working day starts with: the nearest review first."""

    record = Deal
    name, name_plural = N_("Deal"), N_("Deals")
    category, icon, order = Category.WORK, "briefcase", 10
    columns = (
        "code", "title", "client_id", "stage", "ball", "next_review_at", "next_review_reason",
        "seller_id", "executor_id",
    )  # fmt: skip
    spare = ("next_review_reason",)
    filters = (
        "stage", "ball", "seller_id", "executor_id", "client_id", "next_review_at", "stage_since", "source",
        "lost_reason", "win_back", "created_at",
    )  # fmt: skip
    quiet_filters = ("seller_id.team_id",)
    default_sort = "next_review_at"
    search = "crm.search_deals"
    labels = {"code": N_("Deal"), "next_review_at": N_("Review"), "next_review_reason": N_("Why review"),
              "ball": N_("Waiting for"), "title": N_("Subject"), "stage_since": N_("At this stage")}  # fmt: skip
    due = ("next_review_at",)
    set_by = {"next_review_at": "put_off", "review_on": "put_off"}
    open_states = tuple(OPEN_STAGES)
    quiet_states = (DealStage.CLOSED, DealStage.LOST)
    heading = ("code", "client_id", "title")
    facts = (
        ("seller_id", "executor_id"), ("ball", "ball_since"), "stage_since", ("next_review_at", "next_review_reason"),
        ("lost_reason", "lost_to", "lost_difference"), "win_back", "source",
    )  # fmt: skip
    beside = {"next_review_at": "parts/put_off.html"}
    strip = "parts/earned_place.html"
    stages = tuple(OPEN_STAGES)
    children = (
        Child(
            "need",
            "deal_id",
            ("title", "product_id", "insured_object_id", "note"),
            eager=True,
            empty=N_("What is to be insured will be here."),
        ),
        Child(
            "calculation",
            "deal_id",
            CALCULATION,
            eager=True,
            spare=("sum_insured", "plan", "refusal_reason", "decline_reason", "note"),
            empty=N_("Variants of insurers will be here: enter them, paste them from Excel or add one."),
            actions="parts/calculation_actions.html",
            assets=("quotes.css", "entry.css", "issue.css", "js/entry.js", "js/issue.js"),
        ),
        Child(
            "policy",
            "deal_id",
            POLICY,
            eager=True,
            spare=("starts_on",),
            empty=N_("The policy appears when the deal is handed off for issue."),
        ),
        Child(
            "payment",
            "deal_id",
            PAYMENT,
            eager=True,
            sums=True,
            inner=("income", "expense", "transit"),
            spare=("incomes_expected", "incomes_received"),
            empty=N_("Instalments appear together with the policy."),
        ),
        Child(
            "task",
            "deal_id",
            ("title", "kind_id", "status", "author_id", "assignee_id", "due_on"),
            template="parts/tasks.html",
            loader="admin.tasks.section:load",
            assets=("tasks.css",),
        ),
        files_by("deal_id"),
        Child(
            "renewal",
            "deal_id",
            ("policy_id", "status", "successor_id", "lost_reason"),
            empty=N_("A renewal appears by itself when the policy comes to its end."),
        ),
        Child(
            "deal-participant",
            "deal_id",
            ("user_id", "created_at"),
            empty=N_("Colleagues asked into the deal will be here."),
        ),
        Child("journal-entry", "deal_id", ("happened_at", "kind", "author_id"), quick=True),
    )
    empty = N_("No deals yet. A deal starts with a client's call: create one and hand it off for calculation.")

    async def steps_of(self, work: Work, keys: Iterable[UUID]) -> dict[UUID, Step]:
        """What the deal's tasks, variants and drafts call for."""
        return await next_steps(work, keys)


class JournalEntryView(View):
    """Notes, calls and messages of deals."""

    record = JournalEntry
    name, name_plural = N_("Journal entry"), N_("Journal")
    category, icon, order = Category.WORK, "notebook", 90
    columns = ("happened_at", "deal_id", "kind", "body", "author_id")
    filters = ("kind", "deal_id", "author_id", "happened_at")
    default_sort = "-happened_at"
    labels = {"body": N_("What happened"), "happened_at": N_("When")}
    empty = N_("The journals are empty. Write the first entry on a deal's page.")


class NeedView(View):
    """What is to be insured, deal by deal."""

    record = Need
    name, name_plural = N_("Need"), N_("Needs")
    category, icon, order = Category.WORK, "target", 80
    columns = ("title", "deal_id", "deal_id.client_id", "product_id", "insured_object_id")
    filters = ("product_id", "deal_id", "created_at")
    default_sort = "title"
    menu = False


class DealParticipantView(View):
    """Colleagues asked into deals."""

    record = DealParticipant
    name, name_plural = N_("Participant"), N_("Participants")
    category, icon = Category.WORK, "users-plus"
    columns = ("deal_id", "user_id", "created_at")
    filters = ("user_id", "deal_id")
    menu = False


class DealStepView(View):
    """Stages that deals have entered: what the funnel counts."""

    record = DealStep
    name, name_plural = N_("Step of a deal"), N_("Steps of deals")
    category, icon = Category.WORK, "filter"
    columns = ("entered_at", "stage", "deal_id", "deal_id.client_id", "deal_id.stage", "deal_id.lost_reason",
               "deal_id.seller_id")  # fmt: skip
    filters = ("stage", "entered_at", "deal_id.stage", "is_furthest", "deal_id.seller_id", "deal_id")
    quiet_filters = ("deal_id.seller_id.team_id",)
    labels = {"stage": N_("Stage entered"), "deal_id.stage": N_("Stage now"), "is_furthest": N_("Came no further")}
    default_sort = "-entered_at"
    creatable = editable = False
    menu = False
