"""A whole file goes to its place in the storage, under a name that is free there; and what a form has gathered."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from uuid import UUID, uuid5

from jobs.clients.storage import incoming, storage
from models.document import Document
from models.filing.names import numbered
from models.filing.places import Owner
from models.filing.store import File, Taken
from models.filing.taking import Wanted, owner_of, place_for, take_in
from models.session import Work

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


async def attach(work: Work, uploads: Iterable[str], **to: UUID | None) -> list[Document]:
    """Give what a form has gathered to a deal or client that exists in this work.

    `uploads` are the values of the form's fields `upload`; `to` is `deal_id` or `client_id`, and optionally `policy_id`
    or `calculation_id`. Others' uploads and those that are gone are passed over; a file that is here already is given
    as it is. The files are put before the rows are written: where the form fails after all, the sweep finds them.
    """
    owner = await owner_of(work, to.get("deal_id"), to.get("client_id"))
    found = []
    for text in dict.fromkeys(uploads):
        key = document_key(work.actor.id, UUID(text))
        staged = incoming().staged(key)
        if staged is None or staged.owner != str(work.actor.id):
            continue
        wanted = Wanted(
            staged.name, kind=staged.kind, policy_id=to.get("policy_id"), calculation_id=to.get("calculation_id")
        )
        folder, name = await place_for(work, owner, wanted)
        content = await incoming().content(key)
        file = await put(incoming().path(key), owner, key, folder, name)
        document, _is_twin = await take_in(work, key, owner, wanted, folder, file, content)
        if document.storage_key != file.key:
            await storage().remove(file.key)
        incoming().claim(key)
        found.append(document)
    return found
