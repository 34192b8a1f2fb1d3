"""Files of deals and clients: what they are and where they lie."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Record, Rows, Trashable, choice, reference, same_deal
from models.choices import DocumentKind


class Document(Trashable, Record):
    """A file: its name for people, its key in the storage, its size in bytes and its SHA-256."""

    __tablename__ = "documents"
    __table_args__: Any = (
        same_deal("policy_id", "crm.policies"),
        same_deal("calculation_id", "crm.calculations"),
        CheckConstraint("deal_id IS NOT NULL OR client_id IS NOT NULL", name="owner"),
        CheckConstraint("size >= 0", name="size"),
        UniqueConstraint("storage_key"),
        Index("ix_documents_sha256", "sha256"),
        {"schema": "documents"},
    )
    __identity__ = "document"
    __event__ = "documents.document"
    __rows__ = Rows.DOCUMENT
    __title__ = "name"
    __search__ = ("name",)
    __by_verb__ = frozenset({"media_type", "size", "sha256", "storage_key"})
    __once__ = frozenset({"client_id"})

    deal_id: Mapped[UUID | None] = reference("crm.deals")
    client_id: Mapped[UUID | None] = reference("crm.clients")
    policy_id: Mapped[UUID | None] = reference("crm.policies")
    calculation_id: Mapped[UUID | None] = reference("crm.calculations")
    folder: Mapped[str] = mapped_column(default="")
    name: Mapped[str]
    kind: Mapped[str] = choice(DocumentKind, DocumentKind.OTHER)
    media_type: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str]
    storage_key: Mapped[str]
    uploaded_by_id: Mapped[UUID] = reference("auth.users", index=False)


class DocumentLink(Record):
    """A link that opens a file once."""

    __tablename__ = "links"
    __table_args__: Any = (UniqueConstraint("token_hash"), {"schema": "documents"})
    __identity__ = "document-link"
    __event__ = "documents.link"
    __rows__ = Rows.PERSONAL
    __title__ = "document_id"

    user_id: Mapped[UUID] = reference("auth.users")
    document_id: Mapped[UUID] = reference("documents.documents")
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, info={"hidden": True})
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
