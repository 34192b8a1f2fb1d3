"""Saved lists that people follow."""

from admin.views.base import Category, View
from models.following import FollowedView
from models.texts import N_


class FollowedListView(View):
    """Who keeps which list in the menu, and who hears of what enters it."""

    record = FollowedView
    name, name_plural = N_("Followed list"), N_("Followed lists")
    category, icon, order = Category.SETTINGS, "bell-ringing", 17
    columns = ("saved_view_id", "user_id", "is_pinned", "tells", "created_at")
    filters = ("is_pinned", "tells", "user_id")
    labels = {"is_pinned": N_("In the menu"), "tells": N_("Tells of new ones"), "saved_view_id": N_("Saved list")}
    creatable = editable = False
    menu = False
    empty = N_("Nobody follows a list yet: open a saved one and put it into the menu.")
