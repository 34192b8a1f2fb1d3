"""What the storage holds compared with what the rows say: neither a row without its file nor a file without a row.

People use the folder too. What they put there gets a row; what they moved or renamed is known again by its bytes, and
the row follows; what they deleted is marked missing, never dropped.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Text, cast, func, or_, select, true

from models.actor import SYSTEM, Via
from models.client import Client
from models.deal import Deal
from models.document import Document
from models.filing.places import Owner, Place, place_of
from models.filing.store import Content, File, Gone, Store
from models.filing.taking import ONE_AT_A_TIME, Wanted, kind_of
from models.log import events
from models.session import Database, Work

BATCH = 200
"""Rows that one transaction changes: it is short, since readers of the log wait for it."""
ACTION = "document.take_stock"


@dataclass
class Tally:
    """How many files got a row, were known again elsewhere, have other bytes, are missing or back; keys of nobody's."""

    added: int = 0
    moved: int = 0
    changed: int = 0
    missing: int = 0
    back: int = 0
    strange: list[str] = field(default_factory=list)

    @property
    def any(self) -> bool:
        """Whether anything differed."""
        return bool(self.added or self.moved or self.changed or self.missing or self.back)


@dataclass(frozen=True)
class Known:
    """What a row says of its file."""

    id: UUID
    key: str
    size: int
    modified_at: datetime | None
    sha256: str
    missing_since: datetime | None


@dataclass(frozen=True)
class Difference:
    """Files without a row, files other than their row says, rows without a file, rows whose file is there again."""

    unknown: list[File]
    changed: list[tuple[Known, File]]
    lost: list[Known]
    back: list[Known]
    busy: frozenset[int]
    """Sizes of files that are being written right now: one of them may be what a row has lost."""


async def take_stock(database: Database, store: Store, owner: Owner | None = None) -> Tally:
    """Compare and put right, for one deal or client or for everything. Safe to repeat and to interrupt."""
    files = await store.listing(owner.folder if owner else "")
    async with database.transaction(SYSTEM, Via.JOB) as work:
        known = await _known(work, owner)
    found = compare(known, files)
    contents = await _read(store, [*found.unknown, *(file for _known, file in found.changed)])
    tally = Tally()
    unknown = {file.key: file for file in found.unknown if file.key in contents}
    for lost in batches(found.lost):
        await _put_right(database, store, lost, unknown, contents, found.busy, tally)
    for changed in batches([pair for pair in found.changed if pair[1].key in contents]):
        await _take_over(database, changed, contents, tally)
    for back in batches(found.back):
        await _welcome(database, back, tally)
    for files_of_nobody in batches(list(unknown.values())):
        await _adopt(database, store, files_of_nobody, contents, tally)
    return tally


def compare(known: Iterable[Known], files: Iterable[File]) -> Difference:
    """Row by row and file by file; what is being written right now waits."""
    rows, there = {row.key: row for row in known}, {file.key: file for file in files}
    changed = [
        (row, file)
        for key, file in there.items()
        if (row := rows.get(key)) and file.is_settled and (row.size, row.modified_at) != (file.size, file.modified_at)
    ]
    return Difference(
        [file for key, file in there.items() if key not in rows and file.is_settled],
        changed,
        [row for key, row in rows.items() if key not in there],
        [row for key, row in rows.items() if key in there and row.missing_since is not None],
        frozenset(file.size for key, file in there.items() if key not in rows and not file.is_settled),
    )


def batches(items: list[Any], size: int = BATCH) -> Iterable[list[Any]]:
    """The items, so many at once."""
    return (items[start : start + size] for start in range(0, len(items), size))


async def _known(work: Work, owner: Owner | None) -> list[Known]:
    table = Document.__table__.c
    columns = table.id, table.storage_key, table.size, table.modified_at, table.sha256, table.missing_since
    statement = select(*columns).where(_in_folder(owner))
    return [Known(*row) for row in await work.execute(statement)]


def _in_folder(owner: Owner | None) -> ColumnElement[bool]:
    """Rows whose file is, or was, below the owner's folder: a client's folder holds those of the deals."""
    if owner is None:
        return true()
    below = Document.storage_key.startswith(f"{owner.folder}/", autoescape=True)
    if owner.deal_id is not None:
        return or_(below, Document.deal_id == owner.deal_id)
    return or_(below, (Document.client_id == owner.client_id) & Document.deal_id.is_(None))


async def _read(store: Store, files: Iterable[File]) -> dict[str, Content]:
    """What the files are; one that vanished meanwhile is left out."""
    found = {}
    for file in files:
        try:
            found[file.key] = await store.content(file.key)
        except Gone:
            continue
    return found


async def _put_right(
    database: Database, store: Store, lost: list[Known], unknown: dict[str, File], contents: Mapping[str, Content],
    busy: frozenset[int], tally: Tally,
) -> None:  # fmt: skip
    """Rows whose file is not where they say: found elsewhere by its bytes, or missing."""
    async with database.transaction(SYSTEM, Via.JOB, ACTION) as work:
        for row in lost:
            document = await work.get_record(Document, row.id, lock=True)
            if document.storage_key != row.key or await store.stat(row.key) is not None:
                continue
            elsewhere = _elsewhere(document, unknown, contents)
            if elsewhere is not None:
                await _follow(work, document, unknown.pop(elsewhere))
                tally.moved += 1
            elif document.missing_since is None and row.size not in busy:
                document.missing_since = work.at
                tally.missing += 1


