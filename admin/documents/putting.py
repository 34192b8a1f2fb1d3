"""What a form has gathered goes to the deal or client that comes of it."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from jobs.clients.storage import incoming, storage
from jobs.putting import document_key, put
from models.document import Document
from models.filing.taking import Wanted, owner_of, place_for, take_in
from models.session import Work


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
