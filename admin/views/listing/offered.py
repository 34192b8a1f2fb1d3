"""What a list can be narrowed and coloured by beside its usual filters: the record's columns, and those of what it
points to and of what its sections hold, as their own views declare them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from markupsafe import Markup, escape

from admin.i18n import _, current_locale
from admin.views import registry
from admin.views.base import View
from admin.views.listing.fields import Field, Kind, NoSuchField, choosable, field_of, may_read, target_or_none
from models.rights import Rights

UNDRAWN = (Kind.KEY, Kind.TIME, Kind.JSON)
"""Kinds that no control is made for."""


class Part(NamedTuple):
    """Fields that are offered together: the record's own, or those that a key leads to."""

    label: str
    fields: tuple[Field, ...]


def is_drawn(field: Field) -> bool:
    """Whether a control can ask for it."""
    return field.kind not in UNDRAWN or field.target is not None


@lru_cache(maxsize=512)
def parts_of(view: View, rights: Rights) -> tuple[Part, ...]:
    """The fields that somebody may add, by where they lie."""
    own = tuple(dict.fromkeys((*view.filters, *choosable(view, rights))))
    parts = [Part("", readable(view, own, rights))]
    for column in view.table.columns:
        target = target_or_none(view.table, column.name) if not column.info.get("hidden") else None
        if target is not None and not target.is_sealed and may_read(view, column.name, rights):
            names = tuple(f"{column.name}.{name}" for name in target.filters if ":" not in name)
            parts.append(Part(field_of(view, column.name).label, readable(view, names, rights)))
    parts += sections(view, rights)
    return tuple(part for part in parts if part.fields)


def sections(view: View, rights: Rights) -> Iterator[Part]:
    """Fields of the rows that point to a record: it is found where any of them fits."""
    for child in view.children:
        of = registry.load().get(child.identity)
        if of is not None and not of.is_sealed and rights.may(of.identity, "list"):
            names = tuple(f"{child.identity}:{child.by}:{name}" for name in of.filters if ":" not in name)
            yield Part(child.title or of.name_plural, readable(view, names, rights))


def readable(view: View, names: tuple[str, ...], rights: Rights) -> tuple[Field, ...]:
    """Those of the names that lead somewhere, can be asked for and may be read."""
    found = []
    for name in names:
        try:
            field = field_of(view, name)
        except NoSuchField:
            continue
        if is_drawn(field) and may_read(view, name, rights):
            found.append(field)
    return tuple(found)


def full_label(view: View, field: Field) -> str:
    """A column's label, with that of what leads to it where the view itself does not name it."""
    if field.name in (*view.filters, *view.columns, *view.labels):
        return _(field.label)
    if field.many:
        identity, _by = field.many
        child = next((one for one in view.children if (one.identity, one.by) == field.many), None)
        place = (child.title if child else "") or registry.view_named(identity).name_plural
        return f"{_(place)}: {_(field.label)}"
    first, _dot, rest = field.name.partition(".")
    return f"{_(field_of(view, first).label)}: {_(field.label)}" if rest else _(field.label)


def options_html(view: View, rights: Rights) -> Markup:
    """The options of the list of fields, in the language of the request."""
    return drawn(view, rights, current_locale())


@lru_cache(maxsize=256)
def drawn(view: View, rights: Rights, _locale: str) -> Markup:
    """The options, drawn once for a role."""
    lines = []
    for part in parts_of(view, rights):
        options = "".join(
            f'<option value="{escape(field.name)}">{escape(_(field.label))}</option>' for field in part.fields
        )
        lines.append(f'<optgroup label="{escape(_(part.label or view.name))}">{options}</optgroup>')
    return Markup("".join(lines))  # noqa: S704 - each part is escaped
