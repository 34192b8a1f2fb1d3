"""The reconciliation as workbooks: figures stay figures, days stay days, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any

from admin.i18n import _, choice_label
from admin.months.words import show_month
from admin.reconciliation.words import KINDS
from admin.sheets import formats_of, open_book, write_value
from models.choices import IncomeStatus, Origin
from models.reconciliation import Line, Part, Row, Stray

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDEST = 48


def workbook_of_months(rows: Sequence[Row]) -> bytes:
    """One sheet: a row for each insurer's month, with what explains its differences."""
    heads = [
        _("Month"), _("Insurer"), _("Expected by rules"), _("Expected, by hand"), _("In statements"), _("Bank"),
        _("Commission received"), _("Shares paid out"), *(_(label) for _name, label, _tone, _show in KINDS),
    ]  # fmt: skip
    body = (
        [
            show_month(row.month), row.insurer, row.by_rule, row.by_hand, row.statements, row.bank, row.received,
            row.paid_out, *(getattr(row, name) for name, *_rest in KINDS),
        ]
        for row in rows
    )  # fmt: skip
    return written([(_("Reconciliation"), heads, body)])


def workbook_of_lines(lines: Sequence[Line], strays: Sequence[Stray]) -> bytes:
    """Two sheets: the income lines, and what belongs to none."""
    heads = [
        _("Policy"), _("No."), _("Paid on"), _("Expected"), _("Origin"), _("Status"), _("In statements"),
        _("Commission received"), _("Received on"), _("Bank"), _("Shares paid out"), _("What is the matter"),
    ]  # fmt: skip
    body = (
        [
            line.policy, line.sequence, line.paid_on, line.expected, choice_label(Origin, line.origin),
            choice_label(IncomeStatus, line.status), line.told, line.received, line.received_on, line.seen,
            line.paid_out, choice_label(Part, line.part),
        ]
        for line in lines
    )  # fmt: skip
    more = ([one.day, _("Statement") if one.kind == "statement" else _("Bank"), one.amount, one.said] for one in strays)
    beyond = [_("Day"), _("Where"), _("Sum"), _("What it says")]
    return written([(_("Lines"), heads, body), (_("No line of ours"), beyond, more)])


def written(sheets: Iterable[tuple[str, Sequence[str], Iterable[Sequence[Any]]]]) -> bytes:
    """A workbook of sheets: name, heads, rows."""
    file = BytesIO()
    with open_book(file) as book:
        bold, formats = book.add_format({"bold": True, "text_wrap": True}), formats_of(book)
        for name, heads, body in sheets:
            sheet = book.add_worksheet(name[:31])
            sheet.write_row(0, 0, heads, bold)
            sheet.freeze_panes(1, 0)
            for n, row in enumerate(body, start=1):
                for column, value in enumerate(row):
                    write_value(sheet, n, column, value, formats)
            sheet.autofit(WIDEST * 7)
    return file.getvalue()
