"""Files of deals and clients: what they are and where they lie."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, LargeBinary, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Record, Rows, Trashable, choice, list_index, reference, same_deal
from models.choices import DocumentKind
from models.errors import Invalid, Problem
from models.filing.names import numbered, safe_folder, safe_name, split
from models.filing.places import CALCULATIONS, policy_folder
from models.policy import Policy
from models.texts import N_
from models.verbs import Act, ask, verb


@dataclass
class Rename:
    """What the file is called from now on; its extension stays where none is given."""

    name: str = ask(N_("Name"))


@dataclass
class Move:
    """The subfolder, its parts divided by slashes; empty for the folder itself."""

    folder: str = ask(N_("Subfolder"), required=False, hint=N_("For example “Полисы/2026”; empty: the folder itself."))


@dataclass
class Attach:
    """The policy or the calculation that the file belongs to; empty for none."""

    policy_id: UUID | None = ask(N_("Policy"), lookup="policy", required=False)
    calculation_id: UUID | None = ask(N_("Calculation"), lookup="calculation", required=False)


@dataclass
class Classify:
    """What the file is."""

    kind: str = ask(N_("Kind"), choices=DocumentKind)


def is_here(document: Any, _actor: Any) -> bool:
    """Not in the trash."""
    return document.deleted_at is None


def is_of_a_deal(document: Any, actor: Any) -> bool:
    """Not a file of the client's alone."""
    return is_here(document, actor) and document.deal_id is not None


class Document(Trashable, Record):
    """A file: its name for people, its key in the storage, its size in bytes and its SHA-256.

    `modified_at` is the storage's own time of the last change; `missing_since` says when the file was not found.
    """

    __tablename__ = "documents"
    __table_args__: Any = (
        same_deal("policy_id", "crm.policies"),
        same_deal("calculation_id", "crm.calculations"),
        CheckConstraint("deal_id IS NOT NULL OR client_id IS NOT NULL", name="owner"),
        CheckConstraint("size >= 0", name="size"),
        UniqueConstraint("storage_key"),
        Index("ix_documents_sha256", "sha256"),
        list_index("ix_documents_created_at", "created_at"),
        {"schema": "documents"},
    )
    __identity__ = "document"
    __event__ = "documents.document"
    __rows__ = Rows.DOCUMENT
    __title__ = "name"
    __search__ = ("name",)
    __by_verb__ = frozenset(
        {"name", "folder", "media_type", "size", "sha256", "storage_key", "modified_at", "missing_since"}
    )
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
    modified_at: Mapped[datetime | None]
    missing_since: Mapped[datetime | None]

    @verb(N_("Rename"), asks=Rename, only=is_here)
    async def rename(self, act: Act, asked: Rename) -> None:
        """Call it something else; a name that the folder has gets a number."""
        if not asked.name.strip(" ._/\\"):
            raise Invalid.at("name", N_("This field must be filled in."))
        name = safe_name(asked.name)
        if not split(name)[1]:
            name = safe_name(name + split(self.name)[1])
        await self.file_as(act, self.folder, name)

    @verb(N_("Move to a subfolder"), asks=Move, only=is_here)
    async def move(self, act: Act, asked: Move) -> None:
        """Put it into another subfolder of the same deal or client."""
        await self.file_as(act, safe_folder(asked.folder or ""), self.name)

    @verb(N_("Attach to a policy or calculation"), asks=Attach, only=is_of_a_deal)
    async def attach(self, act: Act, asked: Attach) -> None:
        """Say which policy or calculation of the deal it belongs to; it goes to that one's subfolder."""
        self.policy_id, self.calculation_id = asked.policy_id, asked.calculation_id
        policy = await act.work.get(Policy, asked.policy_id) if asked.policy_id else None
        if policy is not None:
            await self.file_as(act, policy_folder(policy.number), self.name)
        elif asked.calculation_id is not None:
            await self.file_as(act, CALCULATIONS, self.name)

    @verb(N_("Change the kind"), asks=Classify, only=is_here, bulk=True)
    def classify(self, act: Act, asked: Classify) -> None:
        """Say what it is."""
        self.kind = asked.kind

    async def file_as(self, act: Act, folder: str, name: str) -> None:
        """Take a place among the other files; the file itself follows after the commit."""
        beside = select(Document.name).where(
            Document.deal_id.is_not_distinct_from(self.deal_id),
            Document.client_id.is_not_distinct_from(self.client_id),
            Document.folder == folder, Document.id != self.id, Document.deleted_at.is_(None),
        )  # fmt: skip
        self.folder, self.name = folder, numbered(name, list(await act.work.scalars(beside)))


class Spent(Problem):
    """This link has been used or is too old. Ask for a new one."""

    status = 410


class DocumentLink(Record):
    """A link that opens a file once, for the person who made it and as far as they still see the file."""

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

    def redeem(self, at: datetime) -> None:
        """Use it up. Raises `Spent` the second time and after its day."""
        self.must_be_good(at)
        self.used_at = at

    def must_be_good(self, at: datetime) -> None:
        """Raises `Spent` for a link that was used or is too old."""
        if self.used_at is not None or self.expires_at <= at:
            raise Spent
