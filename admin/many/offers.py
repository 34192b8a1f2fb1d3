"""What can be done with the chosen rows of a list: verbs for many, new values of fields, the export; by declaration."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from sqlalchemy import UniqueConstraint

from admin.views.base import View
from admin.views.listing.fields import target_or_none
from admin.views.record.forms import fields_of
from models.actor import Actor
from models.base import Record, Rows
from models.many.change import EDIT
from models.rights import Rights
from models.texts import N_
from models.verbs import RESTORE, Verb

EXPORT, EXPORT_BOOK = "export", "export_book"
TRASH = "trash"
OF_ONE_OWNER = frozenset({Rows.DEAL, Rows.UNDER_DEAL, Rows.UNDER_CLIENT, Rows.TASK, Rows.DOCUMENT})
"""Kinds of rows that belong to one deal or client: they cannot be the same for records of many."""


class Offer(NamedTuple):
    """A step: its name in addresses, its label (a msgid), whether it takes away, whether it asks first."""

    name: str
    label: str
    danger: bool = False
    asks: bool = False


def offers_of(view: View, actor: Actor, *, in_trash: bool) -> list[Offer]:
    """What the actor's role allows, what takes away last; in the trash there is only the way back."""
    found = [Offer(v.name, v.label, v.danger, v.asks is not None) for v in bulk_verbs(view, actor, in_trash=in_trash)]
    if not in_trash and bulk_fields(view, actor.rights):
        found.append(Offer(EDIT, N_("Change fields"), asks=True))
    if not in_trash:
        found += [Offer(one.name, one.label) for one in view.further if actor.rights.may(*one.needs)]
    if actor.rights.may(view.identity, EXPORT):
        found += [Offer(EXPORT_BOOK, N_("Export to Excel")), Offer(EXPORT, N_("Export to CSV"))]
    return sorted(found, key=lambda offer: offer.danger)


def bulk_verbs(view: View, actor: Actor, *, in_trash: bool) -> list[Verb]:
    """Verbs for many that the actor's role allows; the trash offers to restore, the list everything else."""
    offered = (v for v in view.verbs.values() if v.bulk and (v.name == RESTORE) == in_trash)
    return [v for v in offered if actor.rights.may(view.identity, v.name)]


@lru_cache(maxsize=1024)
def bulk_fields(view: View, rights: Rights) -> tuple[str, ...]:
    """Columns that these rights may give one value in many records: none that only verbs change or that must differ."""
    if not view.editable or not issubclass(view.record, Record) or not rights.may(view.identity, "update"):
        return ()
    return tuple(name for name in fields_of(view, rights, creating=False) if _may_be_equal(view, name))


def _may_be_equal(view: View, name: str) -> bool:
    """Whether many records can have the same value."""
    column = view.table.c[name]
    alone = (c.columns.keys() == [name] for c in view.table.constraints if isinstance(c, UniqueConstraint))
    target = target_or_none(view.table, name) if column.foreign_keys else None
    of_one = target is not None and getattr(target.record, "__rows__", None) in OF_ONE_OWNER
    return not (column.unique or any(alone) or of_one)
