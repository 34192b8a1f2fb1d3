"""Undo: an action is taken back whole, or refused with the names of those who changed something since."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, select, text

from models.actor import Actor, Scope
from models.errors import Denied, NotFound, Refused
from models.log import actions
from models.people import User
from models.session import Work
from models.texts import N_

OWN_TIME = timedelta(days=1)
WITHIN_REACH = timedelta(minutes=10)
"""How far back step by step goes; what is older is undone from the history, where one sees it."""
NAMED = 3
"""How many of the changes that stand in the way are told by name."""

HAS_SECRETS = text(
    "SELECT 1 FROM audit.events e WHERE e.action_id = :action"
    " AND e.\"table\" = ANY (ARRAY['auth.credentials', 'auth.sessions', 'auth.api_tokens', 'auth.one_time_codes',"
    " 'auth.telegram_links', 'documents.links', 'notifications.contact_points']) LIMIT 1"
)
IS_OF_MONTHS = text(
    "SELECT 1 FROM audit.events e WHERE e.action_id = :action AND e.\"table\" = 'crm.closed_months' LIMIT 1"
)
HAS_CHANGES = text("SELECT 1 FROM audit.events e WHERE e.action_id = :action AND e.op <> 'note' LIMIT 1")
OF_RECALCULATION = text(
    "SELECT 1 FROM audit.events e WHERE e.action_id = :action AND e.\"table\" = 'crm.recalculations' LIMIT 1"
)
OWN_WAY_BACK = ("recalculation.", "closed-month.")
"""Slugs that begin so are taken back by a verb of their own, never as an action."""
CONFLICTS = text("SELECT * FROM audit.undo_conflicts(:action) ORDER BY at DESC NULLS LAST")
MONTHS = text("SELECT month FROM audit.undo_closed_months(:action) AS month ORDER BY 1")
PATIENCE = text("SET LOCAL statement_timeout = '30min'")
"""An import of a large brokerage is taken back at once or not at all."""
LAST = text(
    "SELECT a.id FROM audit.actions a WHERE a.actor_id = :me AND a.at > :since AND a.via = 'panel'"
    " AND a.undone_by IS NULL AND (a.undoes IS NOT NULL) = :again"
    " AND a.slug NOT LIKE ALL (ARRAY['notification.%', 'preference.%', 'contact-point.%', 'session.%'])"
    " AND NOT EXISTS (SELECT FROM audit.actions b WHERE b.id = a.undoes AND b.undoes IS NOT NULL)"
    " AND (NOT :again OR NOT EXISTS (SELECT FROM audit.actions n WHERE n.actor_id = :me AND n.at > a.at"
    " AND n.via = 'panel' AND n.undoes IS NULL AND EXISTS"
    " (SELECT FROM audit.events e WHERE e.action_id = n.id AND e.op <> 'note')))"
    " AND EXISTS (SELECT FROM audit.events e WHERE e.action_id = a.id AND e.op <> 'note')"
    " ORDER BY a.at DESC, a.id DESC LIMIT 1"
)
UNDO = text("SELECT audit.undo(:action)")
IS_BUSY = text("SELECT auth.bulk_is_busy(:action)")


async def undo(work: Work, action: UUID) -> int:
    """Take an action back; gives the number of records restored.

    Raises `NotFound` for an unseen one, `Denied` for another's, `Refused` when stale, undone or in a closed month.
    """
    keys = {"action": action}
    found = (await work.execute(select(actions).where(actions.c.id == action))).mappings().first()
    if found is None:
        raise NotFound
    if not await may_undo(work, found):
        raise Denied(N_("Your own actions can be undone for a day; others' only by a head of the team."))
    if await work.scalar(IS_BUSY, keys):
        raise Refused(N_("This is still being done. Stop it first, or wait until it is done."))
    if found["undone_by"] is not None:
        raise Refused(N_("This has been undone already."))
    await work.widen()
    await work.execute(PATIENCE)
    if await work.scalar(HAS_SECRETS, keys):
        raise Refused(N_("Passwords, sessions and tokens cannot be undone."))
    if await work.scalar(IS_OF_MONTHS, keys):
        raise Refused(N_("A closed month is opened by “Reopen”, with a reason; it cannot be undone."))
    if await work.scalar(OF_RECALCULATION, keys):
        raise Refused(N_("A recalculation is undone on its own page, batch by batch."))
    if not await work.scalar(HAS_CHANGES, keys):
        raise Refused(N_("There is nothing to undo here."))
    await _must_be_fresh(work, action)
    await work.undoing(action)
    done: int = await work.scalar(UNDO, keys)
    return done


async def last_step(work: Work, *, again: bool = False) -> UUID:
    """One's own newest action of the last minutes, or the newest undoing that can be taken back in turn.

    Raises `Refused` where there is none: something new has been done since, or it is too long ago.
    """
    asked = {"me": work.actor.id, "since": work.at - WITHIN_REACH, "again": again}
    found: UUID | None = await work.scalar(LAST, asked)
    if found is None:
        raise Refused(
            N_("There is nothing to bring back.") if again else N_("There is nothing of the last ten minutes to undo.")
        )
    return found


async def may_undo(work: Work, action: RowMapping) -> bool:
    """Oneself for a day; a head for their team's people and an administrator for everyone, always."""
    actor = work.actor
    if is_own_and_recent(actor, action, work):
        return True
    if not actor.rights.may("audit", "undo_others"):
        return False
    if actor.scope is Scope.ALL or action["actor_id"] == actor.id:
        return True
    team = await work.scalar(select(User.team_id).where(User.id == action["actor_id"]))
    return team is not None and team == actor.team_id


def is_own_and_recent(actor: Actor, action: Any, work: Work) -> bool:
    """Whether the action is the actor's own, of the last day."""
    return bool(action["actor_id"] == actor.id and work.at - action["at"] <= OWN_TIME)


async def _must_be_fresh(work: Work, action: UUID) -> None:
    months = list(await work.scalars(MONTHS, {"action": action}))
    if months:
        named = ", ".join(f"{month:%m.%Y}" for month in months)
        raise Refused(N_("{month} is closed; money in it no longer moves."), month=named)
    conflicts = (await work.execute(CONFLICTS, {"action": action})).mappings().all()
    if conflicts:
        people = list(dict.fromkeys(str(row["actor"] or "?") for row in conflicts))
        raise Stale(people, [dict(row) for row in conflicts])


class Stale(Refused):
    """Something has been changed since, so this cannot be undone."""

    def __init__(self, people: list[str], conflicts: list[dict[str, Any]]) -> None:
        who = ", ".join(people[:NAMED]) + (", …" if len(people) > NAMED else "")
        super().__init__(N_("This cannot be undone: {who} has changed it since."), who=who)
        self.conflicts = conflicts
