"""The message: one for all that has entered a list, in the bell and by the ways that the person has chosen."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from admin.following.keys import Kept
from admin.views.base import View
from admin.views.record.showing import NOTHING, titles_of
from jobs.cards import keyboard, opening
from jobs.filling import filled, templates
from jobs.notifications import who_want, with_ways
from jobs.reaching import Told, Ways, reach
from jobs.words import words
from models.notification import Notification
from models.session import Work

ENTERED = "view.entered"
NAMED = 3
"""Records that are named; the others are a number."""


async def tell(work: Work, view: View, kept: Kept, news: Sequence[UUID]) -> int:
    """Tell the person of the work; 1 where they want to hear it, 0 otherwise. Outside the panel no names are said."""
    me = {work.actor.id}
    in_panel = {one.id for one in await work.scalars(who_want(ENTERED, me))}
    said = {row.locale: row for row in await work.scalars(templates(ENTERED))}
    for user, *places in (await work.execute(with_ways(ENTERED, me))).all():
        template, ways = said.get(user.locale) or said.get("ru"), Ways(*places)
        if template is None or (user.id not in in_panel and not ways):
            continue
        titles = await titles_of(work, {view: news[:NAMED]})
        named = ", ".join(title for key in news[:NAMED] if (title := titles.get(key, NOTHING)) != NOTHING)
        facts = {"list": kept.name, "count": len(news), "records": named + (", …" if len(news) > NAMED else "")}
        notice = Notification(
            user_id=user.id,
            event=ENTERED,
            title=filled(template.subject, facts, user.locale),
            body=filled(template.body, facts, user.locale),
            url=kept.lead,
            read_at=None if user.id in in_panel else work.at,
        )
        work.add(notice)
        await work.flush()
        if ways:
            outside = {"count": len(news), "kind": words(user.locale)(view.name_plural)}
            await reach(work, notice, user, ways, Told(outside, keyboard(opening(kept.lead, user.locale)), kept.lead))
        return 1
    return 0
