"""Pasting a block: the text, then its rows with a verdict each, corrected in place, then all written at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from uuid_utils.compat import uuid7

from admin.entry.gate import must_enter
from admin.entry.insurers import Insurers
from admin.entry.pasting import MOST_ROWS, cells_of, guessed, headed
from admin.entry.rows import FIELDS, Row, read_row
from admin.entry.writing import chosen_need, needs_of, write
from admin.i18n import _, ngettext, say
from admin.labels import label_of
from admin.rendering import page
from admin.views.record.forms import as_key
from admin.views.record.replies import posted, saved
from models.calculation import Calculation
from models.deal import Deal
from models.errors import Invalid, Refused
from models.session import Work

PASTE = "calculation.paste"


@dataclass
class Pasting:
    """The page: the block as it was pasted, its columns, and the rows as they are now."""

    deal: Deal
    needs: list[Any]
    need: Any = None
    product: Any = None
    block: str = ""
    columns: list[str] = field(default_factory=list)
    samples: list[str] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    keys: list[UUID] = field(default_factory=list)
    loose: list[str] = field(default_factory=list)
    ready: bool = True
    names: list[str] = field(default_factory=list)

    @property
    def good(self) -> int:
        """Rows that will be written."""
        return sum(1 for row in self.rows if row.is_taken and row.is_good)

    @property
    def bad(self) -> int:
        """Rows that wait for a correction."""
        return sum(1 for row in self.rows if row.is_taken and not row.is_good)


async def paste(request: Request) -> Response:
    """GET: the box. POST with `step`: `read` the block, `check` the rows as they stand, `write` them."""
    must_enter(request)
    data = await posted(request) if request.method == "POST" else FormData()
    form = await pasting(request, data)
    step = str(data.get("step") or "")
    if step == "write" and form.good and not form.bad:
        try:
            return await write_all(request, form)
        except (Invalid, Refused) as problem:
            named = problem.fields if isinstance(problem, Invalid) else {}
            form.loose = [f"{name}: {say(one)}" for name, one in named.items()] or [say(problem)]
    elif step == "write":
        form.loose = [_("Nothing has been written yet: correct the marked rows, or leave them out.")]
    status = 422 if form.loose else 200
    return page(request, "paste.html", status=status, active="deal", form=form, fields=FIELDS, labels=labels(request))


async def pasting(request: Request, data: FormData) -> Pasting:
    """The page as the posted form says. Raises `NotFound`."""
    state, step = request.state, str(data.get("step") or "")
    async with state.database.transaction(state.actor) as work:
        deal = await work.get_record(Deal, request.path_params["pk"])
        needs = await needs_of(work, deal.id)
        if not needs:
            return Pasting(deal, needs)
        need, product = chosen_need(needs, str(data.get("need") or request.query_params.get("need", "")))
        form = Pasting(deal, needs, need, product, str(data.get("block") or ""))
        form.ready = step in ("", "read") or bool(data.get("ready"))
        insurers = await Insurers.read(work)
        form.names = list(insurers.names.values())
        if step == "read":
            read_block(form, data, insurers, work)
        elif step:
            read_rows(form, data, insurers, work)
    if step and not form.rows:
        form.loose = [_("There is nothing to read in the block: copy the rows in Excel and paste them here.")]
    return form


def read_block(form: Pasting, data: FormData, insurers: Insurers, work: Work) -> None:
    """Rows of the block; columns as the person has said, as the header says, or as it looks."""
    cells = cells_of(form.block)
    header = headed(cells[0]) if cells else []
    body = cells[1:] if header else cells
    if len(body) > MOST_ROWS:
        form.loose = [_("Only the first {n} rows are read.", n=MOST_ROWS)]
    body = body[:MOST_ROWS]
    said = [str(data.get(f"column-{n}") or "") for n in range(len(cells[0]))] if cells and "column-0" in data else []
    form.columns = said or header or (guessed(body, insurers) if body else [])
    form.samples = samples(cells)
    for row in body:
        typed = {name: cell for name, cell in zip(form.columns, row, strict=False) if name}
        form.rows.append(read_row(typed, insurers, work.today, form.product.default_plan))
        form.keys.append(uuid7())


def samples(cells: Sequence[Sequence[str]]) -> list[str]:
    """What stands in each column, to tell it by."""
    return [next((cell for cell in column if cell), "—")[:40] for column in zip(*cells, strict=True)]


def read_rows(form: Pasting, data: FormData, insurers: Insurers, work: Work) -> None:
    """Rows as they have been corrected on the page."""
    told = str(data.get("rows") or "")
    for number in range(min(int(told), MOST_ROWS) if told.isdecimal() and len(told) < 4 else 0):
        typed = {name: str(data.get(f"{name}-{number}") or "") for name in FIELDS}
        row = read_row(typed, insurers, work.today, form.product.default_plan)
        row.is_taken = bool(data.get(f"take-{number}"))
        form.rows.append(row)
        form.keys.append(as_key(data.get(f"id-{number}")) or uuid7())


async def write_all(request: Request, form: Pasting) -> Response:
    """All rows that are taken, under one action. Raises what creating raises."""
    state = request.state
    pairs = [(row, key) for row, key in zip(form.rows, form.keys, strict=True) if row.is_taken]
    rows, keys = [row for row, _key in pairs], [key for _row, key in pairs]
    async with state.database.transaction(state.actor, state.via, PASTE, request_id=state.request_id) as work:
        made = await write(work, form.need, rows, ready=form.ready, keys=keys)
        action = work.action_id
    sentence = ngettext("{n} variant entered", "{n} variants entered", len(made))
    return saved(request, sentence, f"/admin/deal/details/{form.deal.id}", undo=action)


def labels(request: Request) -> dict[str, str]:
    """What the columns are called; the commission is left out for those who may not write it."""
    columns = Calculation.__table__.columns
    found = {name: _(label_of(columns["insurer_id" if name == "insurer" else name])) for name in FIELDS}
    if not request.state.actor.rights.may_field("calculation", "commission_percent", "write"):
        del found["commission_percent"]
    return found
