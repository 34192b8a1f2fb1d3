"""A whole file goes to its place in the storage, under a name that is free there, and gets its row."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID, uuid5

from jobs.clients.storage import incoming, storage
from models.actor import Actor, Via
from models.document import Document
from models.errors import Problem
from models.filing.names import numbered
from models.filing.places import Owner
from models.filing.store import Content, File, Taken
from models.filing.taking import Wanted, owner_of, place_for, take_in, twin_of
from models.session import Database

NAMES_TRIED = 50


def document_key(actor: UUID, upload: UUID) -> UUID:
    """The key of the document that an upload becomes; nobody can name another's."""
    return uuid5(actor, f"document {upload}")


async def put(part: Path, owner: Owner, key: UUID, folder: str, name: str) -> File:
    """Where people see the folder the name gets a number if need be; elsewhere the document's key is in the path."""
    store, taken = storage(), [name]
    if not store.follows_names:
        return await store.put(part, owner.key(f"{folder}/{key}".lstrip("/"), name))
    for _try in range(NAMES_TRIED):
        try:
            return await store.put(part, owner.key(folder, taken[-1]))
        except Taken:
            taken.append(numbered(name, taken))
    raise Taken


async def keep(
    database: Database,
    actor: Actor,
    via: Via,
    key: UUID,
    to: tuple[UUID | None, UUID | None],
    wanted: Wanted,
    content: Content,
    request_id: str = "",
) -> tuple[Document, bool]:
    """Put a part into its place at a deal or a client, then write its row, each in a short transaction."""
    async with database.transaction(actor) as work:
        owner = await owner_of(work, *to)
        if (twin := await twin_of(work, owner, content.sha256)) is not None:
            return twin, True
        folder, name = await place_for(work, owner, wanted)
    file = await put(incoming().path(key), owner, key, folder, name)
    try:
        async with database.transaction(actor, via, "document.upload", asked=wanted, request_id=request_id) as work:
            document, is_twin = await take_in(work, key, owner, wanted, folder, file, content)
    except Problem:
        await storage().remove(file.key)
        raise
    if document.storage_key != file.key:
        await storage().remove(file.key)
    return document, is_twin
