"""Date-effective rules of money."""

from admin.views.base import Category, Child, View
from admin.views.entities.recalculations import TOUCHED
from models.rules import CommissionRule, CommissionTier, ExpenseRule
from models.texts import N_

LABELS = {"is_renewal": N_("Renewal"), "percent": N_("Percent"), "fixed_amount": N_("Fixed amount")}
DIALOGS = {"change_rate": "recalculation/change_rate.html"}


class CommissionRuleView(View):
    """What insurers pay."""

    record = CommissionRule
    name, name_plural = N_("Commission rule"), N_("Commission rules")
    category, icon, order = Category.CATALOGUE, "percentage", 50
    columns = ("name", "insurer_id", "product_id", "kind", "percent", "fixed_amount", "starts_on", "ends_on")
    filters = ("insurer_id", "product_id", "agreement_id", "kind", "starts_on", "ends_on", "settlement", "is_renewal")
    labels = LABELS
    default_sort = "name"
    dialogs = DIALOGS
    children = (
        Child(
            "commission-tier", "rule_id", ("from_premium", "percent"), title=N_("Tiers"), eager=True,
            empty=N_("No tiers: the rule's percent holds for every premium."),
        ),
        TOUCHED,
    )  # fmt: skip


class CommissionTierView(View):
    """Percents by the size of the premium."""

    record = CommissionTier
    name, name_plural = N_("Tier"), N_("Tiers")
    category, icon = Category.CATALOGUE, "stairs-up"
    columns = ("rule_id", "from_premium", "percent")
    filters = ("rule_id", "from_premium")
    labels = {"from_premium": N_("From a premium of"), "rule_id": N_("Rule")}
    default_sort = "from_premium"
    menu = False


class ExpenseRuleView(View):
    """What the brokerage shares."""

    record = ExpenseRule
    name, name_plural = N_("Expense rule"), N_("Expense rules")
    category, icon, order = Category.CATALOGUE, "discount", 55
    columns = (
        "name", "kind", "payee_name", "insurer_id", "product_id", "share_of", "percent", "fixed_amount", "starts_on",
        "ends_on",
    )  # fmt: skip
    spare = ("payee_name",)
    filters = ("kind", "insurer_id", "product_id", "share_of", "starts_on", "ends_on", "is_renewal")
    labels = LABELS | {"payee_name": N_("Other payee")}
    default_sort = "name"
    dialogs = DIALOGS
    children = (TOUCHED._replace(by="expense_rule_id"),)
