"""The form of a record: its sections, what the writer saw, and the titles of what the keys point to."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from starlette.datastructures import FormData
from wtforms import Form

from admin.i18n import _, current_locale
from admin.labels import label_of
from admin.views.base import View
from admin.views.listing.fields import target_or_none
from admin.views.record.inputs import Input, form_of, input_for
from admin.views.record.lookups import Asked, sole
from admin.views.record.showing import show, titles_of
from admin.views.registry import view_named
from models import clock
from models.actor import Actor
from models.changes import editable, wire
from models.errors import Clash, NotFound
from models.rights import Rights
from models.session import Work
from models.texts import N_

PARENT_LINKS = frozenset({"deal_id", "client_id"})


class Section(NamedTuple):
    """A labelled group of inputs."""

    label: str
    inputs: list[Any]


@dataclass
class RecordForm:
    """A form with what surrounds it."""

    view: View
    form: Form
    sections: list[Section]
    seen: dict[str, str] = field(default_factory=dict)
    fixed: dict[str, str] = field(default_factory=dict)
    """Keys that came with the address: the deal of a new payment."""
    loose: list[str] = field(default_factory=list)
    within: str = ""

    @property
    def seen_text(self) -> str:
        """What the writer saw, as one hidden value."""
        return json.dumps(self.seen, ensure_ascii=False)

    def values(self) -> dict[str, str]:
        """What was posted: a field that is absent stays untouched."""
        return {i.name: str(i.data or "") for i in self.inputs if i.is_posted} | self.fixed

    @property
    def folded(self) -> list[Any]:
        """Inputs that a form in a row unfolds only when asked."""
        shown = self.view.short_form
        return [one for one in self.inputs if shown and one.name not in shown and not is_pressing(one)]

    @property
    def inputs(self) -> list[Any]:
        """Every input, in order."""
        return [one for section in self.sections for one in section.inputs]


def is_pressing(one: Any) -> bool:
    """Whether an input must be seen: it is needed, wrong, or asks for a choice."""
    return bool(one.needed or one.problem or one.clash)


def fields_of(view: View, rights: Rights, *, creating: bool) -> tuple[str, ...]:
    """Columns that these rights may write; of a record that no form changes, none."""
    if not creating and not view.editable:
        return ()
    return tuple(
        name
        for name in editable(kind_of_record(view), creating=creating)
        if rights.may_field(view.identity, name, "write") and rights.may_field(view.identity, name, "read")
    )


def record_form(
    view: View, actor: Actor, *, creating: bool, data: FormData | None = None, row: Any = None,
    fixed: Mapping[str, str] | None = None,
) -> RecordForm:  # fmt: skip
    """The form of a view, filled from what was posted or from the row."""
    fixed = dict(fixed or {})
    sections = sections_of(view, actor.rights, creating, frozenset(fixed))
    names = tuple(name for _label, names in sections for name in names)
    start = {name: getattr(row, name) for name in names} if row is not None else begun(view, names)
    form = form_class(view, names, current_locale())(data, data=start)
    shown = [Section(_(label) if label else "", [form[n] for n in names]) for label, names in sections if names]
    seen = {name: wire(getattr(row, name)) for name in names} if row is not None else {}
    return RecordForm(view, form, shown, seen, fixed, within=within_of(view, row, fixed))


@lru_cache(maxsize=1024)
def sections_of(
    view: View, rights: Rights, creating: bool, fixed: frozenset[str]
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The sections of a form: their labels and columns for these rights, without what came with the address."""
    fields = [name for name in fields_of(view, rights, creating=creating) if name not in fixed]
    sections = [(label, [n for n in names if n in fields]) for label, names in view.form or (("", tuple(fields)),)]
    named = [name for _label, names in sections for name in names]
    if rest := [name for name in fields if name not in named]:
        sections.append((N_("More") if named else "", rest))
    return tuple(
        (label, tuple(n for n in names if not (creating and is_inherited(view, n, fields))))
        for label, names in sections
    )


@lru_cache(maxsize=1024)
def form_class(view: View, names: tuple[str, ...], _locale: str) -> type[Form]:
    """The WTForms form of these columns; its labels are in one language."""
    return form_of({name: bound_input(view, name) for name in names})


def is_inherited(view: View, name: str, fields: list[str]) -> bool:
    """A deal or client that follows from another key which must be given."""
    if name not in PARENT_LINKS or view.table.c[name].nullable:
        return False
    for other in fields:
        target = target_or_none(view.table, other) if other != name and view.table.c[other].foreign_keys else None
        if target is not None and name in target.table.c and not view.table.c[other].nullable:
            return name in target.table.c and not target.table.c[name].nullable
    return False


