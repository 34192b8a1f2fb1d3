"""Tasks, absences, documents, notifications: their kinds and states."""

from __future__ import annotations

from models.choices.base import Choice
from models.texts import N_, NC_


class ReturnCause(Choice):
    """Why tasks come back."""

    DOCUMENTS = "documents", N_("Documents are missing")
    DATA = "data", N_("Data are missing or wrong")
    UNCLEAR = "unclear", N_("It is not clear what is asked")
    CLIENT = "client", N_("The client must decide first")
    NOT_MINE = "not_mine", N_("For another person")
    OTHER = "other", N_("Another reason")


class TaskStatus(Choice):
    """States of a task."""

    NEW = "new", N_("New")
    ACCEPTED = "accepted", N_("Accepted")
    WAITING = "waiting", N_("Waiting")
    SCHEDULED = "scheduled", N_("Scheduled")
    DONE = "done", NC_("task", "Done")
    RETURNED = "returned", N_("Returned")
    CANCELLED = "cancelled", NC_("task", "Cancelled")


OPEN_TASKS = (
    TaskStatus.NEW,
    TaskStatus.ACCEPTED,
    TaskStatus.WAITING,
    TaskStatus.SCHEDULED,
    TaskStatus.RETURNED,
)


class AbsenceKind(Choice):
    """For a time, with a return by itself; or for good, with everything handed over."""

    TEMPORARY = "temporary", N_("For a time")
    LEAVING = "leaving", N_("For good")


class AbsenceStatus(Choice):
    """Whether somebody stands in already."""

    PLANNED = "planned", N_("Absence planned")
    RUNNING = "running", N_("Stands in")
    OVER = "over", N_("Over")
    CANCELLED = "cancelled", N_("Called off")


class DocumentKind(Choice):
    """What a file is."""

    POLICY = "policy", N_("Policy")
    OFFER = "offer", N_("Insurer's offer")
    IDENTITY = "identity", N_("Identity document")
    VEHICLE = "vehicle", N_("Vehicle document")
    PAYMENT = "payment", N_("Payment document")
    CONSENT = "consent", N_("Consent")
    PHOTO = "photo", N_("Photo")
    OTHER = "other", N_("Other")


class LentTo(Choice):
    """Who sees a saved list beside the person who made it."""

    NOBODY = "nobody", N_("Only me")
    TEAM = "team", N_("My team")
    EVERYONE = "everyone", N_("Everyone")


class Channel(Choice):
    """Where a notification goes."""

    PANEL = "panel", N_("Panel")
    TELEGRAM = "telegram", N_("Telegram")
    EMAIL = "email", N_("E-mail")
    WEB_PUSH = "web_push", N_("Web push")


class DeliveryStatus(Choice):
    """Outcome of an attempt."""

    PENDING = "pending", N_("Pending")
    SENT = "sent", N_("Sent")
    FAILED = "failed", N_("Failed")
