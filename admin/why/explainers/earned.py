"""What a deal, a policy or a client earned: each figure of the summary by the lines that make it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import partial
from typing import Any, NamedTuple

from markupsafe import Markup, escape
from sqlalchemy import text

from admin.i18n import _, choice_label, show_date
from admin.why.asking import Asked
from admin.why.registry import figure
from admin.why.story import Chapter, Line, said, within
from models.choices import ExpenseKind, IncomeKind, VatMode
from models.earnings import OF, Earnings, earnings_of
from models.texts import N_
from models.vat import vat_in

SHOWN = 40
INCOMES = "crm.payment_incomes"
EXPENSES = "crm.payment_expenses"
TRANSITS = "crm.transits"
LINES = """
    SELECT l.*, p.sequence, p.due_on, coalesce(c.number, '') AS number
    FROM crm.payments p
    JOIN crm.policies c ON c.id = p.policy_id AND c.deleted_at IS NULL
    JOIN {table} l ON l.payment_id = p.id AND l.deleted_at IS NULL
    WHERE {of} AND p.deleted_at IS NULL
    ORDER BY p.due_on, p.sequence, l.id
"""
INSTALMENTS = """
    SELECT p.id, p.sequence, p.due_on, p.amount, p.paid_amount, coalesce(c.number, '') AS number,
           p.status <> 'cancelled' AND c.status IN ('issued', 'cancelled') AS stands
    FROM crm.payments p JOIN crm.policies c ON c.id = p.policy_id AND c.deleted_at IS NULL
    WHERE {of} AND p.deleted_at IS NULL
    ORDER BY p.due_on, p.sequence, p.id