def bound_input(view: View, name: str) -> Any:
    """The input of a column under the view's own label."""
    column = view.table.c[name]
    target = target_or_none(view.table, name)
    return input_for(view.record, column, view.labels.get(name, ""), target.identity if target else "")


def begun(view: View, names: Iterable[str]) -> dict[str, Any]:
    """What a new record begins with."""
    return defaults(view, names) | dict(view.new_values(clock.today()))


def defaults(view: View, names: Iterable[str]) -> dict[str, Any]:
    """The plain defaults of a new record."""
    found = {}
    for name in names:
        default: Any = view.table.c[name].default
        found[name] = default.arg if default is not None and default.is_scalar else None
    return found


def within_of(view: View, row: Any, fixed: Mapping[str, str]) -> str:
    """The deal or client that look-ups are narrowed to, as a part of their address."""
    parts = []
    for name in sorted(PARENT_LINKS):
        if name in view.table.c and not (name == "client_id" and view.identity == "deal"):
            value = getattr(row, name, None) or fixed.get(name, "")
            parts += [f"&{name}={value}"] if value else []
    return "".join(parts)


async def fixed_from(work: Work, view: View, params: Mapping[str, str]) -> dict[str, str]:
    """Keys given by the address of a form, the deal of a given parent included. Raises `NotFound` for unseen ones."""
    fixed: dict[str, str] = {}
    for name in params:
        if name not in view.table.c or not view.table.c[name].foreign_keys or not params[name]:
            continue
        target = target_or_none(view.table, name)
        try:
            key = UUID(params[name])
        except ValueError:
            raise NotFound from None
        if target is None or name not in editable(kind_of_record(view), creating=True):
            continue
        row = await work.get_record(target.record, key)
        fixed[name] = str(key)
        for owner in PARENT_LINKS & set(view.table.c.keys()) & set(target.table.c.keys()):
            if not view.table.c[owner].nullable and owner in editable(kind_of_record(view), creating=True):
                fixed.setdefault(owner, str(getattr(row, owner)))
    return fixed


def needs_records(form: RecordForm) -> bool:
    """Whether the form speaks of records: what it lies within, or what one of its look-ups has chosen."""
    return bool(form.fixed) or any(one.lookup and one.data for one in form.inputs)


async def choose_the_only(work: Work, form: RecordForm) -> None:
    """Where a needed key can mean one record of the deal only, it is chosen already."""
    within = {name: UUID(key) for name, key in form.fixed.items() if name in PARENT_LINKS}
    for one in form.inputs:
        if one.needed and one.lookup and not one.data and within:
            one.data = await sole(work, Asked(view_named(one.lookup), within))


async def fill_titles(work: Work, form: RecordForm) -> None:
    """Put the title of each chosen record into its look-up."""
    wanted: dict[View, list[UUID]] = {}
    looked: list[tuple[Input, UUID]] = []
    for one in form.inputs:
        target = target_or_none(form.view.table, one.name) if one.lookup else None
        key = as_key(one.data)
        if target is not None and key is not None:
            wanted.setdefault(target, []).append(key)
            looked.append((one, key))
    titles = await titles_of(work, wanted)
    for one, key in looked:
        one.shown = titles.get(key, "")


def as_key(value: Any) -> UUID | None:
    """A key, or nothing where it is malformed."""
    if isinstance(value, UUID):
        return value
    try:
        return UUID(str(value)) if value else None
    except ValueError:
        return None


async def show_clashes(work: Work, form: RecordForm, clashes: Mapping[str, Clash]) -> None:
    """Mine and theirs beside each field, and theirs as what was seen: the next saving is a choice."""
    wanted: dict[View, list[UUID]] = {}
    for name, clash in clashes.items():
        target = target_or_none(form.view.table, name) if form.view.table.c[name].foreign_keys else None
        if target is not None:
            keys = (as_key(clash.mine), as_key(clash.theirs), as_key(clash.original))
            wanted.setdefault(target, []).extend(key for key in keys if key)
    titles = await titles_of(work, wanted)
    for name, clash in clashes.items():
        column = form.view.table.c[name]
        words = {
            side: show(column, getattr(clash, side), titles) or _("empty") for side in ("mine", "theirs", "original")
        }
        if name in form.form:
            form.form[name].clash = words  # type: ignore[attr-defined]
        form.seen[name] = wire(clash.theirs)


def kind_of_record(view: View) -> Any:
    """The view's record."""
    return view.record


def labels_of(view: View) -> dict[str, str]:
    """Labels of every column in the reader's language."""
    return {column.name: _(view.labels.get(column.name) or label_of(column)) for column in view.table.c}
