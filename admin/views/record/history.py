"""What happened to a record or to a whole deal: actions in sentences, with their changes and Undo."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, func, or_, select
from starlette.requests import Request
from starlette.responses import Response

from admin.i18n import _
from admin.labels import label_of
from admin.rendering import fragment, is_partial, page
from admin.views.base import View
from admin.views.listing.fields import target_or_none
from admin.views.record.facts import cells_of, headline
from admin.views.record.forms import as_key
from admin.views.record.replies import details, saved
from admin.views.record.sentences import VIA, sentence_of
from admin.views.record.showing import NOTHING, show, titles_of
from admin.views.record.statement import find, plan_of
from admin.views.registry import load, view_of_table
from models.actor import Actor
from models.changes import read
from models.errors import Invalid, NotFound
from models.log import actions, events
from models.people import User
from models.session import Work
from models.texts import N_
from models.undo import OWN_WAY_BACK, is_own_and_recent, last_step, undo

ACTIONS_AT_ONCE = 30
IN_THE_PANEL = 8
LINES_AT_MOST = 12
"""Changes shown of one action; the rest is counted."""
UNSAID = frozenset(
    {
        "id",
        "created_at",
        "deal_id",
        "sort_key",
        "number_key",
        "storage_key",
        "modified_at",
        "stage_since",
        "ball_since",
        "accepted_at",
        "done_at",
    }
)
NAMING = ("title", "name", "number", "code", "body", "full_name", "program", "amount", "premium", "kind")
MANY = 3
"""From so many on, records of one kind that came or went are one line with their count."""


@dataclass
class Line:
    """One change: of a field, or a record that came or went."""

    label: str
    old: str = ""
    new: str = ""
    op: str = "update"
    href: str = ""
    count: int = 1


@dataclass
class Entry:
    """One action."""

    id: UUID
    sentence: str
    at: datetime
    via: str
    lines: list[Line] = field(default_factory=list)
    more: int = 0
    is_undone: bool = False
    may_undo: bool = False
    times: int = 1
    """How often it was done in a row, where it changed nothing: a card that was opened again and again."""

    def repeats(self, other: Entry) -> bool:
        """Whether it is the same as another one, with nothing in it to look at or to undo."""
        is_plain = not (self.lines or other.lines or self.may_undo or other.may_undo or self.is_undone)
        return is_plain and (self.sentence, self.via) == (other.sentence, other.via)


async def history_page(request: Request, view: View) -> Response:
    """The newest actions; `before` goes on to older ones."""
    state, key = request.state, request.path_params["pk"]
    partial = is_partial(request)
    async with state.database.transaction(state.actor) as work:
        found = await find(work, plan_of(view, (), state.actor.scope), key)
        limit = IN_THE_PANEL if partial and "before" not in request.query_params else ACTIONS_AT_ONCE
        cells = cells_of(view, found, state.actor.rights, work.at, work.today)
        entries, more = await entries_of(work, state.actor, view, key, moment(request), limit)
        context: dict[str, Any] = {
            "view": view,
            "entries": entries,
            "more": more,
            "address": details(view, key),
            "path_here": f"/admin/{view.identity}/history/{key}",
            "title": " · ".join(part.text for part in headline(view, found.record, cells, state.actor.rights)),
        }
    if partial:
        return fragment(request, "parts/history.html", is_short=limit == IN_THE_PANEL, **context)
    return page(request, "history.html", is_short=False, **context)


def moment(request: Request) -> datetime | None:
    """Up to when. Raises `NotFound` for what is not a time."""
    text = request.query_params.get("before", "")
    try:
        return datetime.fromisoformat(text).astimezone(UTC) if text else None
    except (ValueError, OverflowError):
        raise NotFound from None


async def entries_of(
    work: Work, actor: Actor, view: View, key: UUID, before: datetime | None, limit: int
) -> tuple[list[Entry], str]:
    """Actions with what they changed here, and the time to go on from."""
    heads = (await work.execute(heads_statement(view, key, before, limit + 1))).mappings().all()
    entries = folded(await told(work, actor, view, key, heads[:limit]))
    more = heads[limit - 1]["last"].isoformat() if len(heads) > limit else ""
    return entries, more


def folded(entries: Iterable[Entry]) -> list[Entry]:
    """What was done several times in a row is one entry, with the newest time."""
    found: list[Entry] = []
    for entry in entries:
        if found and entry.repeats(found[-1]):
            found[-1].times += 1
        else:
            found.append(entry)
    return found


async def told(work: Work, actor: Actor, view: View, key: UUID, heads: Sequence[Mapping[str, Any]]) -> list[Entry]:
    """Actions with what they changed here, in words."""
    found = (await work.execute(events_statement(view, key, [head["id"] for head in heads]))).mappings().all()
    titles = await titles_in(work, found)
    entries = {head["id"]: Entry(head["id"], "", head["at"], "") for head in heads}
    for event in found:
        entries[event["action_id"]].lines += lines_of(event, view, actor, titles)
    return [entry_of(work, actor, head, entries[head["id"]]) for head in heads]


def about(view: View, key: UUID) -> Any:
    """Which events belong to the page: the record's own, and those of all that hangs on a deal or a client.

    Who was told of it is no part of the story."""
    own = and_(events.c.record_id == key, events.c.table == view.table.fullname)
    if view.identity == "deal":
        return or_(own, and_(events.c.deal_id == key, events.c.table.not_like("notifications.%")))
    if view.identity == "client":
        return or_(own, and_(events.c.client_id == key, events.c.deal_id.is_(None)))
    return own


def heads_statement(view: View, key: UUID, before: datetime | None, limit: int) -> Select[Any]:
    """The newest actions that touched it."""
    last = func.max(events.c.at).label("last")
    touched = select(events.c.action_id, last).where(about(view, key)).group_by(events.c.action_id)
    if before is not None:
        touched = touched.having(func.max(events.c.at) < before)
    newest = touched.order_by(last.desc(), events.c.action_id.desc()).limit(limit).subquery()
    return (
        select(actions, User.full_name, newest.c.last)
        .join(newest, newest.c.action_id == actions.c.id)
        .outerjoin(User, User.id == actions.c.actor_id)
        .order_by(newest.c.last.desc(), actions.c.id.desc())
    )


def events_statement(view: View, key: UUID, ids: list[UUID]) -> Select[Any]:
    """What these actions did here."""
    return select(events).where(events.c.action_id.in_(ids), about(view, key)).order_by(events.c.seq).limit(2_000)


def entry_of(work: Work, actor: Actor, head: Mapping[str, Any], entry: Entry) -> Entry:
    """The action in words."""
    who = str(head["full_name"] or _("Somebody"))
    entry.sentence = sentence_of(head["slug"], who, load())
    entry.via = _(VIA.get(head["via"], head["via"]))
    entry.is_undone = head["undone_by"] is not None
    own = is_own_and_recent(actor, head, work)
    changes = any(line.op != "note" for line in entry.lines)
    entry.may_undo = changes and not entry.is_undone and (own or actor.rights.may("audit", "undo_others"))
    entry.may_undo = entry.may_undo and not str(head["slug"]).startswith(OWN_WAY_BACK)
    said = gathered([line for line in entry.lines if line.op != "note"])
    entry.more = max(0, len(said) - LINES_AT_MOST)
    entry.lines = said[:LINES_AT_MOST]
    return entry


def gathered(lines: list[Line]) -> list[Line]:
    """Many records of one kind as one line: a task's checklist, a policy's instalments."""
    counts = Counter((line.op, line.label) for line in lines if line.op != "update")
    said: dict[tuple[str, str], Line] = {}
    found: list[Line] = []
    for line in lines:
        key = (line.op, line.label)
        if counts[key] < MANY:
            found.append(line)
        elif key not in said:
            said[key] = Line(line.label, op=line.op, count=counts[key])
            found.append(said[key])
    return found


def lines_of(event: Mapping[str, Any], page_view: View, actor: Actor, titles: dict[UUID, str]) -> list[Line]:
    """The changes of one event that this person may read."""
    view = view_of_table(event["table"])
    if event["op"] == "note":
        return [Line("", op="note")]
    if view is None or not actor.rights.may(view.identity, "read"):
        return []
    name = _(view.name)
    if event["op"] != "update":
        href = details(view, event["record_id"]) if event["op"] == "insert" else ""
        return [Line(name, new=named(view, event["record"] or {}, actor, titles), op=event["op"], href=href)]
    prefix = "" if view.identity == page_view.identity else f"{name} · "
    return [
        Line(prefix + label, was, now) for label, was, now in changes_of(view, event["changes"] or {}, actor, titles)
    ]


def changes_of(
    view: View, changes: Mapping[str, Any], actor: Actor, titles: dict[UUID, str]
) -> Iterable[tuple[str, str, str]]:
    """Label, old and new words of each changed column."""
    for name, pair in changes.items():
        column = view.table.c.get(name)
        if column is None or name in UNSAID or column.info.get("hidden") or column.info.get("quiet"):
            continue
        if column.info.get("derived") or not actor.rights.may_field(view.identity, name, "read"):
            continue
        label = _("Trash") if name == "deleted_at" else _(view.labels.get(name) or label_of(column))
        was, now = told_apart(*pair) if name == "grants" else pair
        yield label, worded(column, was, titles), worded(column, now, titles)


def told_apart(was: list[str] | None, now: list[str] | None) -> tuple[list[str], list[str]]:
    """Of two lists, what went and what came."""
    before, after = was or [], now or []
    return [one for one in before if one not in after], [one for one in after if one not in before]


def worded(column: Any, value: Any, titles: dict[UUID, str]) -> str:
    """A value of the log as people read it."""
    if value is None:
        return NOTHING
    if column.foreign_keys:
        return titles.get(as_key(value) or UUID(int=0), NOTHING)
    try:
        return show(column, read(column, value), titles) or NOTHING
    except Invalid:
        return str(value)


def named(view: View, record: Mapping[str, Any], actor: Actor, titles: dict[UUID, str]) -> str:
    """What a record that came or went is called."""
    names = [name for name in dict.fromkeys((view.title, *NAMING)) if name != view.state]
    may = actor.rights.may_field
    parts = [
        worded(view.table.c[name], record[name], titles)
        for name in names
        if name in view.table.c and record.get(name) is not None and may(view.identity, name, "read")
    ]
    return ", ".join([part for part in parts if part != NOTHING][:2])


async def titles_in(work: Work, found: Iterable[Mapping[str, Any]]) -> dict[UUID, str]:
    """Titles of everything that keys in these events point to: one statement for each kind of record."""
    wanted: dict[View, list[UUID]] = {}
    for event in found:
        view = view_of_table(event["table"])
        pairs = (event["changes"] or {}).items() if view is not None else ()
        values = [(name, value) for name, pair in pairs for value in pair]
        if view is not None and event["record"]:
            values += [(view.title, event["record"].get(view.title))]
        for name, value in values:
            if view is None or name not in view.table.c or not view.table.c[name].foreign_keys:
                continue
            target, key = target_or_none(view.table, name), as_key(value)
            if target is not None and key is not None:
                wanted.setdefault(target, []).append(key)
    return await titles_of(work, wanted)


async def undo_page(request: Request) -> Response:
    """Take an action back, or the last step; the toast offers to bring it again."""
    state, wanted = request.state, request.path_params.get("action_id")
    again = request.query_params.get("again") == "1"
    async with state.database.transaction(state.actor, state.via, "audit.undo", request_id=state.request_id) as work:
        await undo(work, wanted or await last_step(work, again=again))
        action = work.action_id
    to = request.headers.get("referer", "")
    here = "/admin/" + to.split("/admin/", 1)[1] if "/admin/" in to else "/admin/"
    return saved(request, N_("Brought back") if again else N_("Undone"), here, undo=action)
