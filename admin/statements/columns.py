"""Which column is which, said by a person: the first rows of the file with a choice over each column."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from admin.i18n import _, say
from admin.rendering import page
from admin.statements.gate import own_upload
from admin.statements.uploading import begin_again, insurers_of, keys_of, known_insurer
from jobs.statements.bringing import placed_told
from jobs.statements.heads import Placed, cell_at
from jobs.statements.reading import Beginning, begin
from jobs.statements.titles import FIELDS, NEEDED, plain
from jobs.uploads import Phase, Upload
from models.errors import Invalid, Problem
from models.texts import N_, Text

WIDEST = 40
"""Columns that are offered; a statement has a dozen."""


@dataclass
class Mapping:
    """The page as it was asked for: which sheet, which row is the titles, what each column is."""

    sheet: Beginning
    head: int
    chosen: dict[int, str]
    insurer: str = ""

    @property
    def width(self) -> int:
        """Columns that have something in them."""
        return min(WIDEST, max((len(cells) for _number, cells in self.sheet.rows), default=0))

    def placed(self) -> Placed:
        """The mapping that was chosen. Raises `Invalid` where a needed field has no column, or two."""
        places: dict[str, int] = {}
        for place, name in sorted(self.chosen.items()):
            if name in places:
                raise Invalid(N_("Two columns are both “{field}”"), field=Text(FIELDS[name]))
            places[name] = place
        for name in NEEDED:
            if name not in places:
                raise Invalid(N_("Say which column is “{field}”"), field=Text(FIELDS[name]))
        titles = next((cells for number, cells in self.sheet.rows if number == self.head), [])
        return Placed(self.sheet.name, self.head, places, tuple(plain(cell) for cell in titles))


async def columns(request: Request) -> Response:
    """GET: the rows and the guesses. POST: what was chosen is remembered, and the file read by it."""
    upload = own_upload(request)
    state = await asyncio.to_thread(upload.state)
    if state.phase is Phase.READING:
        return RedirectResponse(f"/admin/statements/uploads?{keys_of([upload])}", 303)
    try:
        sheets = await asyncio.to_thread(begin, upload.workbook)
    except Problem as problem:
        return await show(request, upload, None, [], say(problem), problem.status)
    if request.method == "GET":
        mapping = guessed(sheets, request.query_params.get("sheet", ""))
        mapping.insurer = upload.told.get("insurer", "")
        return await show(request, upload, mapping, sheets)
    mapping = posted(sheets, await request.form(max_files=0))
    mapping.insurer = await known_insurer(request, mapping.insurer)
    try:
        placed = mapping.placed()
    except Invalid as problem:
        return await show(request, upload, mapping, sheets, say(problem), 422)
    await begin_again(request, upload, columns=placed_told(placed), insurer=mapping.insurer)
    return RedirectResponse(f"/admin/statements/uploads?{keys_of([upload])}", 303)


def guessed(sheets: list[Beginning], name: str) -> Mapping:
    """The sheet that was asked for, else the one where most was recognised, with what was."""
    best = max(sheets, key=lambda one: len(one.placed.places) if one.placed else 0)
    sheet = next((one for one in sheets if one.name == name), best)
    placed = sheet.placed
    if placed is None:
        wordy = (number for number, cells in sheet.rows if sum(bool(plain(cell)) for cell in cells) > 1)
        return Mapping(sheet, next(wordy, 0), {})
    return Mapping(sheet, placed.head, {place: field for field, place in placed.places.items()})


def posted(sheets: list[Beginning], data: FormData) -> Mapping:
    """What the form says."""
    mapping = guessed(sheets, str(data.get("sheet") or ""))
    head = str(data.get("head") or "")
    mapping.head = int(head) if head.isascii() and head.isdigit() and len(head) < 7 else 0
    told = {place: str(data.get(f"column-{place}") or "") for place in range(mapping.width)}
    mapping.chosen = {place: name for place, name in told.items() if name in FIELDS}
    mapping.insurer = str(data.get("insurer") or "")
    return mapping


async def show(
    request: Request, upload: Upload, mapping: Mapping | None, sheets: list[Beginning], sentence: str = "",
    status: int = 200,
) -> Response:  # fmt: skip
    """The page."""
    state = request.state
    async with state.database.transaction(state.actor) as work:
        insurers = await insurers_of(work)
    context: dict[str, Any] = {
        "active": "statement", "upload": upload, "mapping": mapping, "sheets": sheets,
        "fields": {name: _(label) for name, label in FIELDS.items()},
        "needed": NEEDED, "insurers": insurers, "sentence": sentence, "cell_at": cell_at,
    }  # fmt: skip
    return page(request, "statements/columns.html", status=status, **context)