def _elsewhere(document: Document, unknown: Mapping[str, File], contents: Mapping[str, Content]) -> str | None:
    """The key of a file with the document's bytes; one of the same name first."""
    same = [key for key in unknown if contents[key].sha256 == document.sha256]
    return min(same, key=lambda key: (key.split("/")[-1] != document.name, key), default=None)


async def _follow(work: Work, document: Document, file: File) -> None:
    """The row says where the file is now; a file in another deal's folder belongs to that deal."""
    place = place_of(file.key)
    document.storage_key, document.modified_at, document.missing_since = file.key, file.modified_at, None
    if place is None or place.is_trash:
        return
    document.name, document.folder = place.name, place.folder
    owner = await owner_in(work, place)
    if owner is not None and (owner.deal_id, owner.client_id) != (document.deal_id, document.client_id):
        moved = owner.deal_id != document.deal_id
        document.deal_id = owner.deal_id
        document.client_id = owner.client_id if owner.deal_id is None else None
        if moved:
            document.policy_id = document.calculation_id = None


async def _take_over(
    database: Database, changed: list[tuple[Known, File]], contents: Mapping[str, Content], tally: Tally
) -> None:
    """Rows whose file has other bytes than they say, or only another date."""
    async with database.transaction(SYSTEM, Via.JOB, ACTION) as work:
        for row, file in changed:
            document = await work.get_record(Document, row.id, lock=True)
            if document.storage_key != row.key:
                continue
            content = contents[file.key]
            tally.changed += content.sha256 != document.sha256
            document.sha256, document.media_type = content.sha256, content.media_type
            document.size, document.modified_at = file.size, file.modified_at


async def _welcome(database: Database, back: list[Known], tally: Tally) -> None:
    async with database.transaction(SYSTEM, Via.JOB, ACTION) as work:
        for row in back:
            document = await work.get_record(Document, row.id, lock=True)
            if document.storage_key == row.key and document.missing_since is not None:
                document.missing_since = None
                tally.back += 1


async def _adopt(
    database: Database, store: Store, files: list[File], contents: Mapping[str, Content], tally: Tally
) -> None:
    """Files that have no row yet get one, in the deal or the client whose folder they lie in."""
    async with database.transaction(SYSTEM, Via.JOB, ACTION) as work:
        for file in files:
            place = place_of(file.key)
            if place is not None and place.is_trash:
                tally.strange.append(file.key)
                continue
            owner = await owner_in(work, place) if place else None
            if place is None or owner is None:
                tally.strange.append(file.key)
                continue
            await work.execute(ONE_AT_A_TIME, {"owner": str(owner.deal_id or owner.client_id)})
            if (undone := await _undone(work, owner, file.key)) is not None:
                await store.move(file.key, owner.trashed(undone, place.name))
            elif await work.scalar(select(Document.id).where(Document.storage_key == file.key)) is None:
                work.add(_row_of(store, owner, place, file, contents[file.key]))
                await work.flush()
                tally.added += 1


async def _undone(work: Work, owner: Owner, key: str) -> UUID | None:
    """The document that a file was before its upload was taken back: the file waits in the trash, not for a new row."""
    lost = select(events.c.record_id).where(
        events.c.table == str(Document.__table__), events.c.op == "delete",
        events.c.deal_id == owner.deal_id if owner.deal_id else events.c.client_id == owner.client_id,
        events.c.record["storage_key"].astext == key,
    )  # fmt: skip
    return await work.scalar(lost.order_by(events.c.at.desc()).limit(1))


def _row_of(store: Store, owner: Owner, place: Place, file: File, content: Content) -> Document:
    """In a bucket the last subfolder is the key that the document was to have."""
    folder, key = place.folder, {}
    if not store.follows_names:
        folder, _slash, last = place.folder.rpartition("/")
        key = {"id": UUID(last)} if len(last) == 36 else {}
    return Document(
        **key, deal_id=owner.deal_id, client_id=owner.client_id if owner.deal_id is None else None, folder=folder,
        name=place.name, kind=kind_of(Wanted(place.name), place.name, content.media_type), size=file.size,
        media_type=content.media_type, sha256=content.sha256, storage_key=file.key, modified_at=file.modified_at,
        uploaded_by_id=SYSTEM.id,
    )  # fmt: skip


async def owner_in(work: Work, place: Place) -> Owner | None:
    """The deal or the client that a place belongs to; None for a folder of nobody's."""
    if place.code:
        deals = select(Deal, Client).join(Client, Client.id == Deal.client_id).where(Deal.code == place.code)
        found = (await work.execute(deals)).first()
        return Owner(found[1].id, found[1].name, found[0].id, found[0].code) if found else None
    marked = func.right(cast(Client.id, Text), len(place.mark)) == place.mark
    client = await work.scalar(select(Client).where(marked).limit(1))
    return Owner(client.id, client.name) if client else None
