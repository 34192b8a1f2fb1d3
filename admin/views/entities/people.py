"""People, their roles and teams."""

from admin.views.base import Category, Child, View
from models.absence import Absence
from models.choices import AbsenceStatus
from models.people import Role, Team, User
from models.texts import N_


class UserView(View):
    """People who sign in."""

    record = User
    name, name_plural = N_("User"), N_("Users")
    category, icon, order = Category.PEOPLE, "user", 10
    columns = ("full_name", "username", "role_id", "team_id", "is_active", "phone", "created_at")
    filters = ("role_id", "team_id", "is_active", "created_at")
    default_sort = "full_name"
    children = (Child("session", "user_id"), Child("absence", "user_id"), Child("telegram-link", "user_id"))


class RoleView(View):
    """What people may do and how far they see."""

    record = Role
    name, name_plural = N_("Role"), N_("Roles")
    category, icon, order = Category.PEOPLE, "id-badge", 20
    columns = ("name", "slug", "scope", "grants", "approval_limit")
    labels = {"approval_limit": N_("Approves expenses up to, ₽")}
    filters = ("scope",)
    default_sort = "name"
    children = (Child("user", "role_id"),)


class TeamView(View):
    """People who work together."""

    record = Team
    name, name_plural = N_("Team"), N_("Teams")
    category, icon, order = Category.PEOPLE, "users", 30
    columns = ("name", "created_at")
    default_sort = "name"
    children = (Child("user", "team_id"),)


class AbsenceView(View):
    """Who stands in for whom."""

    record = Absence
    name, name_plural = N_("Absence"), N_("Absences")
    category, icon, order = Category.PEOPLE, "beach", 40
    columns = ("user_id", "substitute_id", "kind", "status", "starts_on", "ends_on", "reason")
    filters = ("user_id", "substitute_id", "kind", "status", "starts_on", "ends_on")
    default_sort = "-starts_on"
    labels = {
        "user_id": N_("Who is away"),
        "substitute_id": N_("Who stands in"),
        "starts_on": N_("From"),
        "ends_on": N_("To, the day included"),
    }
    form = (("", ("user_id", "substitute_id", "kind", "starts_on", "ends_on", "reason")),)
    heading = ("user_id",)
    facts = ("substitute_id", ("starts_on", "ends_on"), "kind", "reason")
    quiet_states = (AbsenceStatus.OVER, AbsenceStatus.CANCELLED)
    empty = N_("Nobody is away. Say here who stands in for whom, and from when to when.")
