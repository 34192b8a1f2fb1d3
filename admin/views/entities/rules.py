"""Date-effective rules of money."""

from admin.views.base import Category, View
from models.rules import CommissionRule, ExpenseRule
from models.texts import N_


class CommissionRuleView(View):
    """What insurers pay."""

    record = CommissionRule
    name, name_plural = N_("Commission rule"), N_("Commission rules")
    category, icon, order = Category.CATALOGUE, "percentage", 50
    columns = ("name", "insurer_id", "product_id", "kind", "percent", "fixed_amount", "starts_on", "ends_on")
    filters = ("insurer_id", "product_id", "agreement_id", "kind", "starts_on", "ends_on", "settlement", "is_renewal")
    default_sort = "name"


class ExpenseRuleView(View):
    """What the brokerage shares."""

    record = ExpenseRule
    name, name_plural = N_("Expense rule"), N_("Expense rules")
    category, icon, order = Category.CATALOGUE, "discount", 55
    columns = (
        "name",
        "kind",
        "insurer_id",
        "product_id",
        "share_of",
        "percent",
        "fixed_amount",
        "starts_on",
        "ends_on",
    )
    filters = ("kind", "insurer_id", "product_id", "share_of", "starts_on", "ends_on")
    default_sort = "name"
