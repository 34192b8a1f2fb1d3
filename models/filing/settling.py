"""Files follow their rows: renamed, moved, trashed or restored in the panel, they go where the rows say.

The row is what people asked for, the storage key is where the file lies; in between the file is found by its key.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select

from models.actor import SYSTEM, Via
from models.client import Client
from models.deal import Deal
from models.document import Document
from models.filing.names import numbered
from models.filing.places import Owner
from models.filing.store import Gone, Store, Taken
from models.session import Database, Work

NAMES_TRIED = 50
ACTION = "document.settle"


@dataclass(frozen=True)
class Misplaced:
    """A document whose file lies elsewhere than its row says."""

    id: UUID
    owner: Owner
    key: str


async def settle(database: Database, store: Store, owner: Owner | None = None) -> int:
    """Move the files that are not where their rows say; gives how many. Safe to repeat and to interrupt."""
    if not store.follows_names:
        return 0
    async with database.transaction(SYSTEM, Via.JOB) as work:
        misplaced = await _misplaced(work, owner)
    return sum([await _settle(database, store, one) for one in misplaced])


async def _misplaced(work: Work, owner: Owner | None) -> list[Misplaced]:
    client_id = func.coalesce(Deal.client_id, Document.client_id)
    statement = (
        select(Document, Deal.code, Client.id.label("client_id"), Client.name.label("client_name"))
        .outerjoin(Deal, Deal.id == Document.deal_id)
        .join(Client, Client.id == client_id)
        .where(Document.missing_since.is_(None))
    )
    if owner is not None:
        of_client = Document.client_id == owner.client_id
        statement = statement.where(Document.deal_id == owner.deal_id if owner.deal_id else of_client)
    found = []
    for document, code, client, name in await work.execute(statement):
        of = Owner(client, name, document.deal_id, code or "")
        if document.storage_key != place_wanted(document, of):
            found.append(Misplaced(document.id, of, document.storage_key))
    return found


def place_wanted(document: Document, owner: Owner) -> str:
    """The key that the row asks for."""
    if document.deleted_at is not None:
        return owner.trashed(document.id, document.name)
    return owner.key(document.folder, document.name)


async def _settle(database: Database, store: Store, one: Misplaced) -> bool:
    """Move one file; a taken name gets a number, and a file that is gone is a matter of stock-taking."""
    async with database.transaction(SYSTEM, Via.JOB, ACTION) as work:
        document = await work.get_record(Document, one.id, lock=True)
        tried = [document.name]
        if document.storage_key != one.key:
            return False
        for _try in range(NAMES_TRIED):
            key = place_wanted(document, one.owner)
            if key == document.storage_key:
                return False
            try:
                await store.move(document.storage_key, key)
            except Taken:
                document.name = numbered(document.name, tried)
                tried.append(document.name)
            except Gone:
                return False
            else:
                document.storage_key = key
                return True
    return False
