"""People of the brokerage: users, roles, teams, and how they sign in."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ColumnElement, Index, LargeBinary, UniqueConstraint, and_, text
from sqlalchemy.orm import Mapped, mapped_column

from models.actor import Actor, Scope
from models.base import Record, Rows, Trashable, choice, reference
from models.choices import LentTo
from models.errors import Invalid
from models.texts import N_
from models.verbs import Act

LONGEST_NAME = 60
HIDDEN = {"hidden": True}
"""Never enters the log."""


class Team(Trashable, Record):
    """People who work together under one head."""

    __tablename__ = "teams"
    __table_args__: Any = (UniqueConstraint("name"), {"schema": "auth"})
    __identity__ = "team"
    __event__ = "auth.team"
    __rows__ = Rows.PEOPLE
    __title__ = "name"
    __search__ = ("name",)

    name: Mapped[str]


class Role(Record):
    """What people may do (grants) and how far they see (scope)."""

    __tablename__ = "roles"
    __table_args__: Any = (
        UniqueConstraint("slug"),
        CheckConstraint("scope IN ('own', 'team', 'all')", name="scope"),
        CheckConstraint("export_limit >= 0", name="export_limit"),
        {"schema": "auth"},
    )
    __identity__ = "role"
    __event__ = "auth.role"
    __rows__ = Rows.PEOPLE
    __title__ = "name"
    __search__ = ("name", "slug")

    slug: Mapped[str]
    name: Mapped[str]
    scope: Mapped[str] = mapped_column(default=Scope.OWN.value)
    grants: Mapped[list[str]] = mapped_column(server_default=text("'{}'"))
    approval_limit: Mapped[Decimal | None]
    """Roubles up to which expenses and pay-out sheets are approved; none: any sum."""
    export_limit: Mapped[int | None] = mapped_column(info={"label": N_("Rows exported a day")})
    """Rows that a person of this role may take away within 24 hours; none: as many as they see."""


class User(Trashable, Record):
    """A person who signs in; the password lives in `auth.credentials`, out of every door's sight."""

    __tablename__ = "users"
    __table_args__: Any = (
        UniqueConstraint("username"),
        UniqueConstraint("system_account"),
        CheckConstraint("username = lower(username)", name="username_lower"),
        {"schema": "auth"},
    )
    __identity__ = "user"
    __event__ = "auth.user"
    __rows__ = Rows.PEOPLE
    __title__ = "full_name"
    __search__ = ("full_name", "username")

    username: Mapped[str]
    full_name: Mapped[str]
    role_id: Mapped[UUID] = reference("auth.roles")
    team_id: Mapped[UUID | None] = reference("auth.teams")
    is_active: Mapped[bool] = mapped_column(default=True)
    locale: Mapped[str] = mapped_column(default="ru")
    phone: Mapped[str | None]
    system_account: Mapped[str | None]

    @classmethod
    def working(cls) -> ColumnElement[bool]:
        """Those who may be given work: they sign in, and no program does it in their name."""
        return and_(cls.is_active, cls.deleted_at.is_(None), cls.system_account.is_(None))


class Credential(Record):
    """A password's hash (argon2id); read and written by definer functions only."""

    __tablename__ = "credentials"
    __table_args__: Any = (UniqueConstraint("user_id"), {"schema": "auth"})
    __identity__ = "credential"
    __event__ = "auth.credential"
    __rows__ = Rows.SEALED
    __title__ = "user_id"

    user_id: Mapped[UUID] = reference("auth.users")
    password_hash: Mapped[str] = mapped_column(info=HIDDEN)
    changed_at: Mapped[datetime]


class LoginSession(Record):
    """One browser that is signed in; logout and disabling the user end it at once."""

    __tablename__ = "sessions"
    __table_args__: Any = (UniqueConstraint("token_hash"), {"schema": "auth"})
    __identity__ = "session"
    __event__ = "auth.session"
    __rows__ = Rows.PERSONAL
    __title__ = "user_agent"

    user_id: Mapped[UUID] = reference("auth.users")
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, info=HIDDEN)
    expires_at: Mapped[datetime]
    last_seen_at: Mapped[datetime] = mapped_column(info=HIDDEN)
    ended_at: Mapped[datetime | None]
    ip: Mapped[str | None]
    user_agent: Mapped[str | None]


