"""Insurers' statements."""

from admin.views.base import Category, Child, View
from models.statement import Statement, StatementLine
from models.texts import N_


class StatementView(View):
    """Files of insurers, the newest first."""

    record = Statement
    name, name_plural = N_("Statement"), N_("Statements")
    category, icon, order = Category.MONEY, "report-money", 62
    columns = ("title", "insurer_id", "agreement_id", "period_from", "period_to", "status", "total", "created_at")
    filters = ("status", "insurer_id", "agreement_id", "period_from", "total", "created_at")
    default_sort = "-created_at"
    children = (Child("statement-line", "statement_id"),)
    empty = N_("No statements yet. Enter the first one when an insurer has sent it.")


class StatementLineView(View):
    """What each line matched."""

    record = StatementLine
    name, name_plural = N_("Statement line"), N_("Statement lines")
    category, icon = Category.MONEY, "list-numbers"
    columns = ("statement_id", "row", "number", "premium", "commission", "paid_on", "verdict", "decision")
    filters = ("verdict", "statement_id", "premium", "commission", "paid_on")
    default_sort = "row"
    creatable = False
    menu = False
