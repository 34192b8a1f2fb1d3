"""Totals below the columns of a section: `deal/key/payment:amount` is the sum of its rows as the page shows them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from admin.i18n import _, show_date
from admin.labels import label_of
from admin.views.base import View
from admin.views.listing.fields import Kind
from admin.views.record.children import section_for
from admin.views.record.showing import NOTHING, titles_of
from admin.views.record.statement import AT_MOST, find_rows
from admin.why.asking import Asked
from admin.why.registry import figure
from admin.why.story import Chapter, Line, linked
from models.errors import NotFound
from models.texts import N_

DAYS = ("due_on", "effective_on", "received_on", "paid_on")
"""Which day tells rows of one kind apart."""


@figure("*", "*", N_("Total"))
async def total_of_a_column(asked: Asked) -> tuple[Decimal, Sequence[Chapter]]:
    """The sum of a column, without rows that are settled otherwise. Raises `NotFound` for what the page has not."""
    child = next((one for one in asked.view.children if one.identity == asked.place[1]), None)
    if child is None or not asked.actor.rights.may(child.identity, "list"):
        raise NotFound
    section = section_for(asked.view, child, asked.actor.rights)
    at = next(
        (
            place.value
            for field, place in zip(section.fields, section.places, strict=True)
            if field.name == asked.argument and field.kind is Kind.MONEY and field.own
        ),
        None,
    )
    if at is None:
        raise NotFound
    found = (await find_rows(asked.work, section, asked.key, asked.actor.scope))[:AT_MOST]
    view, lines = section.view, []
    records = [(section.record(values), values[at] or Decimal(0)) for values in found]
    names = await titles_of(asked.work, {view: [record.id for record, _amount in records]})
    for record, amount in records:
        if amount and not (view.state and record.state in view.quiet_states):
            link = linked(view, record.id, named(view, names[record.id]))
            lines.append(Line(link, amount, f"{view.identity}/{record.id}/{asked.argument}", day_of(record)))
    label = _(view.labels.get(asked.argument) or label_of(view.table.c[asked.argument]))
    asked.known["label"] = f"{label}: {_('Total').lower()}"
    total = sum((line.amount for line in lines), Decimal(0))
    return total, [Chapter(_(view.name_plural), lines=lines, makes=total)]


def named(view: View, title: str) -> str:
    """A row by its title, and by its kind where that alone says nothing."""
    if title == NOTHING:
        return _(view.name)
    return _(view.named, title=title) if view.named else title


def day_of(record: object) -> str:
    """The row's day."""
    found = next((day for name in DAYS if (day := getattr(record, name, None)) is not None), None)
    return show_date(found)
