"""The list over HTTP: one page, in whole or as the part that htmx asks for, and the export."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from importlib import import_module
from types import MappingProxyType
from typing import Any, NamedTuple

from markupsafe import Markup
from sqlalchemy import Text, cast, select, union_all
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from admin.boards.looks import Look, look_of
from admin.i18n import current_locale
from admin.imports.describing import may_import
from admin.many.offers import offers_of
from admin.rendering import fragment, is_partial, page
from admin.views.base import View
from admin.views.listing.asked import OFFSET_AT_MOST, SLICE, Asked, asked
from admin.views.listing.cells import rows_html
from admin.views.listing.chips import chips_of, linked, tones_of
from admin.views.listing.column_bar import column_bar
from admin.views.listing.conditions import has_tones
from admin.views.listing.export import export_page
from admin.views.listing.fields import Field, Kind, field_of, may_read
from admin.views.listing.filter_bar import filter_bar, is_shown
from admin.views.listing.grouping import Groups, groups_of
from admin.views.listing.headings import heads_of, open_fields
from admin.views.listing.parameters import taken_apart
from admin.views.listing.patience import WHOLE, number_at_once, ran_out
from admin.views.listing.places import cursor_text
from admin.views.listing.prepared import run
from admin.views.listing.shelf import address_of, first_of, saved_views, shelf_of
from admin.views.listing.sight import sees_little
from admin.views.listing.spelled import spelled
from admin.views.listing.statement import COUNTED_UP_TO, Listing
from admin.views.listing.view_bar import view_bar
from models import clock
from models.actor import Actor
from models.errors import Refused
from models.session import Work

__all__ = ["export_page", "list_page"]


EXPORTS = (("Excel", "xlsx"), ("CSV", "csv"))


class Found(NamedTuple):
    """A page of rows, whether more follow, how many there are in all (None: not counted) and what filters name."""

    listing: Listing
    rows: Sequence[Any]
    is_more: bool
    total: int | None
    titles: dict[Any, str]
    drawn: Markup
    """The rows as HTML."""
    groups: Groups | None = None
    """What stands in place of rows, where the list is grouped."""
    is_late: bool = False
    """Its number is asked for after the page."""
    is_slow: bool = False
    """It took too long, and there are no rows."""


async def list_page(request: Request, view: View) -> Response:
    """The list that the address asks for; parameters that make no sense are told, never an error."""
    actor = request.state.actor
    wanted = asked(view, request.query_params, actor.rights)
    fields = visible_fields(view, actor, wanted.chosen)
    look = look_of(wanted, actor.rights)
    is_part = is_partial(request)
    saved: Sequence[Any] = ()
    roles: Sequence[Any] = ()
    try:
        async with request.state.database.transaction(actor, first=WHOLE) as work:
            saved, roles = ((), ()) if is_part else await saved_views(work, view, actor)
            if (first := first_of(saved, actor, request.url.query, view)) is not None:
                return RedirectResponse(f"/admin/{view.identity}/list{address_of(first)}", 303)
            shown = find(work, wanted, actor, fields) if look.is_rows else find_shaped(work, wanted, look, actor)
            found = await shown
    except Refused as problem:
        if not ran_out(problem):
            raise
        found = await without_rows(request, wanted)
    context = context_of(found, fields, actor) | {"look": look, "ways": look.ways(wanted)}
    context["kept"] += look.kept
    if is_part:
        return fragment(request, "list.html", block="results", headers={"Vary": "HX-Request"}, **context)
    shelf = shelf_of(saved, wanted, actor, roles)
    return page(request, "list.html", headers={"Vary": "HX-Request"}, shelf=shelf, **context)


def visible_fields(view: View, actor: Actor, chosen: Sequence[str] = ()) -> list[Field]:
    """The columns that were chosen, or the view's own, as far as the actor may read them."""
    return [field_of(view, name) for name in chosen or view.columns if may_read(view, name, actor.rights)]