"""


class Sum(NamedTuple):
    """A figure that adds up one column of one kind of line; `only` and `never` are states."""

    label: str
    identity: str
    column: str
    table: str
    only: str = ""
    never: str = ""


SUMS = {
    "incomes_expected": Sum(N_("Incomes"), "income", "amount", INCOMES, never="written_off"),
    "incomes_received": Sum(N_("Incomes received"), "income", "received_amount", INCOMES),
    "expenses_expected": Sum(N_("Expenses"), "expense", "amount", EXPENSES, never="cancelled"),
    "expenses_paid": Sum(N_("Expenses paid"), "expense", "amount", EXPENSES, only="paid"),
    "transit": Sum(N_("Premium in transit"), "transit", "amount", TRANSITS),
    "transit_passed": Sum(N_("Passed on to insurers"), "transit", "amount", TRANSITS, only="passed_on"),
}
NEEDS: dict[str, tuple[tuple[str, str], ...]] = {
    **{name: ((one.identity, one.column),) for name, one in SUMS.items()},
    "premium": (("payment", "amount"),),
    "premium_paid": (("payment", "paid_amount"),),
    "earned": (("income", "amount"), ("expense", "amount")),
    "earned_so_far": (("income", "received_amount"), ("expense", "amount")),
    "vat": (("income", "amount"), ("income", "vat_mode")),
}
"""What one must be able to read for each figure."""


def may_see(asked: Asked, name: str) -> bool:
    """Whether the actor may read all that a figure is made of."""
    return all(asked.sees(identity, field) for identity, field in NEEDS[name])


async def counted(name: str, asked: Asked) -> tuple[Decimal, Sequence[Chapter]]:
    """A figure with its chapters. Raises `NotFound` without the rights that it needs."""
    for identity, field in NEEDS[name]:
        asked.must_see(identity, field)
    found = await earnings_of(asked.work, asked.view.identity, asked.key)
    amount: Decimal = getattr(found, name)
    if name in SUMS:
        return amount, [await lines_that_make(asked, SUMS[name], amount), *whose_money(name)]
    if name in ("premium", "premium_paid"):
        return amount, [await instalments_that_make(asked, name, amount)]
    if name == "vat":
        return amount, [await vat_that_is_within(asked, amount)]
    apart = await transit_apart(asked, found) if name == "earned" else []
    return amount, [difference(asked, name, found), *apart]


async def lines_that_make(asked: Asked, one: Sum, amount: Decimal) -> Chapter:
    """The lines of a figure and whether they tie with it."""
    rows = await rows_of(asked, LINES, one.table)
    counts = [row for row in rows if row.status != one.never and one.only in ("", row.status)]
    lines = [line_of(row, one.identity, one.column) for row in counts if getattr(row, one.column)]
    return chapter_of(lines, amount)


async def instalments_that_make(asked: Asked, name: str, amount: Decimal) -> Chapter:
    """Instalments of policies that were issued."""
    column = "amount" if name == "premium" else "paid_amount"
    rows = [row for row in await rows_of(asked, INSTALMENTS) if row.stands or column == "paid_amount"]
    return chapter_of([line_of(row, "payment", column) for row in rows if getattr(row, column)], amount)


async def vat_that_is_within(asked: Asked, amount: Decimal) -> Chapter:
    """The VAT of each income line by its own mode."""
    rows = [row for row in await rows_of(asked, LINES, INCOMES) if row.status != "written_off"]
    lines = [
        line_of(row, "income", "amount")._replace(
            amount=vat_in(row.amount, row.vat_mode), note=choice_label(VatMode, row.vat_mode)
        )
        for row in rows
        if row.vat_mode != VatMode.NONE
    ]
    chapter = chapter_of(lines, amount)
    said_of_it = N_("VAT is counted line by line, by the mode that stood on the line's day, and lies within the sum.")
    chapter.said.append(said(said_of_it))
    return chapter


def difference(asked: Asked, name: str, found: Earnings) -> Chapter:
    """Incomes less expenses."""
    so_far = name == "earned_so_far"
    income, expense = ("incomes_received", "expenses_paid") if so_far else ("incomes_expected", "expenses_expected")
    lines = [
        Line(escape(_(SUMS[income].label)), getattr(found, income), address(asked, income)),
        Line(escape(_(SUMS[expense].label)), -getattr(found, expense), address(asked, expense)),
    ]
    chapter = Chapter(_("How it was counted"), lines=lines, makes=getattr(found, name))
    told = N_("What has come less what was paid out.") if so_far else N_("Incomes less expenses, expected ones too.")
    chapter.said.append(said(told))
    return chapter


async def transit_apart(asked: Asked, found: Earnings) -> list[Chapter]:
    """Premium in passing is told beside what was earned, since it is in none of it."""
    if not found.transit or not may_see(asked, "transit"):
        return []
    told = N_("{transit} of premium passes through the brokerage: it is the insurer's and in none of these figures.")
    return [Chapter(_("Not ours"), [said(told, transit=found.transit)])]


def whose_money(name: str) -> list[Chapter]:
    """A word about premium in passing."""
    if not name.startswith("transit"):
        return []
    told = N_("It is the insurer's money: it counts neither as income nor as revenue, nor for VAT.")
    return [Chapter(_("Not ours"), [said(told)])]


async def rows_of(asked: Asked, statement: str, table: str = "") -> list[Any]:
    """Lines or instalments of the record, as far as the actor sees them."""
    of = OF[asked.view.identity]
    return list(await asked.work.execute(text(statement.format(of=of, table=table)), {"key": asked.key}))


def line_of(row: Any, identity: str, column: str) -> Line:
    """A line by its kind, policy and instalment."""
    kinds = {"income": IncomeKind, "expense": ExpenseKind}
    kind = choice_label(kinds[identity], row.kind) if identity in kinds else _("Instalment")
    what = Markup('<a href="/admin/{}/details/{}">{}</a>').format(identity, row.id, kind)
    note = " · ".join(filter(None, [row.number, _("No. {n}", n=row.sequence), show_date(row.due_on)]))
    return Line(what, getattr(row, column), f"{identity}/{row.id}/{column}", note)


def chapter_of(lines: list[Line], amount: Decimal) -> Chapter:
    """The first lines, and how many more there are."""
    first, unshown, rest = within(lines, SHOWN)
    return Chapter(_("Lines that make it"), lines=first, makes=amount, unshown=unshown, rest=rest)


def address(asked: Asked, name: str) -> str:
    """Where another figure of the record answers."""
    return f"{asked.view.identity}/{asked.key}/{name}"


LABELS = {
    **{name: one.label for name, one in SUMS.items()},
    "premium": N_("Premium"),
    "premium_paid": N_("Premium paid"),
    "earned": N_("Earned"),
    "earned_so_far": N_("Earned so far"),
    "vat": N_("VAT within"),
}
for _identity in OF:
    for _name, _label in LABELS.items():
        figure(_identity, _name, _label)(partial(counted, _name))
