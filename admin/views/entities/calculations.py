"""Insurers' quotes."""

from admin.views.base import Category, View
from models.calculation import Calculation
from models.choices import CalculationStatus as S
from models.texts import N_


class CalculationView(View):
    """Variants of insurers, the newest first."""

    record = Calculation
    name, name_plural = N_("Calculation"), N_("Calculations")
    category, icon, order = Category.WORK, "calculator", 40
    columns = (
        "title", "deal_id", "deal_id.client_id", "status", "premium", "sum_insured", "deductible",
        "commission_percent", "valid_until",
    )  # fmt: skip
    filters = ("status", "insurer_id", "deal_id", "premium", "valid_until", "created_at")
    default_sort = "-created_at"
    due = ("valid_until",)
    open_states = (S.READY, S.OFFERED)
    quiet_states = (S.REFUSED, S.DECLINED, S.STALE, S.ARCHIVED)
    labels = {"title": N_("Variant")}
    empty = N_("No calculations yet. Hand a deal off for calculation, or add a variant on the deal's page.")