async def find(work: Work, wanted: Asked, actor: Actor, fields: Sequence[Field]) -> Found:
    """The page's rows and their number; a term that finds nothing is tried in the other keyboard layout."""
    listing = Listing(wanted, actor, clock.today(), await sees_little(work, wanted.view, actor))
    if wanted.group is not None:
        return await find_groups(work, await spelled(work, listing), fields, wanted.group)
    rows = await rows_of(work, listing, fields)
    if not rows and (other := await spelled(work, listing)) is not listing:
        listing, rows = other, await rows_of(work, other, fields)
    is_more = len(rows) > wanted.size
    rows = rows[: wanted.size]
    if wanted.cursor and wanted.cursor.back:
        rows = rows[::-1]
    titles = await titles_of(work, listing.asked)
    counting = asyncio.create_task(total_of(work, listing, len(rows), is_more))
    try:
        await asyncio.sleep(0)  # the question is on its way, and the server counts while we draw
        drawn = drawn_rows(listing, fields, rows, titles)
        total = await counting
    finally:
        counting.cancel()
    is_late = total is None and not listing.searches_in_order
    return Found(listing, rows, is_more, total, titles, drawn, is_late=is_late)


async def without_rows(request: Request, wanted: Asked) -> Found:
    """The list that took too long: its filters and a sentence."""
    actor = request.state.actor
    async with request.state.database.transaction(actor) as work:
        titles = await titles_of(work, wanted)
    return Found(Listing(wanted, actor, clock.today()), (), False, 0, titles, Markup(), is_slow=True)


async def find_shaped(work: Work, wanted: Asked, look: Look, actor: Actor) -> Found:
    """The list as a board or a calendar, in the place of its rows."""
    drawn = await import_module("admin.boards.drawing").shape_html(work, wanted, look, actor)
    listing = Listing(wanted, actor, clock.today())
    return Found(listing, [], False, 0, await titles_of(work, wanted), drawn)


async def find_groups(work: Work, listing: Listing, fields: Sequence[Field], group: Field) -> Found:
    """The groups of a list in place of its rows."""
    groups = await groups_of(work, listing, fields, group)
    return Found(listing, (), False, groups.total, await titles_of(work, listing.asked), Markup(), groups)


def drawn_rows(
    listing: Listing, fields: Sequence[Field], rows: Sequence[Any], titles: Mapping[Any, str] = MappingProxyType({})
) -> Markup:
    """The rows as HTML, with boxes where something can be done with several."""
    view, actor = listing.view, listing.actor
    pick = bool(offers_of(view, actor, in_trash=listing.asked.in_trash))
    return rows_html(view, fields, rows, actor, listing.today, pick=pick, tones=tones_of(listing.asked, titles))


async def rows_of(work: Work, listing: Listing, fields: Sequence[Field]) -> Sequence[Any]:
    """The page and a row more."""
    what = "rows " + " ".join(field.name for field in fields)
    return await run(work, listing, what, lambda: listing.rows(fields))


async def total_of(work: Work, listing: Listing, shown: int, is_more: bool) -> int | None:
    """How many rows there are, counted only where the page itself does not tell."""
    wanted = listing.asked
    if wanted.cursor is None and not is_more and (shown or wanted.page == 1):
        return wanted.offset + shown
    if listing.searches_in_order:
        return None
    return await number_at_once(work, listing)


async def titles_of(work: Work, wanted: Asked) -> dict[Any, str]:
    """Titles of the records that filters name, in one statement."""
    parts = [
        select(view.table.c.id, cast(view.table.c[view.title], Text).label("title")).where(view.table.c.id.in_(keys))
        for view, keys in linked(wanted).items()
    ]
    if not parts:
        return {}
    found = (await work.execute(union_all(*parts) if len(parts) > 1 else parts[0])).all()
    return {key: title or "—" for key, title in found}


