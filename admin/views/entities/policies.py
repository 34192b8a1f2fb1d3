"""Policies, their changes and their renewals."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Text, func
from starlette.datastructures import FormData

from admin.arrears import read_clock
from admin.changing.starting import START
from admin.changing.telling import told_of
from admin.issuing.files import keep_paper
from admin.views.base import Category, Child, Derived, Slice, Told, View
from admin.views.entities.documents import files_by
from admin.views.entities.leading import TO_RECALCULATE
from models.choices import PolicyStatus, RenewalStatus, Standing
from models.figures.renewals import CONDITIONS
from models.policy.endorsement import Endorsement
from models.policy.record import Policy
from models.policy.renewal import Renewal
from models.session import Work
from models.texts import N_

PAYMENT = (
    "sequence", "due_on", "status", "clock", "amount", "paid_amount", "paid_on", "covered_until", "incomes_expected",
    "incomes_received",
)  # fmt: skip
ENDORSEMENT = ("number", "kind", "effective_on", "premium_difference", "difference_paid", "new_ends_on", "what_changed")
STANDS_BY = ("id", "status", "starts_on", "ends_on", "arrear_effect", "arrear_days")
STANDING = Derived(
    N_("How it stands"),
    lambda c: func.crm.standing(*(c.c[name] for name in STANDS_BY), type_=Text),
    STANDS_BY,
    Standing,
)
CLOCK = Derived(
    N_("Arrear"),
    lambda c: func.crm.clock(c.c.id, func.crm.unpaid_since(c.c.id), type_=Text),
    ("arrear_effect", "arrear_days"),
    show=read_clock,
)


class PolicyView(View):
    """Policies by the day they end."""

    record = Policy
    name, name_plural = N_("Policy"), N_("Policies")
    category, icon, order = Category.WORK, "shield", 50
    columns = (
        "number", "client_id", "insurer_id", "product_id", "deal_id", "standing", "starts_on", "ends_on", "premium",
    )  # fmt: skip
    derived = {"standing": STANDING, "clock": CLOCK}
    spare = ("starts_on",)
    filters = (
        "standing", "status", "insurer_id", "product_id", "client_id", "deal_id", "starts_on", "ends_on", "sale_date",
        "premium", "is_renewal", "calculation_id", "created_at", "deal_id.seller_id",
    )  # fmt: skip
    quiet_filters = ("deal_id.seller_id.team_id", "deal_id.source", "deal_id.created_at")
    slices = {fate.value: Slice(fate.label, condition) for fate, condition in CONDITIONS.items()}
    short_form = (
        "need_id", "insurer_id", "product_id", "number", "starts_on", "ends_on", "premium", "sum_insured", "plan",
        "commission_percent",
    )  # fmt: skip
    default_sort = "-ends_on"
    search = "crm.search_policies"
    quiet_states = (PolicyStatus.CANCELLED, PolicyStatus.ANNULLED)
    labels = {"number": N_("Policy")}
    strip = "parts/earned_place.html"
    dialogs = {"issue": "parts/issue.html", "endorse": "parts/endorse.html", "cancel": "parts/terminate.html"}
    assets = ("issue.css", "changing.css", "js/issue.js")
    children = (
        Child("payment", "policy_id", PAYMENT, eager=True, sums=True, inner=("income", "expense", "transit")),
        Child(
            "policy",
            "previous_policy_id",
            ("number",),
            N_("Chain of policies"),
            eager=True,
            template="parts/chain.html",
            loader="admin.views.record.chain:chain_of",
        ),
        Child("endorsement", "policy_id", ENDORSEMENT, eager=True),
        Child("renewal", "policy_id"),
        files_by("policy_id"),
        Child("task", "policy_id"),
    )
    further = (TO_RECALCULATE,)
    empty = N_("No policies yet. Confirm a calculation and hand the deal off for issue.")

    async def standing_of(self, work: Work, row: Any) -> Told:
        """What the days and the arrears make of it, with the clock that runs."""
        return await told_of(work, row)

    async def start_values(self, verb: str, row: Any, work: Work) -> Mapping[str, Any]:
        """An endorsement begins today with the next number, the difference where it can be paid."""
        return await START[verb](work, row) if verb in START else {}

    async def after_verb(self, verb: str, row: Any, data: FormData, work: Work) -> None:
        """The files of an issue are the policy's."""
        if verb == "issue":
            await keep_paper(work, row, data)


class EndorsementView(View):
    """Dated changes of policies."""

    record = Endorsement
    name, name_plural = N_("Endorsement"), N_("Endorsements")
    category, icon = Category.WORK, "file-diff"
    columns = ("number", "policy_id", "deal_id.client_id", "kind", "effective_on", "premium_difference")
    filters = ("kind", "policy_id", "effective_on")
    default_sort = "-effective_on"
    menu = False


class RenewalView(View):
    """Expiring policies and what became of them."""

    record = Renewal
    name, name_plural = N_("Renewal"), N_("Renewals")
    category, icon, order = Category.WORK, "refresh", 65
    columns = (
        "policy_id",
        "policy_id.client_id",
        "policy_id.ends_on",
        "deal_id",
        "status",
        "successor_id",
        "lost_reason",
    )
    filters = ("status", "policy_id.ends_on", "policy_id.insurer_id", "deal_id", "lost_reason", "lost_to", "created_at")
    quiet_filters = ("policy_id.product_id", "deal_id.seller_id", "deal_id.seller_id.team_id")
    default_sort = "policy_id.ends_on"
    due = ("policy_id.ends_on",)
    open_states = (RenewalStatus.FOUND, RenewalStatus.CONTACTED, RenewalStatus.OFFERED)
    quiet_states = (RenewalStatus.RENEWED, RenewalStatus.LOST)
    empty = N_("No renewals yet. They appear by themselves before policies end.")
