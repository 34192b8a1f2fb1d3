"""What people are told, how, and what came of it."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import Index, Time, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Record, Rows, Trashable, choice, reference
from models.choices import Channel, DeliveryStatus
from models.texts import N_
from models.verbs import Act, verb

ONCE = "occasion IS NOT NULL"


class Template(Trashable, Record):
    """The words of a notification for an event, a channel and a language."""

    __tablename__ = "templates"
    __table_args__: Any = (UniqueConstraint("event", "channel", "locale"), {"schema": "notifications"})
    __identity__ = "template"
    __event__ = "notifications.template"
    __rows__ = Rows.REFERENCE
    __title__ = "event"
    __search__ = ("event", "subject")

    event: Mapped[str]
    channel: Mapped[str] = choice(Channel, Channel.PANEL)
    locale: Mapped[str] = mapped_column(default="ru")
    subject: Mapped[str]
    body: Mapped[str] = mapped_column(info={"long": True})


class ContactPoint(Record):
    """Where a person is reached outside the panel: their e-mail address, a browser. Chats are `TelegramLink`."""

    __tablename__ = "contact_points"
    __table_args__: Any = (UniqueConstraint("user_id", "channel", "address"), {"schema": "notifications"})
    __identity__ = "contact-point"
    __event__ = "notifications.contact_point"
    __rows__ = Rows.PERSONAL
    __title__ = "label"
    __search__ = ("label",)

    user_id: Mapped[UUID] = reference("auth.users", index=False)
    channel: Mapped[str] = choice(Channel, Channel.EMAIL)
    label: Mapped[str]
    """What people call it: the address of a mailbox, but for its name; the name of a browser."""
    address: Mapped[str] = mapped_column(info={"hidden": True})
    keys: Mapped[dict[str, str] | None] = mapped_column(JSONB(none_as_null=True), info={"hidden": True})
    """What a message to a browser is encrypted with: `p256dh` and `auth` of its subscription."""
    blocked_at: Mapped[datetime | None]
    """Since when nothing is sent there, as it was refused for good."""


class Notification(Record):
    """One thing that one person is told."""

    __tablename__ = "notifications"
    __table_args__: Any = (
        Index("ix_notifications_user", "user_id", "read_at", "created_at"),
        Index("uq_notifications_occasion", "user_id", "occasion", unique=True, postgresql_where=text(ONCE)),
        {"schema": "notifications"},
    )
    __identity__ = "notification"
    __event__ = "notifications.notification"
    __rows__ = Rows.PERSONAL
    __title__ = "title"
    __search__ = ("title",)
    __by_verb__ = frozenset({"read_at"})

    user_id: Mapped[UUID] = reference("auth.users", index=False)
    deal_id: Mapped[UUID | None] = reference("crm.deals")
    event: Mapped[str]
    title: Mapped[str]
    body: Mapped[str | None]
    url: Mapped[str | None]
    read_at: Mapped[datetime | None]
    occasion: Mapped[str | None] = mapped_column(info={"quiet": True})
    """Of what a reminder reminds: nobody is reminded twice of one occasion."""

    @verb(N_("Mark read"), only=lambda record, actor: record.read_at is None, letter="m", primary=True, bulk=True)
    def read(self, act: Act) -> None:
        """It has been seen."""
        self.read_at = act.at


class DeliveryAttempt(Record):
    """One try to deliver by a channel."""

    __tablename__ = "delivery_attempts"
    __table_args__: Any = ({"schema": "notifications"},)
    __identity__ = "delivery-attempt"
    __event__ = "notifications.attempt"
    __rows__ = Rows.PERSONAL
    __title__ = "channel"

    user_id: Mapped[UUID] = reference("auth.users")
    notification_id: Mapped[UUID] = reference("notifications.notifications")
    channel: Mapped[str] = choice(Channel, Channel.TELEGRAM)
    status: Mapped[str] = choice(DeliveryStatus, DeliveryStatus.PENDING)
    error: Mapped[str | None]


class Preference(Record):
    """Whether a person wants an event by a channel, and their quiet hours."""

    __tablename__ = "preferences"
    __table_args__: Any = (UniqueConstraint("user_id", "event", "channel"), {"schema": "notifications"})
    __identity__ = "preference"
    __event__ = "notifications.preference"
    __rows__ = Rows.PERSONAL
    __title__ = "event"

    user_id: Mapped[UUID] = reference("auth.users", index=False)
    event: Mapped[str]
    channel: Mapped[str] = choice(Channel, Channel.PANEL)
    is_wanted: Mapped[bool] = mapped_column(default=True)
    quiet_from: Mapped[time | None] = mapped_column(Time)
    quiet_to: Mapped[time | None] = mapped_column(Time)
