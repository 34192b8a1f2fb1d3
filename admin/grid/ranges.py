"""A pasted or filled range: what it would change, tried for real and taken back; then written as one action."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, Column
from starlette.requests import Request
from starlette.responses import Response

from admin.grid.preview import Line, Preview, Row, Told
from admin.i18n import _, ngettext, say
from admin.rendering import fragment
from admin.views.base import View
from admin.views.listing.fields import target_or_none
from admin.views.record.editing import title_of
from admin.views.record.forms import fields_of, labels_of
from admin.views.record.replies import posted, saved
from admin.views.record.showing import show, titles_of
from models.changes import Change, apply, wire
from models.changes.naming import NOT_ONE, named, the_one
from models.errors import Conflict, Invalid, Problem, Refused
from models.rehearsal import rehearsal
from models.session import Work
from models.texts import N_

MOST_CELLS = 2_000
CLOSED = N_("This field is not changed here.")
NOTHING: Mapping[tuple[UUID, str], str] = MappingProxyType({})


class Overtaken(Problem):
    """Others have changed some of these cells since the preview. Look what would change now."""

    status = 409


async def cells_page(request: Request, view: View) -> Response:
    """POST with `told`: the preview. POST with `good`: write what it showed, all or nothing.

    Raises `Refused` where no form changes such records.
    """
    if not view.editable:
        raise Refused(CLOSED)
    data = await posted(request)
    if data.get("good"):
        rows = confirmed(str(data["good"]))
        try:
            return await write(request, view, rows)
        except Overtaken as problem:
            return await once_more(request, view, rows, problem)
    preview = await previewed(request, view, told_of(str(data.get("told") or "")))
    return fragment(request, "parts/paste_preview.html", view=view, preview=preview)


def told_of(text: str) -> list[Told]:
    """The pasted cells. Raises `Invalid` for what no grid sends, and for too many."""
    try:
        cells = [
            Told(UUID(cell[0]), str(cell[1]), "" if cell[2] is None else str(cell[2]),
                 UUID(cell[3]) if len(cell) > 3 else None)
            for cell in json.loads(text)
        ]  # fmt: skip
    except (ValueError, TypeError, IndexError, AttributeError, RecursionError):
        raise Invalid(N_("This page is out of date. Load it again and repeat the step.")) from None
    if len(cells) > MOST_CELLS:
        raise Invalid(N_("At most {most} cells at once."), most=MOST_CELLS)
    return cells


def confirmed(text: str) -> list[Row]:
    """What the preview showed. Raises `Invalid` as `told_of` does."""
    try:
        return [(UUID(key), dict(seen), dict(new)) for key, seen, new in json.loads(text)][:MOST_CELLS]
    except (ValueError, TypeError, RecursionError):
        raise Invalid(N_("This page is out of date. Load it again and repeat the step.")) from None


async def once_more(request: Request, view: View, rows: Sequence[Row], problem: Overtaken) -> Response:
    """The preview against what stands there now; the cells that others have changed are marked."""
    cells = [Told(key, name, text, None, is_stored=True) for key, _seen, new in rows for name, text in new.items()]
    before = {(key, name): text for key, seen, _new in rows for name, text in seen.items()}
    preview = await previewed(request, view, cells, before)
    preview.told = say(problem)
    return fragment(request, "parts/paste_preview.html", status=problem.status, view=view, preview=preview)


async def previewed(
    request: Request, view: View, cells: Sequence[Told], before: Mapping[tuple[UUID, str], str] = NOTHING
) -> Preview:
    """Each record's cells tried in a transaction that is taken back: rules, rights and hooks speak as they will."""
    preview = Preview(before=before)
    for key in dict.fromkeys(cell.key for cell in cells):
        await try_record(request, view, [cell for cell in cells if cell.key == key], preview)
    return preview


async def try_record(request: Request, view: View, cells: Sequence[Told], preview: Preview) -> None:
    """One record: which of its cells change, which are as they were, which cannot. A wrong one keeps no other back."""
    wrong = await try_cells(request, view, cells, preview)
    while wrong and len(cells := [cell for cell in cells if cell.name not in wrong]):
        wrong = await try_cells(request, view, cells, preview)


