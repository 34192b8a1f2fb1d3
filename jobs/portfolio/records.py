"""Rows of the workbook turned into records of the brokerage."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from jobs.portfolio.catalogue import Catalogue
from jobs.portfolio.clients import Client
from jobs.portfolio.grouping import Group
from jobs.portfolio.instalments import Owner, make_payments
from jobs.portfolio.known import KnownDeal, KnownPolicy
from jobs.portfolio.payments import Payment
from jobs.portfolio.policies import Policy
from models.base import Record
from models.choices import ContactKind, DealStage, ObjectKind, PolicyStatus
from models.client import Client as ClientRecord
from models.client import ClientContact
from models.deal import Deal, Need
from models.insured import InsuredObject
from models.policy import Policy as PolicyRecord

SOURCE = "Импорт"


@dataclass
class _Place:
    """The deal into which policies go, its object and its needs by product."""

    deal_id: UUID
    client_id: UUID
    object_id: UUID | None = None
    object_title: str = ""
    needs: dict[UUID, UUID] = field(default_factory=dict)


@dataclass(frozen=True)
class Maker:
    """What every record of one import has in common."""

    catalogue: Catalogue
    author: UUID
    at: datetime
    today: date

    def client(self, row: Client) -> Iterator[Record]:
        """A client; further phones become contacts."""
        phone, *others = row.phones or (None,)
        record = ClientRecord(
            name=row.name,
            kind=row.kind.value,
            birth_date=row.birth_date,
            inn=row.inn,
            phone=phone,
            email=row.email,
            source=SOURCE,
            note=row.note or None,
            created_by_id=self.author,
        )
        yield record
        for other in others:
            yield ClientContact(client_id=record.id, kind=ContactKind.PHONE.value, value=other)

    def deal(self, group: Group, client: UUID, code: str) -> Iterator[Record]:
        """A deal with its object, needs, policies, instalments and commission, parents first."""
        lapsed = group.has_lapsed(self.today)
        deal = Deal(
            code=code,
            title=self._title(group),
            client_id=client,
            stage=(DealStage.CLOSED if lapsed else DealStage.WON).value,
            seller_id=self.catalogue.person(group.latest.seller) or self.author,
            executor_id=self.catalogue.person(group.latest.executor),
            source=SOURCE,
            next_review_at=None if lapsed else self.today,
            stage_since=self.at,
            ball_since=self.at,
            win_back=lapsed,
        )
        yield deal
        place = _Place(deal.id, client)
        if (thing := _insured(group, client)) is not None:
            place.object_id, place.object_title = thing.id, thing.title
            yield thing
        yield from self._policies(group, place)

    def joined(self, group: Group, known: KnownDeal) -> Iterator[Record]:
        """Policies for a deal that is here already."""
        place = _Place(known.id, known.client_id, known.object_id, known.object_title, dict(known.needs))
        yield from self._policies(group, place)

    def instalments(self, row: Policy, known: KnownPolicy, payments: list[Payment]) -> Iterator[Record]:
        """The instalments that a policy, which is here already, does not have yet."""
        agreement = self.catalogue.agreement(row)
        owner = Owner(known.id, known.deal_id, row, agreement, self.catalogue.vat_modes(agreement), self.today)
        yield from make_payments(owner, payments, known.sequences)

    def _title(self, group: Group) -> str:
        products = dict.fromkeys(self.catalogue.product_name(policy.product) for policy in group.policies)
        return f"{group.client.name}, {', '.join(products)}"

    def _policies(self, group: Group, place: _Place) -> Iterator[Record]:
        made: dict[str, UUID] = {}
        for row in group.policies:
            product = self.catalogue.product(row.product)
            if product not in place.needs:
                need = self._need(row, product, place)
                place.needs[product] = need.id
                yield need
            policy = self._policy(row, product, place)
            policy.previous_policy_id = made.get(row.previous.key) if row.previous else None
            made[policy.number_key or ""] = policy.id
            yield policy
            agreement = self.catalogue.agreement(row)
            modes = self.catalogue.vat_modes(agreement)
            owner = Owner(policy.id, place.deal_id, row, agreement, modes, self.today)
            yield from make_payments(owner, group.payments[row.row])

    def _need(self, row: Policy, product: UUID, place: _Place) -> Need:
        name = self.catalogue.product_name(row.product)
        title = f"{name}, {place.object_title}" if place.object_title else name
        return Need(deal_id=place.deal_id, product_id=product, insured_object_id=place.object_id, title=title)

    def _policy(self, row: Policy, product: UUID, place: _Place) -> PolicyRecord:
        agreement = self.catalogue.agreement(row)
        effect, days = self.catalogue.arrear(row)
        return PolicyRecord(
            deal_id=place.deal_id,
            need_id=place.needs[product],
            client_id=place.client_id,
            insurer_id=self.catalogue.insurer(row.insurer),
            product_id=product,
            agreement_id=agreement.id if agreement else None,
            number=str(row.number),
            status=PolicyStatus.ISSUED.value,
            sale_date=row.sold_on,
            starts_on=row.starts_on,
            ends_on=row.ends_on,
            premium=row.premium,
            sum_insured=row.sum_insured,
            plan=row.plan.slug if row.plan else "once",
            commission_percent=row.commission_percent,
            arrear_effect=effect,
            arrear_days=days,
            is_renewal=row.previous is not None,
            previous_number=str(row.previous) if row.previous else None,
        )


def _insured(group: Group, client: UUID) -> InsuredObject | None:
    row = group.latest
    title = row.insured_object or row.vin or row.plate
    if not title:
        return None
    kind = ObjectKind.VEHICLE if row.vin or row.plate else ObjectKind.OTHER
    return InsuredObject(client_id=client, kind=kind.value, title=title, vin=row.vin, plate=row.plate)
