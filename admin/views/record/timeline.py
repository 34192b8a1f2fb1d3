"""One story beside a record: what people wrote and what happened, the newest first, with Undo."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, not_, select, tuple_
from starlette.requests import Request
from starlette.responses import Response

from admin.i18n import _, choice_label
from admin.rendering import fragment
from admin.views.base import Child, View
from admin.views.record.history import Entry, about, told
from admin.views.record.offers import Offers, offers_of
from admin.views.record.values import columns_of, shape_of
from admin.views.registry import view_named
from models.actor import Actor
from models.errors import NotFound
from models.log import actions, events
from models.people import User
from models.session import Work
from models.texts import N_

AT_ONCE = 25
ALL, NOTES, HISTORY, TASKS, FILES = "all", "notes", "history", "tasks", "files"
CHIPS = {
    "deal": ((ALL, N_("All")), (NOTES, N_("Journal")), (HISTORY, N_("Changes")), (TASKS, N_("Tasks")),
             (FILES, N_("Files"))),
    "task": ((ALL, N_("All")), (NOTES, N_("Comments")), (HISTORY, N_("Changes"))),
}  # fmt: skip


class Cursor(NamedTuple):
    """The item after which it goes on."""

    at: datetime
    id: UUID

    @property
    def text(self) -> str:
        """As an address has it."""
        return f"{self.at.isoformat()}~{self.id}"


@dataclass(frozen=True)
class Note:
    """What somebody wrote."""

    view: View
    record: Any
    author: str
    kind: str
    offers: Offers


class Item(NamedTuple):
    """A line of the timeline: a note, or an action."""

    at: datetime
    id: UUID
    note: Note | None
    entry: Entry | None


async def timeline_page(request: Request, view: View) -> Response:
    """The timeline with its box, or for `items` the lines alone; `before` goes on to earlier ones."""
    notes, key, actor = view.notes, request.path_params["pk"], request.state.actor
    show = request.query_params.get("show", ALL)
    if notes is None or show not in dict(CHIPS[view.identity]):
        raise NotFound
    cursor = cursor_of(request.query_params.get("before", ""))
    async with request.state.database.transaction(actor) as work:
        await work.get_record(view.record, key)
        items, more = await items_of(work, actor, view, key, show, cursor)
    rights = actor.rights
    context: dict[str, Any] = {
        "view": view,
        "key": key,
        "child": notes,
        "notes": view_named(notes.identity),
        "may_write": rights.may(notes.identity, "create"),
        "chips": [(name, _(label)) for name, label in CHIPS[view.identity]],
        "show": show,
        "items": items,
        "more": more,
        "path_here": f"/admin/{view.identity}/timeline/{key}",
    }
    template = "items" if cursor else "list" if "show" in request.query_params else "box"
    return fragment(request, f"parts/timeline_{template}.html", **context)


def cursor_of(text: str) -> Cursor | None:
    """Up to which item. Raises `NotFound` for what is none."""
    at, _sign, key = text.partition("~")
    try:
        return Cursor(datetime.fromisoformat(at).astimezone(UTC), UUID(key)) if text else None
    except (ValueError, OverflowError):
        raise NotFound from None


async def items_of(
    work: Work, actor: Actor, view: View, key: UUID, show: str, cursor: Cursor | None
) -> tuple[list[Item], str]:
    """The lines and where they go on."""
    found: list[Item] = []
    notes = view.notes
    if notes is not None and show in (ALL, NOTES) and actor.rights.may(notes.identity, "list"):
        found += await notes_of(work, actor, notes, key, cursor)
    if show != NOTES:
        found += await entries_of(work, actor, view, key, show, cursor)
    found.sort(key=lambda item: (item.at, item.id), reverse=True)
    more = Cursor(found[AT_ONCE - 1].at, found[AT_ONCE - 1].id).text if len(found) > AT_ONCE else ""
    return found[:AT_ONCE], more


async def notes_of(work: Work, actor: Actor, child: Child, key: UUID, cursor: Cursor | None) -> list[Item]:
    """What was written, by the time that it tells of."""
    view = view_named(child.identity)
    table = view.table
    at = table.c.get("happened_at", table.c.created_at)
    statement = (
        select(*columns_of(view), User.full_name.label("author_name"))
        .outerjoin(User, User.id == table.c.author_id)
        .where(table.c[child.by] == key, table.c.deleted_at.is_(None), *ahead(at, table.c.id, cursor))
        .order_by(at.desc(), table.c.id.desc())
        .limit(AT_ONCE + 1)
    )
    choices = table.c.kind.info.get("choices") if "kind" in table.c else None
    items = []
    for row in await work.execute(statement):
        record = shape_of(view)._make(row[:-1])
        kind = choice_label(choices, record.kind) if choices else ""
        note = Note(view, record, row.author_name or _("Somebody"), kind, offers_of(view, record, actor))
        items.append(Item(getattr(record, at.name), record.id, note, None))
    return items


async def entries_of(work: Work, actor: Actor, view: View, key: UUID, show: str, cursor: Cursor | None) -> list[Item]:
    """Actions of the kind that is asked for; writing a note is the note itself."""
    heads = (await work.execute(heads_statement(view, key, show, cursor))).mappings().all()
    entries = await told(work, actor, view, key, heads)
    return [Item(head["last"], head["id"], None, entry) for head, entry in zip(heads, entries, strict=True)]


def heads_statement(view: View, key: UUID, show: str, cursor: Cursor | None) -> Select[Any]:
    """The newest actions that touched the record, from the cursor on."""
    last = func.max(events.c.at)
    touched = (
        select(events.c.action_id, last.label("last"))
        .where(about(view, key))
        .group_by(events.c.action_id)
        .having(and_(func.bool_or(is_of(view, show)), *ahead(last, events.c.action_id, cursor)))
        .order_by(last.desc(), events.c.action_id.desc())
        .limit(AT_ONCE + 1)
        .subquery()
    )
    return (
        select(actions, User.full_name, touched.c.last)
        .join(touched, touched.c.action_id == actions.c.id)
        .outerjoin(User, User.id == actions.c.actor_id)
        .order_by(touched.c.last.desc(), actions.c.id.desc())
    )


def is_of(view: View, show: str) -> ColumnElement[bool]:
    """Which events belong to a filter. Who was told of what is in the whole history only."""
    notes = view_named(view.notes.identity).table.fullname if view.notes else ""
    of_notices = events.c.table.like("notifications.%")
    of_tasks, of_files = events.c.table.like("tasks.%"), events.c.table.like("documents.%")
    written = and_(events.c.table == notes, events.c.op == "insert")
    if view.identity == "deal" and show == TASKS:
        return of_tasks
    if show == FILES:
        return of_files
    if view.identity == "deal" and show == HISTORY:
        return not_(of_tasks | of_files | written | of_notices)
    return not_(written | of_notices)


def ahead(at: Any, key: Any, cursor: Cursor | None) -> list[ColumnElement[bool]]:
    """The condition of coming after the cursor."""
    return [] if cursor is None else [tuple_(at, key) < tuple_(cursor.at, cursor.id)]
