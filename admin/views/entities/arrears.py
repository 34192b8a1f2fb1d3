"""What contracts say of an unpaid instalment."""

from admin.views.base import Category, View
from models.arrears import ArrearTerms
from models.texts import N_


class ArrearTermsView(View):
    """The most specific terms count: insurer, product and program before insurer alone."""

    record = ArrearTerms
    name, name_plural = N_("Terms of arrears"), N_("Terms of arrears")
    category, icon, order = Category.CATALOGUE, "clock-exclamation", 60
    columns = ("effect", "days", "insurer_id", "product_id", "program", "note")
    filters = ("effect", "insurer_id", "product_id")
    default_sort = "effect"
    labels = {"effect": N_("What an arrear does"), "days": N_("After days")}
    empty = N_("No terms yet: every arrear puts the cover at risk and nothing more.")