def context_of(found: Found, fields: Sequence[Field], actor: Actor) -> dict[str, Any]:
    """What the template shows."""
    wanted = found.listing.asked
    view = wanted.view
    bar = filter_bar(wanted, found.titles, actor.rights)
    return {
        "view": view,
        "asked": wanted,
        "heads": heads_of(
            view,
            tuple(fields),
            wanted.orders,
            tuple(wanted.query.multi_items()),
            open_fields(view, actor, wanted),
            current_locale(),
        ),
        "rows": found.drawn,
        "chips": chips_of(wanted, found.titles),
        "filters": bar,
        "view_panel": view_bar(wanted, bar.tints, actor.rights),
        "groups": found.groups,
        "columns": column_bar(wanted, actor.rights),
        "has_sums": any(field.kind is Kind.MONEY for field in fields),
        "kept": kept_of(wanted),
        "offers": offers_of(view, actor, in_trash=wanted.in_trash),
        "counted": counted(found),
        "is_slow": found.is_slow,
        "is_late": found.is_late,
        "ends": ends_of(wanted, found.rows),
        "long": long_of(found),
        "previous": previous_of(found),
        "next": next_of(found),
        "may_create": view.creatable and actor.rights.may(view.identity, "create"),
        "may_import": may_import(view, actor) and not wanted.in_trash,
        "may_export": actor.rights.may(view.identity, "export"),
        "exports": [(name, f"/admin/{view.identity}/export.{kind}{wanted.address()}") for name, kind in EXPORTS],
    }


def kept_of(wanted: Asked) -> list[tuple[str, str]]:
    """What the address asks for and no control of the panels shows: it stays when they are applied."""
    silent = {one.field.name for one in wanted.filters if not is_shown(wanted.view, one.field)} - set(
        wanted.view.filters
    )
    return [
        (k, v)
        for k, v in wanted.query.multi_items()
        if v and (k == SLICE or (taken_apart(k).name in silent and not taken_apart(k).prefix))
    ]


def counted(found: Found) -> dict[str, Any]:
    """Which rows these are and of how many; a bound that was reached has a plus."""
    wanted, shown = found.listing.asked, len(found.rows)
    start = (wanted.page - 1) * wanted.size + 1
    end = start + shown - 1
    if found.total is None:
        return {"start": start, "end": end, "total": end, "plus": found.is_more, "shown": shown}
    is_bound = found.total > COUNTED_UP_TO
    total = max(end, COUNTED_UP_TO) if is_bound else found.total
    return {"start": start, "end": end, "total": total, "plus": is_bound, "shown": shown}


def next_of(found: Found) -> str:
    """The address of the next page: by number near the beginning, after the last row further on."""
    wanted = found.listing.asked
    goes_back = wanted.cursor is not None and wanted.cursor.back
    if not found.rows or not (found.is_more or goes_back):
        return ""
    if wanted.page * wanted.size <= OFFSET_AT_MOST or wanted.term:
        return wanted.address(page=wanted.page + 1)
    return wanted.address(page=wanted.page + 1, after=place_of(wanted, found.rows[-1]))


def previous_of(found: Found) -> str:
    """The address of the page before."""
    wanted = found.listing.asked
    if wanted.page == 1:
        return ""
    if (wanted.page - 2) * wanted.size <= OFFSET_AT_MOST or wanted.term or not found.rows:
        return wanted.address(page=wanted.page - 1 if wanted.page > 2 else None)
    return wanted.address(page=wanted.page - 1, before=place_of(wanted, found.rows[0]))


class Ends(NamedTuple):
    """The places of the first and the last of some rows."""

    first: str = ""
    last: str = ""


def ends_of(wanted: Asked, rows: Sequence[Any]) -> Ends:
    """Where rows begin and end, for what is fetched before and after them."""
    return Ends(place_of(wanted, rows[0]), place_of(wanted, rows[-1])) if rows else Ends()


def long_of(found: Found) -> str:
    """The address whose rows come as one scrolls; empty where they are all here, or wanted page by page."""
    wanted = found.listing.asked
    goes_on = found.is_more or wanted.page > 1 or wanted.cursor is not None
    return wanted.address(q=wanted.term or None, search=None) if wanted.is_long and goes_on and found.rows else ""


def place_of(wanted: Asked, row: Any) -> str:
    """The place of a row in the list, for an address."""
    end = len(row) - bool(has_tones(wanted))
    return cursor_text(row[1], row[0], tuple(row)[end - len(wanted.then) : end])
