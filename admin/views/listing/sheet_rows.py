"""A row of a list as the XML of a workbook, written by the server: what it knows as a number or a day is one there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Numeric,
    Select,
    Text,
    and_,
    case,
    cast,
    func,
    literal,
    literal_column,
    select,
)

from admin.i18n import _
from admin.views.listing.fields import Field, Kind, kind_of
from admin.views.listing.package import DAY_STYLE, MOMENT_STYLE, MONEY_STYLE, MOST_IN_SHEET
from admin.views.listing.statement import Listing
from jobs.portfolio.sheet_xml import column_letters
from models.clock import BROKERAGE_ZONE

LONGEST = 32_767
"""Characters of a cell."""
BEGINNING, FIRST_DAY, SECONDS = date(1899, 12, 30), date(1900, 3, 1), 86_400
"""Excel counts days from here; it believes in a 29 February 1900, so that earlier ones are off by one."""
CONTROLS = "".join(chr(code) for code in range(1, 32) if chr(code) not in "\t\n\r") + "\ufffe\uffff"
"""What XML cannot hold."""
DIRTY = "[&<>\\\\\x01-\x1f\ufffe\uffff]|_x"
SIGNS = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\\": "&#92;", "\n": "&#10;", "\t": "&#9;", "\r": "&#13;"}
"""How signs are written; the last four so that COPY has nothing to mask."""
LOOKS_LIKE_A_SIGN, AS_IT_IS = "_(x[0-9A-Fa-f]{4}_)", r"_x005F_\1"
"""Excel reads `_x000A_` as a sign of that code; written so it stays what it is."""
TEXTS = (Kind.KEY, Kind.TIME, Kind.JSON)


def rows_as_xml(listing: Listing, fields: Sequence[Field]) -> Select[Any]:
    """The rows of the list in its order, one XML text each, numbered as they stand in their sheet."""
    told = listing.everything(fields, typed).subquery("told")
    number = (func.row_number().over() - 1) % literal_column(str(MOST_IN_SHEET)) + 2
    numbered = select(number.label("n"), *told.c).subquery("numbered")
    cells = [cell(numbered.c[f"c{n}"], numbered.c.n, n, field) for n, field in enumerate(fields)]
    return select(func.concat(said('<row r="'), numbered.c.n, said('">'), *cells, said("</row>")))


def typed(column: ColumnElement[Any], field: Field) -> ColumnElement[Any]:
    """A value as a workbook has it: numbers and days as such, choices in words."""
    kind = shown_kind(field)
    if field.choices:
        return case({option.value: _(option.label) for option in field.choices}, value=column, else_=column)
    if kind is Kind.BOOL:
        return case((column.is_(True), _("yes")), (column.is_(False), _("no")))
    if kind is Kind.MOMENT:
        return func.timezone(BROKERAGE_ZONE.key, column)
    if kind is Kind.WORDS:
        return func.array_to_string(column, ", ")
    return cast(column, Text) if kind in TEXTS else column


def shown_kind(field: Field) -> Kind:
    """What the cell holds: of a link what it is called."""
    return kind_of(field.column) if field.kind is Kind.LINK else field.kind


def cell(value: ColumnElement[Any], row: ColumnElement[Any], place: int, field: Field) -> ColumnElement[Any]:
    """One cell; nothing at all for an empty one."""
    at = said(f'<c r="{column_letters(place)}'), row
    kind = shown_kind(field)
    if not field.choices and isinstance(field.column.type, Numeric | Integer):
        style = f'" s="{MONEY_STYLE}"><v>' if isinstance(field.column.type, Numeric) else '"><v>'
        return case((value.is_not(None), func.concat(*at, said(style), value, said("</v></c>"))))
    text = func.concat(*at, said('" t="inlineStr"><is><t xml:space="preserve">'), escaped(value), said("</t></is></c>"))
    if kind is Kind.DATE:
        days = value - literal(BEGINNING)
        counted = func.concat(*at, said(f'" s="{DAY_STYLE}"><v>'), days, said("</v></c>"))
        return case((value >= literal(FIRST_DAY), counted), (value.is_not(None), text))
    if kind is Kind.MOMENT:
        beginning = literal(datetime(BEGINNING.year, BEGINNING.month, BEGINNING.day))
        days = func.round(func.extract("epoch", value - beginning) / SECONDS, 8)
        counted = func.concat(*at, said(f'" s="{MOMENT_STYLE}"><v>'), days, said("</v></c>"))
        return case((value >= literal(FIRST_DAY), counted), (value.is_not(None), text))
    return case((and_(value.is_not(None), cast(value, Text) != ""), text))


def escaped(value: ColumnElement[Any]) -> ColumnElement[Any]:
    """A text as XML has it. Most hold nothing that must be written otherwise and are passed on as they are."""
    words = func.left(cast(value, Text), LONGEST)
    clean: ColumnElement[Any] = func.translate(words, CONTROLS, "")
    clean = func.regexp_replace(clean, LOOKS_LIKE_A_SIGN, AS_IT_IS, "g")
    for sign, written in SIGNS.items():
        clean = func.replace(clean, sign, written)
    return case((words.regexp_match(DIRTY), clean), else_=words)


def said(text: str) -> ColumnElement[str]:
    """A piece of XML of ours, as it stands in the statement."""
    return literal_column("'" + text.replace("'", "''") + "'", Text)
