"""What is being typed during a call, kept as it is typed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import delete, select
from sqlalchemy.orm import Mapped

from models.base import Record, Rows, reference
from models.changes import already
from models.errors import NotFound, Refused
from models.intake.call import Fields, one
from models.log import actions, events
from models.session import Work
from models.texts import N_

SHOWN = 6
MOST_TURNS = 20
KEPT_CLEARED, KEPT = timedelta(days=1), timedelta(days=14)
STANDING = frozenset({"hand", "executor_id", "client_title"})
"""Fields that say how the form stands, not what was said in the talk."""


class IntakeDraft(Record):
    """A call that has not become a deal yet: the fields of the form as they stand, one row a call.

    It is not in the log: what somebody typed and did not send is nobody's record, and a log that is never rewritten
    would keep the personal data of people who have not become clients. It lives for some days and is then removed.
    """

    __tablename__ = "intake_drafts"
    __table_args__: Any = ({"schema": "crm"},)
    __identity__ = "intake-draft"
    __event__ = "crm.intake_draft"
    __rows__ = Rows.PERSONAL
    __logged__ = False
    __title__ = "title"

    user_id: Mapped[UUID] = reference("auth.users")
    title: Mapped[str]
    fields: Mapped[dict[str, Any]]
    touched_at: Mapped[datetime]
    cleared_at: Mapped[datetime | None]


async def keep(work: Work, key: UUID, fields: Fields) -> IntakeDraft | None:
    """Write down how the form stands now; nothing once the call has been taken, or while nothing is said."""
    draft = await already(work, IntakeDraft, key)
    if draft is None:
        if is_blank(fields) or await was_taken(work, key):
            return None
        draft = IntakeDraft(id=key, user_id=work.actor.id, title="", fields={}, touched_at=work.at)
        work.add(draft)
    elif draft.cleared_at is not None and await was_taken(work, key):
        return None
    draft.fields = {name: list(values) for name, values in fields.items() if any(values)}
    draft.title, draft.touched_at, draft.cleared_at = title_of(fields), work.at, None
    await work.flush()
    return draft


async def drafts_of(work: Work) -> list[IntakeDraft]:
    """The actor's calls that are not finished, the newest first."""
    mine = select(IntakeDraft).where(IntakeDraft.user_id == work.actor.id, IntakeDraft.cleared_at.is_(None))
    return list(await work.scalars(mine.order_by(IntakeDraft.touched_at.desc()).limit(SHOWN)))


async def put_away(work: Work, key: UUID) -> None:
    """The call is over or was not meant; what was typed can be had back for a day."""
    draft = await already(work, IntakeDraft, key)
    if draft is not None:
        draft.cleared_at = work.at


async def take_back(work: Work, key: UUID) -> IntakeDraft:
    """A draft that was cleared, as it stood. Raises `NotFound`."""
    draft = await work.get_record(IntakeDraft, key, lock=True)
    draft.cleared_at = None
    return draft


async def put_away_lately(work: Work) -> list[IntakeDraft]:
    """The actor's drafts that were cleared within the day and became nothing, or whose deal was undone."""
    mine = IntakeDraft.user_id == work.actor.id, IntakeDraft.cleared_at > work.at - KEPT_CLEARED
    found = await work.scalars(select(IntakeDraft).where(*mine).order_by(IntakeDraft.cleared_at.desc()).limit(SHOWN))
    return [draft for draft in found if not await was_taken(work, draft.id)]


def action_of(actor: UUID, key: UUID, turn: int = 0) -> UUID:
    """The action by which a draft becomes a deal: the same when the form comes twice; another one after each undo."""
    return uuid5(actor, f"deal.intake {key} {turn}")


async def next_action(work: Work, key: UUID) -> tuple[UUID, bool]:
    """The draft's action, and whether it is done already."""
    for turn in range(MOST_TURNS):
        action = action_of(work.actor.id, key, turn)
        row = (await work.execute(select(actions.c.undone_by).where(actions.c.id == action))).first()
        if row is None or row.undone_by is None:
            return action, row is not None
    raise Refused(N_("This call was taken and undone too often: begin a new one."))


async def was_taken(work: Work, key: UUID) -> bool:
    """Whether the draft has become a deal that stands."""
    return (await next_action(work, key))[1]


def is_blank(fields: Fields) -> bool:
    """Whether nothing was said yet."""
    return not any(str(value).strip() for name, values in fields.items() if says_something(name) for value in values)


def says_something(name: str) -> bool:
    """Whether a field holds words of the talk, and not how the form stands."""
    return not (name in STANDING or name.endswith(".kind"))


def title_of(fields: Fields) -> str:
    """Who called, as far as it is known."""
    name, phone = one(fields, "client_title") or one(fields, "client.name"), one(fields, "client.phone")
    return name or phone


async def sweep(work: Work) -> None:
    """Delete what was cleared a day ago and what nobody has touched for two weeks."""
    gone = (IntakeDraft.cleared_at < work.at - KEPT_CLEARED) | (IntakeDraft.touched_at < work.at - KEPT)
    await work.execute(delete(IntakeDraft).where(gone))


async def deal_of_action(work: Work, action: UUID) -> UUID:
    """The deal that a call has become. Raises `NotFound` where the actor does not see it."""
    found = select(events.c.deal_id).where(events.c.action_id == action, events.c.deal_id.is_not(None))
    deal: UUID | None = await work.scalar(found.limit(1))
    if deal is None:
        raise NotFound
    return deal
