"""Clients who have been merged into others."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from models.client.record import Client
from models.errors import NotFound, Refused
from models.session import Work
from models.texts import N_

MOST_STEPS = 20


async def living(work: Work, key: UUID) -> Client:
    """The client, or whoever they have been merged into. Raises `NotFound`, `Refused` for one in the trash."""
    client = await work.get_record(Client, key)
    for _step in range(MOST_STEPS):
        if client.merged_into_id is None:
            break
        client = await work.get_record(Client, client.merged_into_id)
    else:
        raise NotFound
    if client.deleted_at is not None:
        raise Refused(N_("This client is in the trash; restore it first."))
    return client


async def heir_out_of_sight(work: Work, key: UUID) -> UUID | None:
    """Who stayed of a client whom the actor does not see any more. Widens the work: read it, and ask in another."""
    if await work.get(Client, key) is not None:
        return None
    await work.widen()
    heir = key
    for _step in range(MOST_STEPS):
        found = await work.scalar(select(Client.merged_into_id).where(Client.id == heir))
        if found is None:
            break
        heir = found
    return None if heir == key else heir
