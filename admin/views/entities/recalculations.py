"""Recalculations and the lines of their previews."""

from admin.views.base import Category, Child, View
from models.choices import DifferenceOutcome
from models.choices import RecalculationStatus as S
from models.recalculation import Recalculation, RecalculationDifference
from models.texts import N_

TOUCHED = Child(
    "recalculation",
    "commission_rule_id",
    title=N_("Whom it touches"),
    template="recalculation/reach.html",
    loader="admin.recalculation.reach:reach_of",
    assets=("recalculation.css",),
)
"""On the page of what rules follow from: what it gives now, what would change, and the way into a preview."""


class RecalculationView(View):
    """Runs that make expected lines anew, the newest first."""

    record = Recalculation
    name, name_plural = N_("Recalculation"), N_("Recalculations")
    category, icon, order = Category.MONEY, "refresh-dot", 61
    columns = (
        "created_at", "name", "status", "lines", "incomes_before", "incomes_after", "expenses_before",
        "expenses_after", "created_by_id",
    )  # fmt: skip
    spare = ("expenses_before", "expenses_after")
    filters = (
        "status", "insurer_id", "product_id", "commission_rule_id", "expense_rule_id", "created_by_id", "created_at",
    )  # fmt: skip
    labels = {
        "name": N_("Selection"),
        "lines": N_("Lines that differ"),
        "incomes_before": N_("Income before"),
        "incomes_after": N_("Income after"),
        "expenses_before": N_("Expense before"),
        "expenses_after": N_("Expense after"),
        "with_missing": N_("Make lines that are missing too"),
        "with_imported": N_("Imported rates too"),
        "entity_id": N_("Own entity"),
        "created_by_id": N_("Who"),
    }
    default_sort = "-created_at"
    open_states = (S.PLANNED, S.PREVIEWED, S.RUNNING, S.PAUSED, S.UNDOING)
    quiet_states = (S.CANCELLED, S.UNDONE)
    form = (
        (N_("Which policies"), ("insurer_id", "product_id", "sold_from", "sold_to", "entity_id")),
        (N_("By a rule"), ("commission_rule_id", "expense_rule_id")),
        (N_("Which lines"), ("with_missing", "with_imported")),
    )
    facts = (
        "commission_rule_id", "expense_rule_id", "insurer_id", "product_id", "entity_id", ("sold_from", "sold_to"),
        "created_by_id", "previewed_at", "finished_at", "with_missing", "with_imported",
    )  # fmt: skip
    form_foot = "recalculation/foot.html"
    form_assets = ()
    editable = False
    children = (
        Child(
            "recalculation-difference",
            "recalculation_id",
            ("policy_id", "payment_id", "kind", "before_amount", "after_amount", "change", "why", "outcome"),
            title=N_("Lines of the recalculation"),
            eager=True,
            template="recalculation/differences.html",
            loader="admin.recalculation.section:state_of",
            assets=("recalculation.css",),
        ),
    )
    empty = N_("No recalculations yet. When a rate changes, look here what it makes of the lines that are expected.")


class RecalculationDifferenceView(View):
    """Lines of previews."""

    record = RecalculationDifference
    name, name_plural = N_("Difference"), N_("Differences")
    category, icon = Category.MONEY, "arrows-exchange"
    columns = (
        "policy_id", "payment_id", "policy_id.client_id", "policy_id.insurer_id", "side", "kind", "before_amount",
        "after_amount", "change", "why", "outcome",
    )  # fmt: skip
    filters = ("recalculation_id", "side", "kind", "why", "outcome", "policy_id.insurer_id", "change")
    labels = {
        "side": N_("Side"),
        "before_amount": N_("Was"),
        "after_amount": N_("Becomes"),
        "change": N_("Difference"),
        "why": N_("Why"),
        "outcome": N_("What became of it"),
    }
    default_sort = "-created_at"
    quiet_states = (DifferenceOutcome.LEFT,)
    creatable, editable, menu = False, False, False
