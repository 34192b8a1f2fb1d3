"""A pay-out sheet as a paper: what somebody is paid for, line by line."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from admin.i18n import _, choice_label, show_date, show_money
from admin.papers.paper import Paper
from admin.papers.table import Block, Column, Kind
from admin.papers.words import in_words, long_date
from models.choices import ExpenseKind
from models.paper import LineStatus, PayoutStatus
from models.payout import Payout, PayoutLine
from models.people import User
from models.session import Work


@dataclass(frozen=True)
class PayoutFile:
    """A sheet with the lines that count and who approved it."""

    sheet: Payout
    lines: tuple[PayoutLine, ...]
    approver: str


async def read_payout(work: Work, key: UUID) -> PayoutFile:
    """The sheet. Raises `NotFound`."""
    sheet = await work.get_record(Payout, key)
    lines = await work.scalars(
        select(PayoutLine)
        .where(PayoutLine.payout_id == key, PayoutLine.status != LineStatus.OUT)
        .order_by(PayoutLine.payable_since, PayoutLine.policy_number, PayoutLine.instalment, PayoutLine.id)
    )
    approver = await work.get(User, sheet.approved_by_id) if sheet.approved_by_id else None
    return PayoutFile(sheet, tuple(lines), approver.full_name if approver else "")


def paper_of(file: PayoutFile) -> Paper:
    """The sheet in the reader's words."""
    sheet = file.sheet
    facts = [
        (_("To whom"), sheet.payee),
        (_("Period"), f"{show_date(sheet.period_from)} – {show_date(sheet.period_to)}"),
        (_("State"), choice_label(PayoutStatus, sheet.status)),
    ]
    if sheet.paid_on is not None:
        facts.append((_("Paid out on"), long_date(sheet.paid_on)))
    total = sheet.total
    return Paper(
        _("Pay-out sheet: {payee}", payee=sheet.payee),
        f"{_('Pay-out')} {sheet.payee}",
        tuple(facts),
        (block_of(file),),
        (_("To be paid out: {amount} ({words}).", amount=show_money(total), words=in_words(total)),),
        ((_("Approved:"), file.approver), (_("Received:"), sheet.payee)),
        is_draft=sheet.status == PayoutStatus.DRAFT,
    )


def block_of(file: PayoutFile) -> Block:
    """The lines."""
    columns = (
        Column(_("No."), Kind.NUMBER, 10),
        Column(_("Payable since"), Kind.DAY, 22),
        Column(_("Policy"), width=38),
        Column(_("Policyholder"), width=50),
        Column(_("Insurer"), width=34),
        Column(_("Product"), width=30),
        Column(_("For what"), width=34),
        Column(_("Of what, ₽"), Kind.MONEY, 26),
        Column(_("Rate, %"), Kind.NUMBER, 16),
        Column(_("Amount, ₽"), Kind.MONEY, 26),
    )
    rows = [
        (
            number, line.payable_since, line.policy_number, line.policyholder, line.insurer, line.product,
            choice_label(ExpenseKind, line.kind), line.base_amount, line.rate_percent, line.amount,
        )
        for number, line in enumerate(file.lines, start=1)
    ]  # fmt: skip
    return Block("", columns, rows, (None, None, _("Total"), "", "", "", "", None, None, file.sheet.total))
