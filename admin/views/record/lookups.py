"""Look-ups: a few records by a part of their name, under the row policies; no table is ever loaded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Table, any_, case, func, literal, or_, select, true
from starlette.requests import Request
from starlette.responses import JSONResponse

from admin.i18n import _
from admin.views.base import View
from admin.views.listing.fields import may_read, target_or_none
from admin.views.listing.filter_bar import FORMER
from admin.views.listing.statement import SEARCHED_BY_FUNCTIONS
from admin.views.listing.texts import contains, tidy
from admin.views.record.showing import NOTHING, title_column
from admin.views.registry import view_named
from models.asking import asked_fields
from models.base import Record
from models.catalogue import Insurer
from models.choices import InsurerKind
from models.errors import Denied, NotFound
from models.people import User
from models.rights import Rights
from models.session import Work
from models.texts import N_

AT_MOST = 20
LEFT = N_("no longer works here")
UNUSED = N_("no longer used")
OWNERS = ("deal_id", "client_id", "insurer_id")
SECOND_LINE = {"client": "phone", "policy": "ends_on", "user": "username", "insured-object": "plate"}


@dataclass(frozen=True)
class Asked:
    """What is looked up, and within which deal or client."""

    target: View
    within: Mapping[str, UUID]
    among: str = ""
    """The name of the record's condition that every option fulfils."""
    with_former: bool = False
    """Those who have left and what is no longer used too: for what lies in the past."""


async def lookup_page(request: Request, view: View) -> JSONResponse:
    """At most twenty options, as JSON. `field` is a key of the view or of what its `verb` asks."""
    asked = asked_of(view, request)
    rights = request.state.actor.rights
    if not rights.may(asked.target.identity, "list") or not may_read(asked.target, asked.target.title, rights):
        raise Denied
    async with request.state.database.transaction(request.state.actor) as work:
        rows = await options(work, asked, rights, request.query_params.get("q", ""))
    return JSONResponse({"options": rows})


def asked_of(view: View, request: Request) -> Asked:
    """What is looked up. Raises `NotFound` for a field that is no key."""
    field, within = request.query_params.get("field", ""), within_of(request.query_params)
    if slug := request.query_params.get("verb", ""):
        verb = view.verbs.get(slug)
        told = {name: more for name, _kind, more in asked_fields(verb)} if verb else {}
        if not told.get(field, {}).get("lookup"):
            raise NotFound
        return Asked(view_named(told[field]["lookup"]), within, told[field]["among"])
    return Asked(target_for(view, field), within, with_former=bool(request.query_params.get(FORMER)))


def target_for(view: View, field: str) -> View:
    """The view whose records are offered for a field. Raises `NotFound` for one that is no key."""
    if not field:
        return view
    target = target_or_none(view.table, field) if field in view.table.c else None
    if target is None or target.is_sealed or view.table.c[field].info.get("hidden"):
        raise NotFound
    return target


def within_of(params: Mapping[str, str]) -> dict[str, UUID]:
    """The deal and client that options must belong to. Raises `NotFound` for a malformed key."""
    found = {}
    for name in OWNERS:
        if text := params.get(name, ""):
            try:
                found[name] = UUID(text)
            except ValueError:
                raise NotFound from None
    return found


async def options(work: Work, asked: Asked, rights: Rights, typed: str) -> list[dict[str, str]]:
    """Keys, titles and second lines, the best first."""
    rows = await work.execute(statement(asked, typed, rights))
    return [
        {
            "id": str(row.id),
            "title": _(row.title) if row.title else NOTHING,
            "hint": _(row.former) if row.former else str(row.hint or ""),
        }
        for row in rows
    ]


async def sole(work: Work, asked: Asked) -> UUID | None:
    """The only record of the deal or client that can be meant, if there is just one."""
    if not set(asked.within) & set(asked.target.table.c.keys()):
        return None
    rows = (await work.execute(statement(asked, "", work.actor.rights).limit(2))).all()
    return rows[0].id if len(rows) == 1 else None


def statement(asked: Asked, typed: str, rights: Rights) -> Select[Any]:
    """The options of a term; what the person may not read is neither shown nor looked into."""
    view, table = asked.target, asked.target.table
    line = SECOND_LINE.get(view.identity, "")
    second = table.c[line] if line and may_read(view, line, rights) else literal("")
    found = select(
        table.c.id, title_column(view, table).label("title"), second.label("hint"), former_of(view).label("former")
    )
    if view.has_trash:
        found = found.where(table.c.deleted_at.is_(None))
    if "is_active" in table.c and not asked.with_former:
        found = found.where(table.c.is_active)
    for name, key in asked.within.items():
        if name in table.c:
            found = found.where(belongs(table, name, key))
    if view.record is User and not asked.with_former:
        found = found.where(User.working())
    if asked.among:
        found = found.where(getattr(view.record, asked.among)())
    if tidy(typed):
        found = found.where(matches(asked, typed, rights))
    if asked.with_former and "is_active" in table.c:
        found = found.order_by(table.c.is_active.desc())
    order = table.c.get("sort_key", table.c.id.desc() if issubclass(view.record, Record) else table.c.id)
    return found.order_by(order).limit(AT_MOST)


def former_of(view: View) -> ColumnElement[str]:
    """What is said of one who has left, or of what is no longer used; nothing of the others."""
    if "is_active" not in view.table.c:
        return literal("")
    return case((view.table.c.is_active, ""), else_=LEFT if view.record is User else UNUSED)


def belongs(table: Table, name: str, key: UUID) -> ColumnElement[bool]:
    """Whether an option is of this owner; what an aggregator pays for serves every insurer."""
    if name != "insurer_id":
        return table.c[name] == key
    aggregators = select(Insurer.id).where(Insurer.kind == InsurerKind.AGGREGATOR)
    return or_(table.c[name] == key, table.c[name].in_(aggregators))


def matches(asked: Asked, typed: str, rights: Rights) -> Any:
    """The view's search function finds among everything; the few rows of a deal or client are looked through."""
    view = asked.target
    is_narrow = asked.among or any(name in view.table.c for name in asked.within)
    if view.search and not is_narrow and rights.reads_all_of(SEARCHED_BY_FUNCTIONS):
        schema, name = view.search.split(".")
        keys = getattr(getattr(func, schema), name)(tidy(typed), AT_MOST, False)
        return view.table.c.id == any_(func.array(select(keys).scalar_subquery()))
    columns = [view.table.c[name] for name in view.record.__search__ if may_read(view, name, rights)]
    return or_(*(contains(column, typed) for column in columns)) if columns else true()