class ApiToken(Record):
    """A token for scripts, shown once when it is made."""

    __tablename__ = "api_tokens"
    __table_args__: Any = (UniqueConstraint("token_hash"), {"schema": "auth"})
    __identity__ = "api-token"
    __event__ = "auth.api_token"
    __rows__ = Rows.PERSONAL
    __title__ = "name"

    user_id: Mapped[UUID] = reference("auth.users")
    name: Mapped[str]
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, info=HIDDEN)
    expires_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None] = mapped_column(info=HIDDEN)
    revoked_at: Mapped[datetime | None]


class OneTimeCode(Record):
    """A code that works once: linking Telegram, setting a password."""

    __tablename__ = "one_time_codes"
    __table_args__: Any = (UniqueConstraint("code_hash"), {"schema": "auth"})
    __identity__ = "one-time-code"
    __event__ = "auth.one_time_code"
    __rows__ = Rows.PERSONAL
    __title__ = "purpose"

    user_id: Mapped[UUID] = reference("auth.users")
    purpose: Mapped[str]
    code_hash: Mapped[bytes] = mapped_column(LargeBinary, info=HIDDEN)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class TelegramLink(Record):
    """A person's chat with the bot."""

    __tablename__ = "telegram_links"
    __table_args__: Any = (UniqueConstraint("chat_id"), {"schema": "auth"})
    __identity__ = "telegram-link"
    __event__ = "auth.telegram_link"
    __rows__ = Rows.PERSONAL
    __title__ = "chat_id"

    user_id: Mapped[UUID] = reference("auth.users")
    chat_id: Mapped[int] = mapped_column(BigInteger)
    blocked_at: Mapped[datetime | None]


class SavedView(Trashable, Record):
    """A list as somebody likes it: columns, filters, order, totals; lent to the team or to everyone, or kept."""

    __tablename__ = "saved_views"
    __table_args__: Any = (
        Index("ix_saved_views_list", "identity", "user_id", postgresql_where=text("deleted_at IS NULL")),
        {"schema": "auth"},
    )
    __identity__ = "saved-view"
    __event__ = "auth.saved_view"
    __rows__ = Rows.LENT
    __title__ = "name"
    __search__ = ("name",)
    __once__ = frozenset({"identity"})

    user_id: Mapped[UUID] = reference("auth.users")
    identity: Mapped[str]
    name: Mapped[str]
    query: Mapped[str] = mapped_column(default="")
    lent_to: Mapped[str] = choice(LentTo, LentTo.NOBODY)
    is_first: Mapped[bool] = mapped_column(default=False)
    for_role_id: Mapped[UUID | None] = reference("auth.roles")
    """The role whose people have it in place of the whole list, where it is lent to them and they chose no other."""

    def may_be_trashed_by(self, actor: Actor) -> bool:
        """One's own; an administrator may take away what was lent."""
        return self.user_id == actor.id or actor.role == "admin"

    @classmethod
    async def fill_in(cls, values: dict[str, Any], act: Act) -> None:
        """The name in one line."""
        values["name"] = " ".join(str(values.get("name") or "").split())[:LONGEST_NAME]

    def edited(self, fields: frozenset[str], act: Act) -> None:
        """Raises `Invalid` for a list that is lent further than the role may, and for one without a name."""
        if not self.name.strip():
            raise Invalid.at("name", N_("Give the list a name."))
        if "lent_to" in fields and self.lent_to == LentTo.EVERYONE and not act.actor.rights.may("saved-view", "lend"):
            raise Invalid.at("lent_to", N_("Your role lends lists to its team only."))
        if "for_role_id" in fields and not act.actor.rights.may("saved-view", "assign"):
            raise Invalid.at("for_role_id", N_("Your role gives no lists to a whole role."))
        if self.for_role_id and self.lent_to == LentTo.NOBODY:
            raise Invalid.at("lent_to", N_("A list for a role is lent to the team or to everyone."))
