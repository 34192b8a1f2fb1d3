"""Plans of sales."""

from admin.views.base import Category, View
from models.target import SalesTarget
from models.texts import N_


class SalesTargetView(View):
    """What months should bring, the newest first."""

    record = SalesTarget
    name, name_plural = N_("Sales plan"), N_("Sales plans")
    category, icon, order = Category.MONEY, "target-arrow", 90
    columns = ("month", "team_id", "user_id", "measure", "amount")
    filters = ("month", "team_id", "user_id", "measure", "amount")
    quiet_filters = ("user_id.team_id",)
    default_sort = "-month"
    labels = {"user_id": N_("Seller"), "month": N_("Month"), "measure": N_("What is planned")}
    empty = N_("No plans yet. Plan a month here, then copy it to the next one on the dashboards.")
