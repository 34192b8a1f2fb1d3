"""Insurers' statements."""

from admin.views.base import Category, Child, View
from models.choices import StatementStatus
from models.statement import Statement, StatementLayout, StatementLine
from models.texts import N_


class StatementView(View):
    """Files of insurers, the newest first."""

    record = Statement
    name, name_plural = N_("Statement"), N_("Statements")
    category, icon, order = Category.MONEY, "report-money", 62
    columns = ("title", "insurer_id", "agreement_id", "period_from", "period_to", "status", "total", "created_at")
    filters = ("status", "insurer_id", "agreement_id", "period_from", "total", "created_at")
    default_sort = "-created_at"
    open_states = (StatementStatus.DRAFT, StatementStatus.PARTLY)
    create_label = N_("Bring a statement")
    children = (Child("statement-line", "statement_id"),)
    empty = N_("No statements yet. Drop an insurer's file here: its lines find their instalments by themselves.")


class StatementLineView(View):
    """What each line matched."""

    record = StatementLine
    name, name_plural = N_("Statement line"), N_("Statement lines")
    category, icon = Category.MONEY, "list-numbers"
    columns = (
        "statement_id", "row", "number", "holder", "premium", "percent", "commission", "expected_amount", "verdict",
        "decision", "posted_on",
    )  # fmt: skip
    filters = ("verdict", "decision", "statement_id", "premium", "commission", "paid_on", "posted_on")
    default_sort = "row"
    creatable = False
    menu = False


class StatementLayoutView(View):
    """Where the columns stand in an insurer's files."""

    record = StatementLayout
    name, name_plural = N_("Layout of statements"), N_("Layouts of statements")
    category, icon = Category.CATALOGUE, "table-options"
    columns = ("insurer_id", "titles", "is_by_hand", "created_at")
    filters = ("insurer_id", "is_by_hand", "created_at")
    creatable = False
    editable = False
    empty = N_("No layouts yet. The first statement of each insurer leaves one here.")
