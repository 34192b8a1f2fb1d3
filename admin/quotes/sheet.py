"""What the client is given: variants without commissions. Nothing here has a field for what the brokerage earns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, select

from admin.i18n import _, show_date, show_money, show_phone
from admin.quotes.table import Cell, deductible_of, plan_of
from admin.quotes.variants import NeedVariants, Variant, variants_of
from models.actor import Actor
from models.catalogue import Agreement, Entity
from models.client import Client
from models.deal import Deal
from models.people import User
from models.session import Work


@dataclass(frozen=True)
class Offer:
    """One variant in the client's words."""

    insurer: str
    program: str
    premium: str
    sum_insured: str
    deductible: str
    plan: str
    parts: tuple[str, ...]
    valid_until: str
    is_chosen: bool

    @property
    def terms(self) -> list[tuple[str, str]]:
        """Labels and values, without what nobody has filled in."""
        told = [
            (_("Premium"), self.premium),
            (_("Program"), self.program),
            (_("Sum insured"), self.sum_insured),
            (_("Deductible"), self.deductible),
            (_("How it is paid"), "\n".join((self.plan, *(self.parts if len(self.parts) > 1 else ())))),
            (_("Valid until"), self.valid_until),
        ]
        return [(label, value) for label, value in told if value]


@dataclass(frozen=True)
class OfferedNeed:
    """What is insured, and the variants for it."""

    title: str
    offers: tuple[Offer, ...]


@dataclass(frozen=True)
class Sheet:
    """The whole page: whose, for whom, of which day, by whom."""

    entity: str
    client: str
    day: date
    needs: tuple[OfferedNeed, ...]
    contact: tuple[str, ...]
    code: str

    @property
    def title(self) -> str:
        """The heading, and the name of the file."""
        return _("Insurance variants")


async def sheet_of(work: Work, actor: Actor, deal_id: UUID, chosen: Iterable[UUID] = ()) -> Sheet:
    """The sheet of the variants that are open, or of those that were chosen. Raises `NotFound`."""
    deal = await work.get_record(Deal, deal_id)
    client = await work.get_record(Client, deal.client_id)
    wanted = set(chosen)
    needs = [(need, [v for v in need.variants if is_shown(v, wanted)]) for need in await variants_of(work, deal_id)]
    shown = [(need, variants) for need, variants in needs if variants]
    insurers = {variant.row.insurer_id for _need, variants in shown for variant in variants}
    return Sheet(
        await entity_of(work, insurers),
        client.name,
        work.today,
        tuple(offered(need, variants) for need, variants in shown),
        await contact_of(work, actor, deal),
        deal.code,
    )


def is_shown(variant: Variant, wanted: set[UUID]) -> bool:
    """What can be had, and only that: an expired or a refused variant is no offer."""
    return variant.is_open and variant.row.premium is not None and (not wanted or variant.row.id in wanted)


def offered(need: NeedVariants, variants: Sequence[Variant]) -> OfferedNeed:
    """A need as the client reads it."""
    title = need.title if need.insured in need.title else f"{need.title}, {need.insured}"
    return OfferedNeed(title, tuple(offer_of(variant) for variant in variants))


def offer_of(variant: Variant) -> Offer:
    """A variant as the client reads it."""
    row, plan = variant.row, plan_of(variant)
    return Offer(
        variant.insurer,
        row.program or "",
        show_money(row.premium),
        show_money(row.sum_insured),
        one_line(deductible_of(variant)),
        plan.text,
        plan.more,
        show_date(row.valid_until),
        row.status == "confirmed",
    )


def one_line(cell: Cell) -> str:
    """`30 000,00 ₽, unconditional`."""
    return ", ".join((cell.text, *(more.lower() for more in cell.more)))


async def entity_of(work: Work, insurers: set[UUID]) -> str:
    """The own entity that has most agreements with these insurers, else the first one."""
    agreed = func.count(Agreement.id)
    statement = (
        select(Entity.name)
        .outerjoin(Agreement, (Agreement.entity_id == Entity.id) & Agreement.insurer_id.in_(insurers))
        .where(Entity.deleted_at.is_(None))
        .group_by(Entity.id, Entity.name)
        .order_by(agreed.desc(), Entity.id)
    )
    return str(await work.scalar(statement.limit(1)) or "")


async def contact_of(work: Work, actor: Actor, deal: Deal) -> tuple[str, ...]:
    """The seller: name, phone where this person may read it, and address of e-mail."""
    seller = await work.get_record(User, deal.seller_id)
    may_read = seller.id == actor.id or actor.rights.may_field("user", "phone", "read")
    phone = show_phone(seller.phone) if seller.phone and may_read else ""
    mail = seller.username if "@" in seller.username else ""
    return tuple(part for part in (seller.full_name, phone, mail) if part)


def text_of(sheet: Sheet) -> str:
    """The sheet for a messenger: plain lines."""
    lines = [_("Insurance variants, {day}", day=show_date(sheet.day)), ""]
    for need in sheet.needs:
        lines += [need.title, ""]
        for number, offer in enumerate(need.offers, 1):
            lines.append(f"{number}. {offer.insurer} — {offer.premium}")
            lines += [f"   {label}: {'; '.join(value.splitlines())}" for label, value in offer.terms[1:]]
            lines.append("")
    lines.append("\n".join(part for part in (sheet.entity, ", ".join(sheet.contact)) if part))
    return "\n".join(lines).strip() + "\n"
