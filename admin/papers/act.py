"""An agent's act as a paper: what was sold for the insurer, and the commission with the VAT in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Select, select

from admin.i18n import _, choice_label, show_date, show_money
from admin.papers.paper import Paper
from admin.papers.table import Block, Column, Kind
from admin.papers.words import in_words, long_date
from models.act import ActLine, AgentAct
from models.catalogue import Agreement, Entity, Insurer
from models.choices import Settlement, VatMode
from models.paper import ActStatus, LineStatus
from models.session import Work
from models.vat import vat_by_mode


@dataclass(frozen=True)
class ActFile:
    """An act with its sides and the lines that count, in the order of the paper."""

    act: AgentAct
    entity: Entity
    insurer: Insurer
    agreement: Agreement
    lines: tuple[ActLine, ...]


async def read_act(work: Work, key: UUID) -> ActFile:
    """The act. Raises `NotFound`."""
    act = await work.get_record(AgentAct, key)
    statement = select(ActLine).where(ActLine.act_id == key, ActLine.status != LineStatus.OUT)
    lines = await work.scalars(in_order(statement))
    return ActFile(
        act,
        await work.get_record(Entity, act.entity_id),
        await work.get_record(Insurer, act.insurer_id),
        await work.get_record(Agreement, act.agreement_id),
        tuple(lines),
    )


def in_order(statement: Select[ActLine]) -> Select[ActLine]:
    """Lines as papers and pages have them."""
    return statement.order_by(
        ActLine.settlement, ActLine.paid_on, ActLine.policy_number, ActLine.instalment, ActLine.id
    )


def paper_of(file: ActFile) -> Paper:
    """The act in the reader's words."""
    act = file.act
    title = _("Agent's act") if act.number is None else _("Agent's act No. {number}", number=act.number)
    if act.signed_on is not None:
        title = _("{title} of {day}", title=title, day=long_date(act.signed_on))
    return Paper(
        title,
        f"{_('Act')} {act.number or ''}".strip(),
        tuple(facts_of(file)),
        tuple(blocks_of(file.lines)),
        tuple(sentences_of(file)),
        ((_("Agent:"), act.signatory or file.entity.signatory or ""), (_("Insurer:"), "")),
        is_draft=act.status == ActStatus.DRAFT,
    )


def facts_of(file: ActFile) -> Sequence[tuple[str, str]]:
    """Both sides, the agreement and the days."""
    act, agreement = file.act, file.agreement
    told = [
        (_("Agent"), side_of(file.entity)),
        (_("Insurer"), side_of(file.insurer)),
        (_("Agreement"), _("No. {number} of {day}", number=agreement.number, day=show_date(agreement.starts_on))),
        (_("Period"), f"{show_date(act.period_from)} – {show_date(act.period_to)}"),
    ]
    if act.status != ActStatus.SIGNED:
        told.append((_("State"), choice_label(ActStatus, act.status)))
    return told


def side_of(side: Entity | Insurer) -> str:
    """A company with its details, those that are known."""
    bank = ""
    if isinstance(side, Entity) and side.bank_account:
        bank = " ".join(part for part in (_("account {number}", number=side.bank_account), side.bank_name) if part)
    told = (
        side.name,
        _("INN {number}", number=side.inn) if side.inn else "",
        _("KPP {number}", number=side.kpp) if side.kpp else "",
        (side.address or "") if isinstance(side, Entity) else "",
        bank,
        _("BIC {number}", number=side.bank_bik) if isinstance(side, Entity) and side.bank_bik else "",
    )
    return ", ".join(part for part in told if part)


def columns() -> tuple[Column, ...]:
    """The columns of the lines."""
    return (
        Column(_("No."), Kind.NUMBER, 10),
        Column(_("Policy"), width=38),
        Column(_("Policyholder"), width=50),
        Column(_("Product"), width=30),
        Column(_("Instalment"), Kind.NUMBER, 14),
        Column(_("Premium paid on"), Kind.DAY, 22),
        Column(_("Premium, ₽"), Kind.MONEY, 28),
        Column(_("Rate, %"), Kind.NUMBER, 16),
        Column(_("Commission, ₽"), Kind.MONEY, 28),
        Column(_("VAT in it, ₽"), Kind.MONEY, 24),
    )


def blocks_of(lines: Sequence[ActLine]) -> list[Block]:
    """What is paid after the act, and what was withheld, apart."""
    found = []
    for settlement in Settlement:
        these = [(n, line) for n, line in enumerate(lines, start=1) if line.settlement == settlement]
        if these:
            found.append(block_of(choice_label(Settlement, settlement), these))
    return found


def block_of(title: str, numbered: Sequence[tuple[int, ActLine]]) -> Block:
    """One of them."""
    lines = [line for _n, line in numbered]
    rows = [
        (
            number, line.policy_number, line.policyholder, line.product, line.instalment, line.paid_on,
            line.premium or None, line.rate_percent, line.commission, line.vat or None,
        )
        for number, line in numbered
    ]  # fmt: skip
    premium, commission, vat = (added(lines, name) for name in ("premium", "commission", "vat"))
    return Block(title, columns(), rows, (None, _("Total"), "", "", None, None, premium, None, commission, vat or None))


def added(lines: Sequence[ActLine], name: str) -> Decimal:
    """The sum of a column."""
    return sum((getattr(line, name) for line in lines), Decimal("0.00"))


def sentences_of(file: ActFile) -> Sequence[str]:
    """What the act comes to, in figures and words, the VAT by its modes, and what is still to be paid."""
    total = added(file.lines, "commission")
    told = [_("Premiums under the policies of this act: {amount}.", amount=show_money(added(file.lines, "premium")))]
    told.append(_("The agent's commission: {amount} ({words}).", amount=show_money(total), words=in_words(total)))
    for mode, amount, vat in vat_by_mode((line.vat_mode, line.commission, line.vat) for line in file.lines):
        label = choice_label(VatMode, mode)
        if mode is VatMode.NONE:
            told.append(_("{mode}: {amount}.", mode=label, amount=show_money(amount)))
        else:
            told.append(_("{mode}: {vat} in {amount}.", mode=label, vat=show_money(vat), amount=show_money(amount)))
    withheld = added([line for line in file.lines if line.settlement == Settlement.WITHHELD], "commission")
    if withheld:
        told.append(_("Withheld from premiums by the agent: {amount}.", amount=show_money(withheld)))
        told.append(_("To be paid by the insurer: {amount}.", amount=show_money(total - withheld)))
    told.append(_("The services were rendered in full and in time; the sides have no claims."))
    return told
