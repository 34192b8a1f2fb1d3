"""Agent's acts and pay-out sheets."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from admin.views.base import Category, Child, View
from models.act import ActLine, AgentAct
from models.catalogue import Entity
from models.paper import ActStatus, LineStatus, PayoutStatus, Period
from models.payout import Payout, PayoutLine
from models.session import Work
from models.texts import N_

ACT_LINE = ("policy_number", "policyholder", "product", "paid_on", "premium", "rate_percent", "commission", "vat")
PAYOUT_LINE = ("policy_number", "policyholder", "insurer", "kind", "payable_since", "base_amount", "amount")


class ActView(View):
    """What insurers are told that their policies have earned, the newest first."""

    record = AgentAct
    name, name_plural = N_("Agent's act"), N_("Agent's acts")
    category, icon, order = Category.MONEY, "file-certificate", 60
    columns = ("title", "insurer_id", "entity_id", "period_from", "period_to", "status", "signed_on", "line_count",
               "premium", "commission", "vat")  # fmt: skip
    spare = ("entity_id", "period_from", "line_count")
    filters = ("status", "insurer_id", "entity_id", "agreement_id", "period_from", "signed_on", "commission",
               "created_at")  # fmt: skip
    default_sort = "-created_at"
    labels = {"period_from": N_("Period from"), "period_to": N_("Period to"), "line_count": N_("Lines"),
              "vat": N_("VAT in it"), "signed_by_id": N_("Signed in the panel by"),
              "takes_earlier": N_("With earlier days that are in no act"),
              "signatory": N_("Signed for us by"), "signed_on": N_("Date of the act")}  # fmt: skip
    form = (("", ("agreement_id", "period_from", "period_to", "takes_earlier", "note")),)
    facts = (
        "insurer_id", "agreement_id", ("period_from", "period_to"), "entity_id", "premium", "commission", "vat",
        ("signed_on", "signatory"), "signed_by_id",
    )  # fmt: skip
    stages = (ActStatus.DRAFT, ActStatus.SIGNED)
    quiet_states = (ActStatus.CANCELLED,)
    head_actions = "parts/paper_actions.html"
    assets = ("papers.css",)
    children = (
        Child(
            "act-line", "act_id", ACT_LINE, eager=True, template="parts/act_lines.html",
            loader="admin.papers.sections:act_lines",
        ),
    )  # fmt: skip
    empty = N_("No acts yet. When a month is over, create one: its lines come by themselves.")

    def new_values(self, today: date) -> Mapping[str, Any]:
        """The month that is over."""
        period = Period.month_before(today)
        return {"period_from": period.first, "period_to": period.last}

    async def start_values(self, verb: str, row: Any, work: Work) -> Mapping[str, Any]:
        """An act is signed today by whom the entity names."""
        if verb != "sign":
            return {}
        entity = await work.get(Entity, row.entity_id)
        return {"signed_on": work.today, "signatory": entity.signatory if entity else None}


class ActLineView(View):
    """What stands in acts."""

    record = ActLine
    name, name_plural = N_("Line of an act"), N_("Lines of acts")
    category, icon, order = Category.MONEY, "list-numbers", 60
    columns = ("policy_number", "act_id", "policyholder", "product", "instalment", "paid_on", "premium",
               "rate_percent", "commission", "vat_mode", "vat", "status")  # fmt: skip
    filters = ("act_id", "status", "settlement", "act_id.insurer_id", "paid_on", "policy_id", "income_id", "commission")
    default_sort = "-paid_on"
    labels = {"policy_number": N_("Policy"), "vat": N_("VAT in it"), "paid_on": N_("Premium paid on"),
              "act_id": N_("Agent's act")}  # fmt: skip
    quiet_states = (LineStatus.OUT, LineStatus.FREED)
    creatable = False
    editable = False
    menu = False


class PayoutView(View):
    """What people are paid, the newest first; who is paid sees their own."""

    record = Payout
    name, name_plural = N_("Pay-out sheet"), N_("Pay-out sheets")
    category, icon, order = Category.MONEY, "wallet", 61
    columns = ("payee", "period_from", "period_to", "status", "line_count", "total", "approved_by_id", "paid_on")
    spare = ("period_from", "line_count")
    filters = ("status", "payee_id", "period_from", "period_to", "paid_on", "total", "created_at")
    default_sort = "-created_at"
    labels = {"payee": N_("To whom"), "period_from": N_("Period from"), "period_to": N_("Period to"),
              "line_count": N_("Lines"), "payee_id": N_("User")}  # fmt: skip
    named = N_("pay-out sheet: {title}")
    form = (("", ("note",)),)
    facts = ("total", ("period_from", "period_to"), "line_count", "approved_by_id", ("paid_on", "paid_by_id"))
    stages = (PayoutStatus.DRAFT, PayoutStatus.APPROVED, PayoutStatus.PAID)
    quiet_states = (PayoutStatus.CANCELLED,)
    list_actions = "parts/payout_list_actions.html"
    head_actions = "parts/paper_actions.html"
    assets = ("papers.css",)
    children = (
        Child(
            "payout-line", "payout_id", PAYOUT_LINE, eager=True, template="parts/payout_lines.html",
            loader="admin.papers.sections:payout_lines",
        ),
    )  # fmt: skip
    creatable = False
    empty = N_("No pay-out sheets yet. They are made for everyone at once when a month is over.")


class PayoutLineView(View):
    """What people are paid for."""

    record = PayoutLine
    name, name_plural = N_("Line of a pay-out sheet"), N_("Lines of pay-out sheets")
    category, icon, order = Category.MONEY, "list-numbers", 61
    columns = ("policy_number", "payout_id", "policyholder", "insurer", "product", "kind", "payable_since",
               "base_amount", "rate_percent", "amount", "status")  # fmt: skip
    filters = (
        "payout_id",
        "status",
        "kind",
        "payee_id",
        "payable_since",
        "policy_id",
        "deal_id",
        "expense_id",
        "amount",
    )
    default_sort = "-payable_since"
    labels = {"policy_number": N_("Policy"), "payout_id": N_("Pay-out sheet"), "base_amount": N_("Of what"),
              "payee_id": N_("User")}  # fmt: skip
    quiet_states = (LineStatus.OUT, LineStatus.FREED)
    creatable = False
    editable = False
    menu = False
