"""What of the workbook is in the database already: the same file twice does nothing, a longer one adds what is new."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, any_, cast, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from jobs.portfolio.catalogue import Catalogue
from jobs.portfolio.grouping import object_keys, product_key
from jobs.portfolio.policies import Policy
from models.catalogue import Product
from models.choices import DealStage, PaymentStatus, PolicyStatus
from models.deal import Deal, Need
from models.insured import InsuredObject
from models.payment import Payment as PaymentRecord
from models.policy import Policy as PolicyRecord
from models.session import Work

IN_SERVICE = (DealStage.WON.value, DealStage.CLOSED.value)


class KnownPolicy(NamedTuple):
    """A policy that is here, and the numbers of the instalments that it has."""

    id: UUID
    deal_id: UUID
    sequences: set[int]


@dataclass
class KnownDeal:
    """A deal that is here: new policies of its client and object join it."""

    id: UUID
    client_id: UUID
    is_closed: bool
    object_id: UUID | None = None
    object_title: str = ""
    needs: dict[UUID, UUID] = field(default_factory=dict)
    """Product → need."""


async def known_policies(work: Work, catalogue: Catalogue, policies: Iterable[Policy]) -> dict[int, KnownPolicy]:
    """Row → the policy of the same insurer and number that is here already."""
    numbered = {(catalogue.insurer(row.insurer), row.number.key): row.row for row in policies if row.number}
    statement = select(PolicyRecord.insurer_id, PolicyRecord.number_key, PolicyRecord.id, PolicyRecord.deal_id).where(
        _is_among(PolicyRecord.number_key, {number for _, number in numbered}),
        PolicyRecord.deleted_at.is_(None),
        PolicyRecord.status != PolicyStatus.ANNULLED.value,
    )
    here = {(insurer, number): (key, deal) for insurer, number, key, deal in await work.execute(statement)}
    found = {numbered[name]: KnownPolicy(*keys, set()) for name, keys in here.items() if name in numbered}
    await _read_sequences(work, {policy.id: policy for policy in found.values()})
    return found


async def _read_sequences(work: Work, policies: dict[UUID, KnownPolicy]) -> None:
    statement = select(PaymentRecord.policy_id, PaymentRecord.sequence).where(
        _is_among(PaymentRecord.policy_id, policies),
        PaymentRecord.deleted_at.is_(None),
        PaymentRecord.status != PaymentStatus.CANCELLED.value,
        or_(PaymentRecord.is_rest.is_(False), PaymentRecord.status != PaymentStatus.PLANNED.value),
    )
    for key, sequence in await work.execute(statement):
        policies[key].sequences.add(sequence)


def _is_among(column: InstrumentedAttribute[Any], values: Iterable[Any]) -> ColumnElement[bool]:
    return column == any_(cast(list(values), ARRAY(column.type)))


async def known_deals(work: Work, clients: Collection[UUID]) -> dict[tuple[UUID, str], KnownDeal]:
    """Client and object (in each of its spellings; without an object the product) → the newest deal with policies."""
    statement = (
        select(
            Deal.id, Deal.client_id, Deal.stage, Need.id, Need.product_id, Product.name,
            Need.insured_object_id, InsuredObject.title, InsuredObject.vin, InsuredObject.plate,
        )
        .join(Need, Need.deal_id == Deal.id)
        .join(Product, Product.id == Need.product_id)
        .outerjoin(InsuredObject, InsuredObject.id == Need.insured_object_id)
        .where(_is_among(Deal.client_id, clients))
        .where(Deal.deleted_at.is_(None), Need.deleted_at.is_(None), Deal.stage.in_(IN_SERVICE))
        .order_by(Deal.id, Need.id)
    )  # fmt: skip
    deals: dict[UUID, KnownDeal] = {}
    found: defaultdict[tuple[UUID, str], list[KnownDeal]] = defaultdict(list)
    for deal, client, stage, need, product, product_name, thing, title, vin, plate in await work.execute(statement):
        known = deals.setdefault(deal, KnownDeal(deal, client, stage == DealStage.CLOSED, thing, title or ""))
        known.needs.setdefault(product, need)
        for key in object_keys(vin, plate, title) if thing else [product_key(product_name)]:
            found[client, key].append(known)
    return {key: of_key[-1] for key, of_key in found.items()}