async def try_cells(request: Request, view: View, cells: Sequence[Told], preview: Preview) -> set[str]:
    """Try these cells together. Gives those that stand in the way of the others, which are told already."""
    state, labels = request.state, labels_of(view)
    open_ones = fields_of(view, state.actor.rights, creating=False)
    lines = {cell.name: Line("", labels.get(cell.name, cell.name)) for cell in cells}
    new: dict[str, str] = {}
    try:
        async with rehearsal(state.database, state.actor, f"{view.identity}.update") as work:
            row = await work.get_record(view.record, cells[0].key)
            for line in lines.values():
                line.title = title_of(view, row, state.actor.rights)
            for cell in cells:
                if cell.name not in open_ones:
                    lines[cell.name].problem = say(Problem(CLOSED))
                else:
                    new |= await understood(work, view, cell, lines[cell.name])
            seen = {name: wire(getattr(row, name)) for name in new}
            merged = await apply(work, Change(view.record, row.id, seen, new))
            await work.settle()
            titles = await titles_of(work, keys_in(view, merged.changed))
            for name, (old, value) in merged.changed.items():
                column = view.table.c[name]
                lines[name].is_news = preview.before.get((row.id, name), seen[name]) != seen[name]
                lines[name].old, lines[name].new = show(column, old, titles) or "—", show(column, value, titles) or "—"
            preview.same += len(new) - len(merged.changed)
            if merged.changed:
                changed = {name: new[name] for name in merged.changed}
                preview.good.append((row.id, {name: seen[name] for name in changed}, changed))
    except Problem as problem:
        blame(lines, new, problem)
        wrong = {name for name, line in lines.items() if line.problem}
        preview.lines += [lines[name] for name in lines if name in wrong]
        return wrong
    preview.lines += [line for line in lines.values() if line.problem or line.new]
    return set()


def blame(lines: Mapping[str, Line], new: Mapping[str, str], problem: Problem) -> None:
    """Put a refusal at its fields; one of the whole record at each cell that was to change."""
    at = problem.fields if isinstance(problem, Invalid) else {}
    for name in new:
        lines[name].problem = say(at[name]) if name in at else "" if at else say(problem)
    if not any(line.problem for line in lines.values()):
        for line in lines.values():
            line.problem = say(next(iter(at.values()), problem))


async def understood(work: Work, view: View, cell: Told, line: Line) -> dict[str, str]:
    """The new value of a cell as the change set takes it; what cannot be understood is said in the line."""
    column = view.table.c[cell.name]
    if cell.source is not None:
        return {cell.name: wire(getattr(await work.get_record(view.record, cell.source), cell.name))}
    if cell.is_stored:
        return {cell.name: cell.text}
    text = cell.text.strip()
    target = target_or_none(view.table, cell.name) if column.foreign_keys else None
    if not text or target is None:
        return {cell.name: word_of(column, text)}
    found = the_one((await named(work, target.record, [text])).get(text))
    if found is None:
        line.problem = say(Problem(NOT_ONE, text=text))
        return {}
    return {cell.name: str(found)}


def word_of(column: Column[Any], text: str) -> str:
    """The stored spelling of a word that the list shows: a state, yes and no."""
    options = {_(option.label).casefold(): option.value for option in column.info.get("choices") or ()}
    if isinstance(column.type, Boolean):
        options = {_("yes").casefold(): "true", _("no").casefold(): "false"}
    return str(options.get(text.casefold(), text))


def keys_in(view: View, changed: Mapping[str, tuple[Any, Any]]) -> dict[View, list[UUID]]:
    """The records that changed look-ups name, by their views."""
    found: dict[View, list[UUID]] = {}
    for name, pair in changed.items():
        target = target_or_none(view.table, name) if view.table.c[name].foreign_keys else None
        if target is not None:
            found.setdefault(target, []).extend(key for key in pair if isinstance(key, UUID))
    return found


async def write(request: Request, view: View, rows: Sequence[Row]) -> Response:
    """All of it as one action. Raises `Overtaken` where others changed a cell since the preview; nothing is written."""
    state, number, is_overtaken = request.state, 0, False
    action = f"{view.identity}.update"
    async with state.database.transaction(state.actor, state.via, action, request_id=state.request_id) as work:
        for key, seen, new in rows:
            try:
                number += len((await apply(work, Change(view.record, key, seen, new))).changed)
            except Conflict:
                is_overtaken = True
        if is_overtaken:
            raise Overtaken
        done = work.action_id if number else None
    told = ngettext("{n} cell changed", "{n} cells changed", number)
    return saved(request, told, f"/admin/{view.identity}/list", undo=done)
