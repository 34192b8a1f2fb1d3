"""Taking a file in: whose it is, whether it is here already, and its row."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, select, text

from models.calculation import Calculation
from models.choices import DocumentKind
from models.client import Client
from models.deal import Deal
from models.document import Document
from models.errors import Invalid, NotFound
from models.filing.names import numbered, safe_folder, safe_name
from models.filing.places import CALCULATIONS, CLIENTS_OWN, Owner, policy_folder
from models.filing.store import Content, File
from models.policy import Policy
from models.session import Work
from models.texts import N_

ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtextextended('documents ' || :owner, 0))")
TOLD_BY_NAME = (
    (re.compile(r"полис|policy", re.IGNORECASE), DocumentKind.POLICY),
    (re.compile(r"паспорт|passport|права|ву\b", re.IGNORECASE), DocumentKind.IDENTITY),
    (re.compile(r"птс|стс|эптс", re.IGNORECASE), DocumentKind.VEHICLE),
    (re.compile(r"плат[её]ж|чек|квитанц|сч[её]т", re.IGNORECASE), DocumentKind.PAYMENT),
    (re.compile(r"согласи", re.IGNORECASE), DocumentKind.CONSENT),
    (re.compile(r"расч[её]т|котировк|предложени", re.IGNORECASE), DocumentKind.OFFER),
)


@dataclass(frozen=True)
class Wanted:
    """What an upload says of a file: its name, and optionally its subfolder, kind, policy and calculation."""

    name: str
    folder: str = ""
    kind: str = ""
    policy_id: UUID | None = None
    calculation_id: UUID | None = None


async def owner_of(work: Work, deal_id: UUID | None = None, client_id: UUID | None = None) -> Owner:
    """The deal or the client that a file is for. Raises `NotFound` for one that the actor does not see."""
    if deal_id is not None:
        deal = await work.get_record(Deal, deal_id)
        client = await work.get_record(Client, deal.client_id)
        return Owner(client.id, client.name, deal.id, deal.code)
    if client_id is None:
        raise NotFound
    client = await work.get_record(Client, client_id)
    return Owner(client.id, client.name)


async def place_for(work: Work, owner: Owner, wanted: Wanted) -> tuple[str, str]:
    """The subfolder and a name that nobody in it has."""
    folder = safe_folder(wanted.folder)
    if not folder:
        folder = await _usual_folder(work, owner, wanted)
    beside = select(Document.name).where(_of(owner), Document.folder == folder, Document.deleted_at.is_(None))
    return folder, numbered(safe_name(wanted.name), list(await work.scalars(beside)))


async def twin_of(work: Work, owner: Owner, sha256: str) -> Document | None:
    """The file of this deal or client with the same bytes, where it is not in the trash."""
    same = select(Document).where(_of(owner), Document.sha256 == sha256, Document.deleted_at.is_(None)).limit(1)
    return await work.scalar(same)


async def take_in(
    work: Work, key: UUID, owner: Owner, wanted: Wanted, folder: str, file: File, content: Content
) -> tuple[Document, bool]:
    """The row of a file that lies in its place; or the one that was here before, and True.

    The same upload twice gives the same row. Raises `Invalid` for a policy that is not the deal's.
    """
    await work.execute(ONE_AT_A_TIME, {"owner": str(owner.deal_id or owner.client_id)})
    known = await work.get(Document, key)
    if known is not None or (known := await twin_of(work, owner, content.sha256)) is not None:
        return known, True
    await must_be_of(work, owner, wanted)
    name = file.key.split("/")[-1]
    document = Document(
        id=key, deal_id=owner.deal_id, client_id=owner.client_id if owner.deal_id is None else None,
        policy_id=wanted.policy_id, calculation_id=wanted.calculation_id, folder=folder, name=name,
        kind=kind_of(wanted, name, content.media_type), media_type=content.media_type,
        size=file.size, sha256=content.sha256, storage_key=file.key, modified_at=file.modified_at,
        uploaded_by_id=work.actor.id,
    )  # fmt: skip
    work.add(document)
    await work.flush()
    return document, False


def kind_of(wanted: Wanted, name: str, media_type: str) -> str:
    """What was said, else what the name says, else a photo or something other."""
    if wanted.kind in {kind.value for kind in DocumentKind}:
        return wanted.kind
    told = next((kind for pattern, kind in TOLD_BY_NAME if pattern.search(name)), None)
    return told or (DocumentKind.PHOTO if media_type.startswith("image/") else DocumentKind.OTHER)


async def _usual_folder(work: Work, owner: Owner, wanted: Wanted) -> str:
    if owner.deal_id is None:
        return CLIENTS_OWN
    if wanted.policy_id is not None:
        policy = await work.get(Policy, wanted.policy_id)
        return policy_folder(policy.number if policy else None)
    return CALCULATIONS if wanted.calculation_id or wanted.kind == DocumentKind.OFFER else ""


async def must_be_of(work: Work, owner: Owner, wanted: Wanted) -> None:
    """Raises `Invalid` for a policy or a calculation of another deal."""
    named: tuple[tuple[str, type[Any], UUID | None], ...] = (
        ("policy_id", Policy, wanted.policy_id),
        ("calculation_id", Calculation, wanted.calculation_id),
    )
    for field, record, key in named:
        if key is None:
            continue
        found = await work.get(record, key)
        if found is None or found.deal_id != owner.deal_id:
            raise Invalid.at(field, N_("This record belongs to another deal or client."))


def _of(owner: Owner) -> ColumnElement[bool]:
    """Files of a deal, or those that are a client's own."""
    if owner.deal_id is not None:
        return Document.deal_id == owner.deal_id
    return and_(Document.client_id == owner.client_id, Document.deal_id.is_(None))
