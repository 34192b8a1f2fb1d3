"""WTForms inputs made from columns and from what a verb asks."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ARRAY, Boolean, Column, Date, DateTime, Integer, Numeric, Text, Time, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from wtforms import Field, Form

from admin.i18n import _, current_locale, say, show_number
from admin.labels import label_of
from admin.views.listing.fields import Kind, kind_of
from admin.views.record.plans import PLAN_COLUMNS, plan_name, plan_options
from models.asking import asked_column, asked_fields
from models.changes import wire
from models.errors import Problem
from models.money import KOPECK
from models.verbs import Verb

KINDS: tuple[tuple[Any, str], ...] = (
    (Boolean, "bool"), (Numeric, "number"), (Integer, "whole"), (DateTime, "moment"), (Date, "date"), (Time, "time"),
    (Uuid, "lookup"), (ARRAY, "lines"), (JSONB, "json"),
)  # fmt: skip
KEPT = frozenset({"product", "task-kind", "agreement", "entity"})
"""Look-ups that people repeat from row to row."""


class Input(Field):
    """One field of a form; what is typed stays text, `models.changes` reads it."""

    def __init__(
        self, label: str = "", *, column: Any, kind: str, needed: bool = False, hint: str = "", lookup: str = "",
        among: str = "", choices: Any = (), **more: Any,
    ) -> None:  # fmt: skip
        super().__init__(label, **more)
        self.column, self.kind, self.needed, self.hint, self.lookup = column, kind, needed, hint, lookup
        self.among, self.choices = among, tuple(choices)
        self.shown = ""
        self.proposals: list[Any] = []
        self.clash: Any = None
        self.is_posted = False
        self.problem = ""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """The last value of the name counts: a box that is not ticked sends only its empty companion."""
        if valuelist:
            self.data, self.is_posted = str(valuelist[-1]), True

    @property
    def is_kept(self) -> bool:
        """Whether the next new row begins with the same value: a plan, or a row of the catalogue but the insurer."""
        return self.kind == "plan" or (self.lookup in KEPT and not self.among)

    @property
    def options(self) -> str:
        """What a plan is chosen from, for the script; another one may be typed."""
        return json.dumps([{"id": slug, "title": name} for slug, name in plan_options()], ensure_ascii=False)

    @property
    def plan(self) -> str:
        """The plan in words."""
        return plan_name(self.text)

    @property
    def text(self) -> str:
        """What stands in the input."""
        if isinstance(self.data, Decimal):
            shown = show_number(self.data, None if self.data == self.data.to_integral() else 2)
            return shown.replace(",", "") if current_locale() == "en" else shown  # a lone comma is read as a point
        if isinstance(self.data, datetime):
            return wire(self.data)[:16]
        return wire(self.data) if self.data is not None else ""


def kind_for(column: Any) -> str:
    """Which input a column is typed into."""
    if column.info.get("choices"):
        return "choice"
    if column.name in PLAN_COLUMNS:
        return "plan"
    if column.info.get("long") or column.name == "note":
        return "long"
    if kind_of(column) is Kind.PHONE:
        return "phone"
    for type_, kind in KINDS:
        if isinstance(column.type, type_):
            return "tri" if kind == "bool" and column.nullable else kind
    return "text"


def input_for(record: type[Any], column: Any, label: str, lookup: str) -> Any:
    """The unbound input of a column."""
    has_default = column.default is not None or column.server_default is not None
    knows_itself = record.fill_in.__func__ is not base_fill_in()
    return Input(
        _(label or label_of(column)),
        column=column,
        kind=kind_for(column),
        needed=not (column.nullable or has_default or isinstance(column.type, Boolean))
        and not (knows_itself and column.name in ("title", "sequence", "position", "product_id")),
        lookup=lookup,
        choices=column.info.get("choices") or (),
    )


def base_fill_in() -> Any:
    """The `fill_in` that does nothing."""
    from models.base import Record

    return Record.fill_in.__func__  # type: ignore[attr-defined]


def form_of(inputs: Mapping[str, Any]) -> type[Form]:
    """A WTForms form of these inputs."""
    return type("RecordForm", (Form,), dict(inputs))


def asked_inputs(verb: Verb) -> dict[str, Any]:
    """The inputs of what a verb asks."""
    return {name: _asked_input(name, kind, told) for name, kind, told in asked_fields(verb)}


def _asked_input(name: str, kind: Any, told: Mapping[str, Any]) -> Any:
    column = asked_column(name, kind, told)
    return Input(
        _(told.get("label") or label_of(column)),
        column=column,
        kind=kind_for(column),
        needed=bool(told.get("required", True)) and kind is not bool,
        hint=_(str(told.get("hint") or "")),
        lookup=told.get("lookup") or "",
        among=told.get("among") or "",
        choices=told.get("choices") or (),
    )


def mark(form: Form, problems: Mapping[str, Problem]) -> list[str]:
    """Put each problem beside its input; what has no input is given back as sentences."""
    loose: list[str] = []
    for name, problem in problems.items():
        if name in form:
            form[name].problem = say(problem)  # type: ignore[attr-defined]
        else:
            label = _(label_of(Column(name, Text)))
            loose.append(f"{label}: {say(problem)}" if name else say(problem))
    return loose


__all__ = ["KOPECK", "Input", "asked_column", "asked_fields", "asked_inputs", "form_of", "input_for", "mark"]
