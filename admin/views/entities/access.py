"""How people sign in: sessions, tokens, codes, chats; and the lists they keep."""

from admin.views.base import Category, View
from models.intake.draft import IntakeDraft
from models.people import ApiToken, Credential, LoginSession, OneTimeCode, SavedView, TelegramLink
from models.pins import Pin
from models.texts import N_


class LoginSessionView(View):
    """Browsers that are signed in."""

    record = LoginSession
    name, name_plural = N_("Session"), N_("Sessions")
    category, icon, order = Category.PEOPLE, "device-desktop", 60
    columns = ("user_id", "user_agent", "ip", "created_at", "expires_at", "ended_at")
    filters = ("user_id", "created_at", "ended_at")
    creatable = editable = False


class ApiTokenView(View):
    """Tokens for scripts."""

    record = ApiToken
    name, name_plural = N_("API token"), N_("API tokens")
    category, icon, order = Category.SETTINGS, "key", 30
    columns = ("name", "user_id", "created_at", "expires_at", "revoked_at")
    filters = ("user_id", "expires_at", "revoked_at")
    creatable = editable = False


class OneTimeCodeView(View):
    """Codes that work once."""

    record = OneTimeCode
    name, name_plural = N_("One-time code"), N_("One-time codes")
    category, icon, order = Category.SETTINGS, "password", 70
    columns = ("user_id", "purpose", "created_at", "expires_at", "used_at")
    filters = ("user_id", "purpose", "expires_at")
    creatable = editable = False
    menu = False


class TelegramLinkView(View):
    """Chats with the bot."""

    record = TelegramLink
    name, name_plural = N_("Telegram link"), N_("Telegram links")
    category, icon, order = Category.SETTINGS, "brand-telegram", 40
    columns = ("user_id", "chat_id", "created_at", "blocked_at")
    filters = ("user_id", "blocked_at")
    creatable = editable = False


class SavedViewView(View):
    """Lists as people like them."""

    record = SavedView
    name, name_plural = N_("Saved view"), N_("Saved views")
    category, icon, order = Category.SETTINGS, "bookmark", 20
    columns = ("name", "identity", "user_id", "lent_to", "is_first", "for_role_id", "created_at")
    filters = ("identity", "user_id", "lent_to", "for_role_id")
    labels = {"for_role_id": N_("Opens first for the role")}
    default_sort = "name"
    creatable = False
    empty = N_("No saved lists yet. “Keep this list” above any list makes one.")


class PinView(View):
    """Records that people keep at hand."""

    record = Pin
    name, name_plural = N_("Pinned record"), N_("Pinned records")
    category, icon, order = Category.SETTINGS, "pin", 25
    columns = ("identity", "user_id", "created_at")
    filters = ("identity", "user_id")
    creatable = editable = False
    menu = False
    empty = N_("Nothing is pinned yet. “Pin” on the page of any record does it.")


class CredentialView(View):
    """Passwords: sealed, no page shows them."""

    record = Credential
    name, name_plural = N_("Credential"), N_("Credentials")
    category, icon = Category.SETTINGS, "lock"
    columns = ("user_id", "changed_at")
    creatable = editable = False
    menu = False


class IntakeDraftView(View):
    """Calls that are being typed; the page of calls shows them, this list only that they are there."""

    record = IntakeDraft
    name, name_plural = N_("Draft of a call"), N_("Drafts of calls")
    category, icon, order = Category.SETTINGS, "phone", 80
    columns = ("title", "touched_at", "cleared_at")
    filters = ("touched_at", "cleared_at")
    default_sort = "-touched_at"
    creatable = editable = False
    menu = False
