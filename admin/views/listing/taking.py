"""Who takes how many rows away: noted before the first of them leaves, and no more than the role may in a day."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from admin.views.base import View
from models.actor import Actor, Scope
from models.errors import Refused
from models.people import Role, User
from models.session import Database, Work
from models.texts import N_

NOTE = "SELECT audit.note($1, $2, NULL, NULL, NULL, $3::jsonb)"
ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtextextended('export:' || $1, 0))"
TAKEN = (
    "SELECT coalesce(sum((record->>'rows')::bigint), 0)::bigint FROM audit.events"
    " WHERE actor_id = $1::uuid AND op = 'note' AND type LIKE '%.exported' AND at > $2::timestamptz - interval '1 day'"
)
TOO_MUCH = N_(
    "Your role may export {limit} rows a day. Today you have taken {taken}, and here are {rows}. Narrow the list, or"
    " ask the administrator."
)


async def take(database: Database, actor: Actor, view: View, told: Mapping[str, Any], request_id: str = "") -> None:
    """Put into the log who takes `told["rows"]` rows, and by which filters. Raises `Refused` above the role's limit."""
    action = f"{view.identity}.export"
    async with database.transaction(actor, action=action, scope=Scope.ALL, request_id=request_id) as work:
        await must_be_within(work, actor, int(told["rows"]))
        event = f"{getattr(view.record, '__event__', 'audit.' + view.identity)}.exported"
        await work.driver.fetch(NOTE, event, view.table.fullname, json.dumps(told, ensure_ascii=False))


async def must_be_within(work: Work, actor: Actor, rows: int) -> None:
    """Raises `Refused` where the person would have more rows within 24 hours than their role may take."""
    mine = select(Role.export_limit).join(User, User.role_id == Role.id).where(User.id == actor.id)
    limit = await work.scalar(mine)
    if limit is None:
        return
    await work.driver.fetch(ONE_AT_A_TIME, str(actor.id))
    taken = (await work.driver.fetch(TAKEN, str(actor.id), work.at))[0][0]
    if taken + rows > limit:
        raise Refused(TOO_MUCH, limit=limit, taken=taken, rows=rows)
