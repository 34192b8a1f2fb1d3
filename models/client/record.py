"""Clients and what belongs to them: contacts, consents."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Computed, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Record, Rows, Trashable, choice, reference
from models.choices import Channel, ClientKind, ContactKind
from models.client.merging import ClientMerging
from models.texts import N_
from models.verbs import Act, verb

SORT_KEY = "btrim(regexp_replace(lower(translate({column}, 'Ёё«»\"', 'Ее') COLLATE pg_c_utf8), '\\s+', ' ', 'g'))"
"""Case folded, ё as е, quotes dropped: the database itself sorts by code point."""

LAST_TEN = "\"right\"(regexp_replace(value, '\\D', '', 'g'), 10)"
"""The digits of a telephone number by which all its Russian spellings are one."""


class Client(ClientMerging, Trashable, Record):
    """A person or a company that the brokerage serves."""

    __tablename__ = "clients"
    __table_args__: Any = (
        Index("ix_clients_sort_key", "sort_key", "id"),
        Index("ix_clients_search", "sort_key", postgresql_using="gin", postgresql_ops={"sort_key": "gin_trgm_ops"}),
        Index("ix_clients_phone", "phone"),
        Index("ix_clients_inn", "inn"),
        Index("ix_clients_merged", "merged_into_id", postgresql_where=text("merged_into_id IS NOT NULL")),
        {"schema": "crm"},
    )
    __identity__ = "client"
    __event__ = "crm.client"
    __rows__ = Rows.CLIENT
    __title__ = "name"
    __search__ = ("sort_key", "phone", "inn")
    __natural__ = (("inn",), ("name", "birth_date"), ("name", "phone"))
    __by_verb__ = frozenset({"merged_into_id", "not_same_as"})

    name: Mapped[str]
    sort_key: Mapped[str] = mapped_column(Computed(SORT_KEY.format(column="name"), persisted=True))
    kind: Mapped[str] = choice(ClientKind, ClientKind.PERSON)
    birth_date: Mapped[date | None]
    inn: Mapped[str | None]
    kpp: Mapped[str | None]
    passport: Mapped[str | None]
    phone: Mapped[str | None] = mapped_column(info={"format": "phone"})
    email: Mapped[str | None]
    address: Mapped[str | None]
    source: Mapped[str | None]
    note: Mapped[str | None] = mapped_column(info={"long": True})
    created_by_id: Mapped[UUID] = reference("auth.users")
    merged_into_id: Mapped[UUID | None] = reference("crm.clients", index=False)
    not_same_as: Mapped[list[str]] = mapped_column(server_default=text("'{}'"), info={"quiet": True})
    """Keys of clients who only look like this one."""

    @verb(
        N_("Restore from trash"),
        only=lambda record, actor: record.deleted_at is not None and record.merged_into_id is None,
        bulk=True,
    )
    def restore(self, act: Act) -> None:
        """Take the client out of the trash; one who was merged comes back by undoing that."""
        self.deleted_at = None


class ClientContact(Trashable, Record):
    """Another way to reach a client, or a person to ask for."""

    __tablename__ = "client_contacts"
    __table_args__: Any = (Index("ix_client_contacts_digits", text(f"({LAST_TEN})")), {"schema": "crm"})
    __identity__ = "client-contact"
    __event__ = "crm.client.contact"
    __rows__ = Rows.UNDER_CLIENT
    __title__ = "value"
    __search__ = ("value", "name")

    client_id: Mapped[UUID] = reference("crm.clients")
    kind: Mapped[str] = choice(ContactKind, ContactKind.PHONE)
    value: Mapped[str]
    name: Mapped[str | None]
    note: Mapped[str | None]


class Consent(Trashable, Record):
    """A consent to the processing of personal data (152-ФЗ, a document of its own since 2025-09-01)."""

    __tablename__ = "consents"
    __table_args__: Any = ({"schema": "crm"},)
    __identity__ = "consent"
    __event__ = "crm.client.consent"
    __rows__ = Rows.UNDER_CLIENT
    __title__ = "purpose"
    __search__ = ("purpose",)

    client_id: Mapped[UUID] = reference("crm.clients")
    purpose: Mapped[str]
    text_version: Mapped[str]
    channel: Mapped[str | None] = choice(Channel)
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
