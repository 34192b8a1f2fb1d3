"""Which column of a file is which field: guessed, remembered or said by a person, and what is the same in every row."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from starlette.datastructures import FormData

from admin.i18n import _
from admin.imports.describing import fields_for, needed, shape_of
from admin.views.base import View
from admin.views.record.forms import labels_of
from jobs.imports.bringing import BEGUN
from jobs.imports.reading import Beginning, begin, begun, said
from jobs.imports.shape import CLEAR, KEEP, Columns, Shape
from jobs.statements.heads import cell_at
from jobs.statements.titles import plain
from jobs.uploads import Upload
from models.actor import Actor
from models.errors import Invalid
from models.texts import N_

TWO = N_("Two columns are both “{field}”.")
NONE = N_("Say what at least one column is.")
NO_KEY = N_("Records are to be found by this, and no column is it: {names}.")


@dataclass
class Mapping:
    """The page as it was asked for: the sheet, the row of titles, the field of each column, what all rows share."""

    sheet: Beginning
    head: int
    chosen: dict[int, str]
    fixed: dict[str, str] = field(default_factory=dict)
    key: tuple[str, ...] = ()
    empty: str = KEEP

    @property
    def width(self) -> int:
        """Columns that have something in them."""
        return max((len(cells) for _number, cells in self.sheet.rows), default=0)

    def columns(self, view: View) -> Columns:
        """The columns as they were chosen.

        Raises `Invalid` where a field has two, none has any, or what records are found by has none.
        """
        places: dict[str, int] = {}
        for place, name in sorted(self.chosen.items()):
            if name in places:
                raise Invalid(TWO, field=labels_of(view)[name])
            places[name] = place
        if not places:
            raise Invalid(NONE)
        if lacking := [name for name in self.key if name not in places and not self.fixed.get(name)]:
            raise Invalid(NO_KEY, names=" + ".join(labels_of(view)[name] for name in lacking))
        titles = next((cells for number, cells in self.sheet.rows if number == self.head), [])
        fixed = {name: text for name, text in self.fixed.items() if text and name not in places}
        words = tuple(plain(cell) for cell in titles)
        return Columns(self.sheet.name, self.head, places, words, fixed, self.key, self.empty)


async def beginnings_of(upload: Upload) -> list[Beginning]:
    """The first rows of each sheet, as they were read when the file came; read again where they were not."""

    def read() -> list[Beginning]:
        told = upload.folder / BEGUN
        if told.exists():
            return begun(json.loads(told.read_text()))
        return begin(upload.workbook, Shape.of(upload.told["shape"]))

    return await asyncio.to_thread(read)


def guessed(beginnings: Sequence[Beginning], shape: Shape, name: str, told: str) -> Mapping:
    """The columns as they were said before, else those of the sheet that was asked for or where most is known."""
    before = Columns.of(told) if told else None
    best = max(beginnings, key=lambda one: len(one.columns.places))
    wanted = name or (before.sheet if before else "")
    sheet = next((one for one in beginnings if one.name == wanted), best)
    columns = before if before is not None and before.sheet == sheet.name else sheet.columns
    chosen = {place: one for one, place in columns.places.items()}
    return Mapping(sheet, columns.head, chosen, dict(columns.fixed), columns.key, columns.empty)


def posted_mapping(beginnings: Sequence[Beginning], shape: Shape, data: FormData) -> Mapping:
    """What the form says."""
    name = str(data.get("sheet") or "")
    sheet = next((one for one in beginnings if one.name == name), beginnings[0])
    head = str(data.get("head") or "")
    mapping = Mapping(sheet, int(head) if head.isascii() and head.isdigit() and len(head) < 7 else 0, {})
    told = {place: str(data.get(f"column-{place}") or "") for place in range(mapping.width)}
    mapping.chosen = {place: one for place, one in told.items() if one in shape.fields}
    fixed = {one: str(data.get(f"all-{one}") or "").strip() for one in shape.fields}
    mapping.fixed = {one: said(shape, one, text) for one, text in fixed.items() if text}
    mapping.key = next((way for way in shape.ways if "+".join(way) == data.get("key")), ())
    mapping.empty = CLEAR if data.get("empty") == CLEAR else KEEP
    return mapping


def context_of(view: View, actor: Actor, mapping: Mapping, beginnings: Sequence[Beginning]) -> dict[str, Any]:
    """What the page shows beside the rows: fields in the order of the form, those that every record needs, the keys."""
    names, labels = fields_for(view, actor.rights), labels_of(view)
    must = needed(view, names)
    taken = set(mapping.chosen.values())
    shape = shape_of(view, actor.rights)
    return {
        "mapping": mapping,
        "sheets": beginnings,
        "fields": {name: labels[name] for name in names},
        "needed": must,
        "missing": [(name, labels[name], mapping.fixed.get(name, "")) for name in must if name not in taken],
        "keys": [" + ".join(labels[name] for name in key) for key in shape.keys],
        "ways": [("+".join(way), " + ".join(labels[name] for name in way)) for way in shape.ways],
        "key": "+".join(mapping.key),
        "cell_at": cell_at,
        "options": {name: options_of(view, name) for name in must},
    }


def options_of(view: View, name: str) -> list[tuple[str, str]]:
    """The choices of a field: values and labels."""
    return [(str(one.value), _(one.label)) for one in view.table.c[name].info.get("choices") or ()]
