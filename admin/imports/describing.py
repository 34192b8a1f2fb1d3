"""An entity as a file may fill it in: the fields that one may write, by every title that a column may have."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy.dialects.postgresql import JSONB

from admin.i18n import LOCALES, _
from admin.i18n.catalogue import translations
from admin.labels import label_of
from admin.views.base import View
from admin.views.listing.fields import target_or_none
from admin.views.record.forms import fields_of, is_inherited, kind_of_record
from jobs.imports.shape import FieldShape, Shape
from models.actor import Actor
from models.changes.naming import natural_keys, ways_to_find
from models.rights import Rights
from models.texts import plain


def may_import(view: View, actor: Actor) -> bool:
    """Whether this person can bring a file of such records: whoever may enter them one by one."""
    return view.has_story and view.creatable and actor.rights.may(view.identity, "create")


def shape_of(view: View, rights: Rights) -> Shape:
    """The view's fields for these rights, with their titles and words in every language."""
    names = fields_for(view, rights)
    fields = {name: FieldShape(titles_of(view, name), words_of(view.table.c[name])) for name in names}
    record = kind_of_record(view)
    known = (natural_keys(record), ways_to_find(record))
    keys, ways = (tuple(key for key in found if fields.keys() >= set(key)) for found in known)
    return Shape(view.identity, _(view.name_plural), fields, keys, ways)


def fields_for(view: View, rights: Rights) -> list[str]:
    """Columns that a file may fill in, of a new record or of one that is there."""
    both = (*fields_of(view, rights, creating=True), *fields_of(view, rights, creating=False))
    return [name for name in dict.fromkeys(both) if can_be_told(view, name)]


def can_be_told(view: View, name: str) -> bool:
    """Whether a cell can say the column's value: a text, or the name of a record."""
    column = view.table.c[name]
    return not isinstance(column.type, JSONB) and (
        not column.foreign_keys or target_or_none(view.table, name) is not None
    )


def needed(view: View, names: Iterable[str]) -> list[str]:
    """Those without which no record can be made, as far as the columns tell."""
    names = list(names)
    return [
        name
        for name in names
        if not (c := view.table.c[name]).nullable
        and c.default is None
        and c.server_default is None
        and not is_inherited(view, name, names)
    ]


def titles_of(view: View, name: str) -> tuple[str, ...]:
    """What a column of this field may be called."""
    labels = [view.labels.get(name) or label_of(view.table.c[name])] + ([view.name] if name == view.title else [])
    return tuple(dict.fromkeys((*(said(label, locale) for label in labels for locale in LOCALES), name)))


def words_of(column: Any) -> dict[str, str]:
    """The labels of a column's choices in every language, and the values that they stand for."""
    options = column.info.get("choices") or ()
    return {said(one.label, locale).casefold(): str(one.value) for one in options for locale in LOCALES}


def said(msgid: str, locale: str) -> str:
    """A msgid in a language."""
    return plain(translations(locale).gettext(msgid))
