"""Lines of acts and sheets on their pages: grouped, totalled, each with what is different by now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import select, text

from admin.i18n import _, choice_label, show_money
from admin.papers.act import added, in_order
from admin.views.base import View
from admin.views.record.children import Table
from admin.views.record.offers import Offers, offers_of
from admin.views.registry import view_named
from models.act import ActLine, AgentAct
from models.actor import Actor
from models.choices import ExpenseStatus, Settlement, VatMode
from models.paper import LineStatus
from models.payout import Payout, PayoutLine
from models.session import Work
from models.vat import vat_by_mode

AT_MOST = 1_000
"""Lines of a page; the rest stand in their list."""
CHANGED_IN_ACT = text("SELECT * FROM crm.act_differences(:key)")
CHANGED_ON_SHEET = text("SELECT * FROM crm.payout_differences(:key)")


@dataclass(frozen=True)
class Shown:
    """A line, what can be done with it, and what the money says by now where that differs."""

    line: Any
    offers: Offers
    now: str = ""


@dataclass(frozen=True)
class Group:
    """Lines of one settlement with their sums."""

    title: str
    rows: Sequence[Shown]
    sums: Mapping[str, Decimal]


async def act_lines(work: Work, actor: Actor, table: Table) -> Mapping[str, Any]:
    """The lines of an act by settlement, its VAT by mode, and how many lines differ from the money by now."""
    act = await work.get_record(AgentAct, table.parent_id)
    lines = list(await work.scalars(in_order(select(ActLine).where(ActLine.act_id == act.id)).limit(AT_MOST + 1)))
    now = {row.line_id: said_of_income(row) for row in await work.execute(CHANGED_IN_ACT, {"key": act.id})}
    counted = [line for line in lines if line.status != LineStatus.OUT]
    is_open = is_still_open(act)
    return {
        "groups": [
            group
            for settlement in Settlement
            if (group := group_of(settlement, lines[:AT_MOST], now, actor, is_open=is_open)).rows
        ],
        "vat": [
            (choice_label(VatMode, mode), amount, vat)
            for mode, amount, vat in vat_by_mode((line.vat_mode, line.commission, line.vat) for line in counted)
        ],
        "differ": len(now),
        "is_draft": is_open,
        "has_more": len(lines) > AT_MOST,
    }


def is_still_open(paper: AgentAct | Payout) -> bool:
    """Whether lines may be taken out and put back."""
    return paper.status == "draft"


def group_of(
    settlement: Settlement, lines: Sequence[ActLine], now: Mapping[Any, str], actor: Actor, *, is_open: bool
) -> Group:
    """The lines of a settlement."""
    view = view_named("act-line")
    these = [line for line in lines if line.settlement == settlement]
    counted = [line for line in these if line.status != LineStatus.OUT]
    sums = {name: added(counted, name) for name in ("premium", "commission", "vat")}
    rows = [shown(view, line, now.get(line.id, ""), actor, is_open=is_open) for line in these]
    return Group(choice_label(Settlement, settlement), rows, sums)


def shown(view: View, line: Any, now: str, actor: Actor, *, is_open: bool) -> Shown:
    """A line; verbs only while its paper is a draft."""
    offers = offers_of(view, line, actor) if is_open else NOTHING
    return Shown(line, offers, now)


NOTHING = Offers(None, (), (), may_edit=False, may_trash=False, may_restore=False)


def said_of_income(row: Any) -> str:
    """What an income says by now."""
    if row.is_gone:
        return _("is no longer due")
    return _("by now {amount}, {mode}", amount=show_money(row.commission), mode=choice_label(VatMode, row.vat_mode))


async def payout_lines(work: Work, actor: Actor, table: Table) -> Mapping[str, Any]:
    """The lines of a sheet, and how many differ from the money by now."""
    sheet = await work.get_record(Payout, table.parent_id)
    statement = (
        select(PayoutLine)
        .where(PayoutLine.payout_id == sheet.id)
        .order_by(PayoutLine.payable_since, PayoutLine.policy_number, PayoutLine.instalment, PayoutLine.id)
    )
    lines = list(await work.scalars(statement.limit(AT_MOST + 1)))
    may_change = actor.rights.may("payout-line", "take_out")
    changed = await work.execute(CHANGED_ON_SHEET, {"key": sheet.id}) if may_change else ()
    now = {row.line_id: said_of_expense(row) for row in changed}
    view, is_open = table.view, is_still_open(sheet)
    return {
        "rows": [shown(view, line, now.get(line.id, ""), actor, is_open=is_open) for line in lines[:AT_MOST]],
        "total": sheet.total,
        "differ": len(now),
        "is_draft": is_open,
        "has_more": len(lines) > AT_MOST,
    }


def said_of_expense(row: Any) -> str:
    """What an expense says by now."""
    return _(
        "by now {amount}, {state}", amount=show_money(row.amount), state=choice_label(ExpenseStatus, row.status).lower()
    )
