"""What people are told and how."""

from admin.views.base import Category, Child, View
from models.choices import DeliveryStatus
from models.notification import ContactPoint, DeliveryAttempt, Notification, Preference, Template
from models.texts import N_


class NotificationView(View):
    """One's own notifications, the newest first."""

    record = Notification
    name, name_plural = N_("Notification"), N_("Notifications")
    category, icon, order = Category.WORK, "bell", 92
    columns = ("created_at", "title", "deal_id", "user_id", "read_at")
    filters = ("read_at", "deal_id", "user_id", "created_at")
    creatable = editable = False
    children = (Child("delivery-attempt", "notification_id"),)
    empty = N_("Nothing to tell you yet. Hand-offs, reminders and returns will appear here.")


class TemplateView(View):
    """The words of notifications."""

    record = Template
    name, name_plural = N_("Template"), N_("Templates")
    category, icon, order = Category.SETTINGS, "template", 10
    columns = ("event", "channel", "locale", "subject")
    filters = ("channel", "locale", "event")
    default_sort = "event"
    labels = {"body": N_("Words")}
    form_foot = "parts/wording_foot.html"


class ContactPointView(View):
    """Mailboxes and browsers; each names their own among their notifications."""

    record = ContactPoint
    name, name_plural = N_("Mailbox or browser"), N_("Mailboxes and browsers")
    category, icon, order = Category.LOG, "at", 28
    columns = ("user_id", "channel", "label", "created_at", "blocked_at")
    filters = ("channel", "blocked_at", "user_id")
    default_sort = "label"
    creatable = editable = False
    empty = N_("None yet. People name theirs among their notifications.")


class PreferenceView(View):
    """Who wants to hear of what."""

    record = Preference
    name, name_plural = N_("Preference"), N_("Preferences")
    category, icon, order = Category.SETTINGS, "adjustments", 15
    columns = ("user_id", "event", "channel", "is_wanted", "quiet_from", "quiet_to")
    filters = ("channel", "event", "is_wanted", "user_id")
    default_sort = "event"


class DeliveryAttemptView(View):
    """What came of each try."""

    record = DeliveryAttempt
    name, name_plural = N_("Delivery attempt"), N_("Delivery attempts")
    category, icon, order = Category.LOG, "send", 30
    columns = ("created_at", "notification_id", "user_id", "channel", "status", "error")
    filters = ("status", "channel", "user_id", "created_at")
    open_states = (DeliveryStatus.PENDING,)
    creatable = editable = False
