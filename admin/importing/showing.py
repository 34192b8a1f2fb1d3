"""What the pages of an import show: tabs, filters, rows in words, progress."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from starlette.datastructures import QueryParams

from admin.i18n import _, ngettext, say, show_money, show_number
from jobs.portfolio import Verdict
from jobs.uploads import Upload
from jobs.uploads.verdicts import SheetSummary, Shown, read_rows, read_summaries, read_totals
from models.texts import N_, Text

ROWS = 50
REFUSED = tuple(verdict for verdict in Verdict if not verdict.taken and verdict is not Verdict.DUPLICATE)
SHEETS = (N_("Clients"), N_("Policies"), N_("Instalments"))
COUNTED = (
    ("client", N_("Clients")),
    ("deal", N_("Deals")),
    ("policy", N_("Policies")),
    ("payment", N_("Instalments")),
    ("income", N_("Commission lines")),
)
"""What an import makes, as its result names it."""


@dataclass(frozen=True)
class Asked:
    """What of the verdicts is looked at."""

    sheet: int
    show: str
    after: int

    @classmethod
    def of(cls, query: QueryParams, summaries: list[SheetSummary]) -> Asked:
        """From the address; where nothing is asked for, the first sheet with refused rows."""
        troubled = [n for n, sheet in enumerate(summaries) if any(sheet.counts.get(one) for one in REFUSED)]
        sheet = _number(query.get("sheet"), next(iter(troubled), 0))
        known = {"refused", "all", *(verdict.value for verdict in Verdict)}
        show = query.get("show", "")
        usual = "refused" if sheet in troubled else "all"
        return cls(min(sheet, len(SHEETS) - 1), show if show in known else usual, _number(query.get("after"), 0))

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """The verdicts that are asked for."""
        return REFUSED if self.show == "refused" else tuple(Verdict) if self.show == "all" else (Verdict(self.show),)


def verdict_page(upload: Upload, query: QueryParams) -> dict[str, Any]:
    """Everything that the verdict page shows; reads files, so not on the event loop."""
    summaries = read_summaries(upload.verdicts)
    asked = Asked.of(query, summaries)
    rows = read_rows(upload.verdicts, asked.sheet, asked.verdicts, asked.after, ROWS + 1)
    return {
        "totals": read_totals(upload.verdicts),
        "asked": asked,
        "sheets": summaries,
        "filters": list(_filters(summaries[asked.sheet])),
        "titles": {name: title for name, title in summaries[asked.sheet].titles.items() if title},
        "rows": rows[:ROWS],
        "more": rows[ROWS - 1].row if len(rows) > ROWS else 0,
    }


def _filters(sheet: SheetSummary) -> list[tuple[str, str, int]]:
    """Value, label (a msgid) and count of each filter that has rows."""
    refused = sum(sheet.counts.get(verdict, 0) for verdict in REFUSED)
    found = [("refused", N_("Not taken"), refused), ("all", N_("All rows"), sum(sheet.counts.values()))]
    found += [(verdict.value, verdict.label, count) for verdict, count in sheet.counts.items()]
    return [one for one in found if one[2] or one[0] == "all"]


def reasons(row: Shown) -> list[str]:
    """Why the row was not taken, or what was left out of it."""
    told = [] if row.verdict is Verdict.OK else [say(row.verdict.label)]
    return told + [say(note) for note in row.notes]


def summary(totals: dict[str, str]) -> list[tuple[str, str, list[str]]]:
    """Label (a msgid), figure and remarks of each figure over the verdicts."""
    number = {name: int(value) for name, value in totals.items() if value.isdigit()}
    warned, twice, paid = number["warned"], number["duplicates"], show_number(number["paid"])
    clients = [
        ngettext("{n} with a warning", "{n} with a warning", warned) if warned else "",
        ngettext("{n} duplicate merged", "{n} duplicates merged", twice) if twice else "",
        _left(number["refused_clients"]),
    ]
    return [
        (N_("Clients"), show_number(number["clients"]), clients),
        (N_("Policies"), show_number(number["policies"]), [_left(number["refused_policies"])]),
        (N_("Premium"), show_money(Decimal(totals["premium"])), []),
        (N_("Instalments"), show_number(number["payments"]), [_("{number} of them paid", number=paid)]),
        (N_("Commission received"), show_money(Decimal(totals["kv_received"])), []),
    ]


def _left(rows: int) -> str:
    return ngettext("{n} row not taken", "{n} rows not taken", rows) if rows else ""


def worded(problem: tuple[str, dict[str, str]] | None) -> str:
    """A kept problem in the reader's language."""
    return say(Text(problem[0], **problem[1])) if problem else ""


def _number(value: str | None, usual: int) -> int:
    return int(value) if value and value.isascii() and value.isdigit() and len(value) < 9 else usual
