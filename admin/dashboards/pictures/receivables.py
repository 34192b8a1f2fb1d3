"""Ageing: commission that insurers owe, instalments that clients owe."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from admin.dashboards.links import EMPTY, Days, rows
from admin.dashboards.table import Cell, Column, Kind, Picture, Row, Said, Table
from admin.i18n import _
from models.figures.asked import Asked
from models.figures.money import OPEN_INCOMES, OPEN_PAYMENTS
from models.figures.receivables import LATE, Age, Owed, days_of, of_clients, of_insurers
from models.session import Work

MOST_CLIENTS = 25
COLOURS = {Age.MONTH: "due", Age.TWO: "amber", Age.THREE: "rust", Age.MORE: "late", Age.AHEAD: "pale"}


async def picture(work: Work, asked: Asked) -> Picture:
    """By insurer, who owes most of what is late first."""
    found = await of_insurers(work, asked)
    whole = together(found)
    has_undated = any(one.amounts[Age.UNDATED] for one in found)
    ages = [*LATE, Age.AHEAD, *([Age.UNDATED] if has_undated else [])]
    columns = [
        Column(_("Overdue"), Kind.MONEY),
        *(Column(_(age.label), Kind.MONEY, COLOURS.get(age, "")) for age in ages),
        Column(_("Total"), Kind.MONEY),
    ]
    table = Table(
        _("Commission not received, by insurer"),
        _("Insurer"),
        columns,
        [
            *(Row(one.name, of_insurer(one, ages, asked)) for one in found),
            Row(_("Total"), of_insurer(whole, ages, asked), is_total=True),
        ],
        chart="across",
        is_stacked=True,
        empty=_("No commission is expected."),
        note=_("The age is counted from the day on which the commission was expected."),
    )
    late = Cell(whole.late, lines(asked, expected_on=late_days(asked)), "late" if whole.late else "")
    said = [
        Said(_("Commission overdue"), late, Kind.MONEY, has_before=False),
        Said(_("Commission to receive"), Cell(whole.total, lines(asked)), Kind.MONEY, has_before=False),
    ]
    return Picture(said, [table], as_of=asked.today)


def of_insurer(one: Owed, ages: Sequence[Age], asked: Asked) -> list[Cell]:
    """What an insurer owes, or all of them."""
    whose: dict[str, Any] = {"payment_id__policy_id__insurer_id": str(one.id)} if one.id else {}
    parts = [
        Cell(one.amounts[age], lines(asked, expected_on=age_days(age, asked), **whose), tone(age, one.amounts[age]))
        for age in ages
    ]
    late = Cell(one.late, lines(asked, expected_on=late_days(asked), **whose), "late" if one.late else "")
    return [late, *parts, Cell(one.total, lines(asked, **whose))]


def lines(asked: Asked, **more: Any) -> str:
    """Where the lines are whose money has not come."""
    if "payment_id__policy_id__insurer_id" in more:
        asked = replace(asked, insurer=None)  # the row names its insurer itself
    return rows("income", asked, status=OPEN_INCOMES, **more)


def age_days(age: Age, asked: Asked) -> Days | str:
    """The days of an age."""
    return EMPTY if age is Age.UNDATED else Days(*days_of(age, asked.today))


def late_days(asked: Asked) -> Days:
    """All days of what should have come by now."""
    return Days(None, asked.today)


def tone(age: Age, amount: Decimal) -> str:
    """Red is what is late for long."""
    return "late" if age in (Age.THREE, Age.MORE) and amount > 0 else ""


def together(found: Sequence[Owed]) -> Owed:
    """All of them as one."""
    sums: Mapping[Age, Decimal] = {age: sum((one.amounts[age] for one in found), Decimal(0)) for age in Age}
    return Owed(None, "", sums)


async def instalments(work: Work, asked: Asked) -> Picture:
    """By client, who owes most first."""
    found = await of_clients(work, asked)
    whole = together(found)
    columns = [Column(_("Overdue"), Kind.MONEY), *(Column(_(age.label), Kind.MONEY) for age in LATE)]
    rest = len(found) - MOST_CLIENTS
    table = Table(
        _("Overdue instalments, by client"),
        _("Client"),
        columns,
        [
            *(
                Row(one.name or "—", of_client(one, asked), f"/admin/client/details/{one.id}")
                for one in found[:MOST_CLIENTS]
            ),
            Row(_("Total"), of_client(whole, asked), is_total=True),
        ],
        empty=_("No instalment is overdue."),
        note=_("The largest debts; {n} more clients are in the total.").format(n=rest) if rest > 0 else "",
    )
    late = Cell(whole.late, due(asked, Days(None, asked.yesterday)), "late" if whole.late else "")
    return Picture([Said(_("Instalments overdue"), late, Kind.MONEY, has_before=False)], [table], as_of=asked.today)


def of_client(one: Owed, asked: Asked) -> list[Cell]:
    """What a client owes, or all of them."""
    whose: dict[str, Any] = {"policy_id__client_id": str(one.id)} if one.id else {}
    spans = [
        Days(first, min(last, asked.yesterday)) for first, last in (days_of(age, asked.today) for age in LATE) if last
    ]
    parts = [
        Cell(one.amounts[age], due(asked, days, **whose), tone(age, one.amounts[age]))
        for age, days in zip(LATE, spans, strict=True)
    ]
    return [Cell(one.late, due(asked, Days(None, asked.yesterday), **whose), "late" if one.late else ""), *parts]


def due(asked: Asked, days: Days, **more: Any) -> str:
    """Where the instalments are that were due within some days."""
    return rows("payment", asked, status=OPEN_PAYMENTS, due_on=days, **more)
