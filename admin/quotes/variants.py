"""The variants of a deal by need, as far as the person sees them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby
from uuid import UUID

from sqlalchemy import select

from models.calculation import Calculation
from models.catalogue import Insurer, Product
from models.choices import CalculationStatus
from models.deal import Need
from models.document import Document
from models.errors import Invalid
from models.insured import InsuredObject
from models.money import split
from models.plan_spellings import parse_plan
from models.session import Work

S = CalculationStatus
ROUND = timedelta(days=60)
"""Archived variants no older than this beside the newest one belong to the same choice; older ones to last year's."""
PLACES = {
    status: place
    for place, status in enumerate(
        (S.CONFIRMED, S.OFFERED, S.READY, S.REQUESTED, S.STALE, S.DECLINED, S.ARCHIVED, S.REFUSED)
    )
}


@dataclass(frozen=True)
class Part:
    """One payment of a plan: months after the first day, and roubles."""

    months: int
    amount: Decimal


@dataclass(frozen=True)
class Variant:
    """One calculation with what it is called and how it is paid."""

    row: Calculation
    insurer: str
    parts: tuple[Part, ...]
    is_over: bool
    """Its last valid day has passed, whatever its state says."""

    @property
    def is_open(self) -> bool:
        """Whether the client can still take it."""
        return self.row.status in (S.READY, S.OFFERED, S.CONFIRMED) and not self.is_over


@dataclass(frozen=True)
class NeedVariants:
    """What is to be insured, and the variants for it: the choice first, then by premium."""

    id: UUID
    title: str
    product: str
    insured: str
    variants: tuple[Variant, ...]
    older: int
    """Archived ones of earlier years, which are left out."""


async def variants_of(work: Work, deal_id: UUID, *, archived: bool = False) -> list[NeedVariants]:
    """The needs that have variants, by one statement."""
    statement = (
        select(Need, Calculation, Insurer.name, Product.name, InsuredObject.title)
        .join(Calculation, Calculation.need_id == Need.id)
        .join(Insurer, Insurer.id == Calculation.insurer_id)
        .join(Product, Product.id == Need.product_id)
        .outerjoin(InsuredObject, InsuredObject.id == Need.insured_object_id)
        .where(Need.deal_id == deal_id, Need.deleted_at.is_(None), Calculation.deleted_at.is_(None))
        .order_by(Need.created_at, Need.id, Calculation.created_at.desc(), Calculation.id)
    )
    found = (await work.execute(statement)).all()
    needs = []
    for need, rows in groupby(found, key=lambda row: row[0]):
        same = list(rows)
        variants = [variant_of(row[1], row[2], work.today) for row in same]
        shown = variants if archived else list(of_this_round(variants))
        shown.sort(key=in_order)
        needs.append(
            NeedVariants(need.id, need.title, same[0][3], same[0][4] or "", tuple(shown), len(variants) - len(shown))
        )
    return needs


def variant_of(row: Calculation, insurer: str, today: date) -> Variant:
    """A calculation as it is compared."""
    return Variant(row, insurer, parts_of(row), row.valid_until is not None and row.valid_until < today)


def parts_of(row: Calculation) -> tuple[Part, ...]:
    """How the premium is paid; nothing without a premium or for a plan that cannot be read."""
    if row.premium is None:
        return ()
    try:
        plan = parse_plan(row.plan)
    except Invalid:
        return ()
    return tuple(Part(*part) for part in zip(plan.months, split(row.premium, plan.weights), strict=True))


def of_this_round(variants: list[Variant]) -> Iterable[Variant]:
    """Without the archived ones of earlier years, and without last year's choice where there is a new one."""
    newest = max(variant.row.created_at for variant in variants)
    for variant in variants:
        old = variant.row.created_at < newest - ROUND
        if not (old and (variant.row.status == S.ARCHIVED or variant.row.is_issued)):
            yield variant


def in_order(variant: Variant) -> tuple[int, Decimal]:
    """Those that can be had by premium, then the others by state."""
    place = 1 if variant.is_open and variant.row.status != S.CONFIRMED else PLACES[S(variant.row.status)] + 1
    return (0 if variant.row.status == S.CONFIRMED else place), variant.row.premium or Decimal(0)


async def files_of(work: Work, needs: Iterable[NeedVariants]) -> dict[UUID, list[Document]]:
    """The files of each variant, by name: the insurer's offers."""
    keys = [variant.row.id for need in needs for variant in need.variants]
    where = Document.calculation_id.in_(keys), Document.deleted_at.is_(None)
    found: dict[UUID, list[Document]] = {}
    for document in await work.scalars(select(Document).where(*where).order_by(Document.name)) if keys else ():
        assert document.calculation_id is not None
        found.setdefault(document.calculation_id, []).append(document)
    return found
