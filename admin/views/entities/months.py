"""Closed months."""

from admin.views.base import Category, View
from models.month import ClosedMonth
from models.texts import N_


class ClosedMonthView(View):
    """Months whose money no longer moves, and those that were reopened."""

    record = ClosedMonth
    name, name_plural = N_("Closed month"), N_("Closed months")
    category, icon, order = Category.MONEY, "calendar-x", 63
    columns = ("month", "closed_by_id", "closed_at", "reopened_by_id", "reopened_at", "reopen_reason")
    filters = ("month", "closed_at", "reopened_at")
    default_sort = "-month"
    creatable = False
    editable = False
    menu = False
    empty = N_("No month is closed yet. It is done on the page “Month close”.")
