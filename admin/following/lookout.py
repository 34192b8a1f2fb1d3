"""Looking through followed lists: what has entered one since is told its person once, many as one message.

It is the panel's own task, since only the panel knows what a list means; each list is looked through as its person.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import asyncpg
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from admin.following.keys import Kept, keys_of, view_of
from admin.following.telling import tell
from jobs.bulk import person
from models.actor import SYSTEM, Via
from models.errors import Problem
from models.following import FollowedView
from models.log import events
from models.people import SavedView
from models.session import Database, Work

EVERY = 60.0
REST = timedelta(seconds=50)
"""A list that another process has just looked through is left alone."""
PAUSE = timedelta(minutes=10)
"""So long nothing more is told of a list; what enters it meanwhile is told together afterwards."""
LOST = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError, SQLAlchemyError, Problem)
LOG = logging.getLogger("polisdesk.following")


class Lookout:
    """The task of a process that serves the panel."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin, once."""
        if self._task is None:
            self._task = asyncio.create_task(self._for_ever(), name="lookout")

    async def close(self) -> None:
        """End it."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _for_ever(self) -> None:
        while True:
            await asyncio.sleep(EVERY)
            try:
                await look_through_all(self._database)
            except LOST:
                LOG.exception("followed lists could not be looked through")


async def look_through_all(database: Database, *, rest: timedelta = REST, pause: timedelta = PAUSE) -> int:
    """Every list whose person wants to hear of it; gives how many messages came of it."""
    async with database.transaction(SYSTEM, Via.JOB) as work:
        wanted = select(FollowedView.id, FollowedView.user_id).where(FollowedView.tells).order_by(FollowedView.id)
        found = (await work.execute(wanted)).all()
    told = 0
    for key, user in found:
        try:
            told += await look_through(database, key, user, rest, pause)
        except LOST:
            LOG.exception("the followed list %s could not be looked through", key)
    return told


async def look_through(database: Database, key: UUID, user: UUID, rest: timedelta, pause: timedelta) -> int:
    """One list, as its person, with the rights that they have now."""
    async with database.transaction(SYSTEM, Via.JOB) as work:
        actor = await person(work, user)
    if actor is None:
        return 0
    async with database.transaction(actor, Via.JOB, "notification.entered") as work:
        mine = select(FollowedView).where(FollowedView.id == key).with_for_update(skip_locked=True)
        follow = await work.scalar(mine)
        if follow is None or (follow.looked_at is not None and work.at - follow.looked_at < rest):
            return 0
        saved = await work.get(SavedView, follow.saved_view_id)
        if saved is None or saved.deleted_at is not None:
            return 0
        kept = Kept(saved.id, saved.name, saved.identity, saved.query)
        return await news_of(work, follow, kept, pause)


async def news_of(work: Work, follow: FollowedView, kept: Kept, pause: timedelta) -> int:
    """Compare what stands in the list with what was known; 1 where that was told."""
    view, keys = view_of(kept, work), await keys_of(work, kept)
    if view is None or keys is None:
        return 0
    if follow.known is None or follow.known_query != kept.query:
        follow.remember(keys, kept.query, work.at)
        return 0
    known = set(follow.known)
    entered = [one for one in keys if one not in known]
    own = await own_doing(work, entered, follow)
    news = [one for one in entered if one not in own]
    waits = bool(news) and follow.told_at is not None and work.at - follow.told_at < pause
    follow.remember([one for one in keys if one in known or one in own or not waits], kept.query, work.at)
    if not news or waits:
        return 0
    follow.told_at = work.at
    return await tell(work, view, kept, news)


async def own_doing(work: Work, entered: Sequence[UUID], follow: FollowedView) -> set[UUID]:
    """Records that only the person has touched since the list was last looked through: nobody hears of their own."""
    if not entered or follow.looked_at is None:
        return set()
    mine = func.bool_and(events.c.actor_id == work.actor.id)
    touched = (
        select(events.c.record_id)
        .where(events.c.record_id.in_(entered), events.c.at > follow.looked_at, events.c.op != "note")
        .group_by(events.c.record_id)
        .having(mine)
    )
    return set(await work.scalars(touched))
