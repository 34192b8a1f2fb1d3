"""Names of the workbook found in the brokerage's catalogue: insurers, products, agreements, people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from uuid_utils.compat import uuid7

from jobs.portfolio.people import People, read_people
from jobs.portfolio.policies import Policy
from models.arrears import ArrearTerms, best_of
from models.catalogue import Agreement, Entity, Insurer, Product, VatPeriod
from models.choices import ObjectKind
from models.names import client_key, sort_key
from models.session import Work

NO_INSURER = "Страховщик не указан"
NO_PRODUCT = "Вид не указан"
"""What a row is filed under that names none."""


@dataclass(frozen=True)
class Catalogue:
    """What the workbook's words mean here; an insurer or a product that is not known is made."""

    insurers: dict[str, UUID]
    products: dict[str, tuple[UUID, str]]
    agreements: dict[UUID, list[Agreement]]
    people: People
    arrears: list[ArrearTerms]
    vat: dict[UUID, list[tuple[date, str]]]
    """For each own entity the VAT that it has from which day, in their order."""

    def insurer(self, name: str) -> UUID:
        """The insurer by its name in any spelling."""
        return self.insurers[client_key(name or NO_INSURER)]

    def product(self, name: str) -> UUID:
        """The product by its name."""
        return self.products[sort_key(name or NO_PRODUCT)][0]

    def product_name(self, name: str) -> str:
        """The product's name as the catalogue has it."""
        return self.products[sort_key(name or NO_PRODUCT)][1]

    def person(self, name: str) -> UUID | None:
        """A colleague, where only one fits the name."""
        return self.people.named(name)

    def arrear(self, row: Policy) -> tuple[str, int | None]:
        """What the contract says of an arrear, and its days."""
        return best_of(self.arrears, self.insurer(row.insurer), self.product(row.product), None)

    def agreement(self, row: Policy) -> Agreement | None:
        """The agreement with the insurer in force when the policy was sold, where only one is."""
        day = row.sold_on or row.starts_on
        known = self.agreements.get(self.insurer(row.insurer), [])
        fits = [one for one in known if day and one.starts_on <= day and (one.ends_on is None or day <= one.ends_on)]
        return fits[0] if len(fits) == 1 else None

    def vat_modes(self, agreement: Agreement | None) -> list[tuple[date, str]]:
        """The VAT of commission by an agreement, from which day; nothing where nobody knows whose it is."""
        if agreement is not None and agreement.vat_mode is not None:
            return [(date.min, agreement.vat_mode)]
        return self.vat[agreement.entity_id] if agreement is not None else []


async def read_catalogue(work: Work, policies: Iterable[Policy]) -> Catalogue:
    """Read the catalogue and add what the policies name and it lacks."""
    insurers = {client_key(name): key for key, name in await work.execute(select(Insurer.id, Insurer.name))}
    products = {sort_key(name): (key, name) for key, name in await work.execute(select(Product.id, Product.name))}
    for policy in policies:
        insurer, product = policy.insurer or NO_INSURER, policy.product or NO_PRODUCT
        if client_key(insurer) not in insurers:
            insurers[client_key(insurer)] = _add_insurer(work, insurer)
        if sort_key(product) not in products:
            products[sort_key(product)] = _add_product(work, product), product
    await work.flush()
    agreements: defaultdict[UUID, list[Agreement]] = defaultdict(list)
    for agreement in await work.scalars(select(Agreement).where(Agreement.deleted_at.is_(None))):
        agreements[agreement.insurer_id].append(agreement)
    arrears = list(await work.scalars(select(ArrearTerms).where(ArrearTerms.deleted_at.is_(None))))
    return Catalogue(insurers, products, agreements, await read_people(work), arrears, await _vat(work))


async def _vat(work: Work) -> dict[UUID, list[tuple[date, str]]]:
    found = {key: [(date.min, mode)] for key, mode in await work.execute(select(Entity.id, Entity.vat_mode))}
    periods = select(VatPeriod).where(VatPeriod.deleted_at.is_(None)).order_by(VatPeriod.starts_on)
    for period in await work.scalars(periods):
        found[period.entity_id].append((period.starts_on, period.mode))
    return found


def _add_insurer(work: Work, name: str) -> UUID:
    insurer = Insurer(name=name)
    work.add(insurer)
    return insurer.id


def _add_product(work: Work, name: str) -> UUID:
    product = Product(slug=f"imported-{uuid7().hex[-12:]}", name=name, object_kind=ObjectKind.OTHER)
    work.add(product)
    return product.id
