"""Rows of the workbook turned into records of the brokerage."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from jobs.portfolio.catalogue import Catalogue
from jobs.portfolio.clients import Client
from jobs.portfolio.grouping import Group
from jobs.portfolio.payments import Payment
from jobs.portfolio.policies import Policy
from models.base import Record
from models.choices import ContactKind, DealStage, IncomeStatus, ObjectKind, Origin, PaymentStatus, PolicyStatus
from models.client import Client as ClientRecord
from models.client import ClientContact
from models.deal import Deal, Need
from models.insured import InsuredObject
from models.money import percent_of
from models.payment import Income
from models.payment import Payment as PaymentRecord
from models.policy import Policy as PolicyRecord


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
            title=group.title,
            client_id=client,
            stage=(DealStage.CLOSED if lapsed else DealStage.WON).value,
            seller_id=self.catalogue.person(group.latest.seller) or self.author,
            executor_id=self.catalogue.person(group.latest.executor),
            source="Импорт",
            next_review_at=None if lapsed else self.today,
            stage_since=self.at,
            ball_since=self.at,
            win_back=lapsed,
        )
        yield deal
        insured = _insured(group, client)
        if insured is not None:
            yield insured
        needs: dict[str, Need] = {}
        for policy in group.policies:
            if policy.product not in needs:
                needs[policy.product] = self._need(deal, policy, insured)
                yield needs[policy.product]
        yield from self._policies(group, deal, needs)

    def _need(self, deal: Deal, policy: Policy, insured: InsuredObject | None) -> Need:
        title = f"{policy.product}, {insured.title}" if insured else policy.product
        product = self.catalogue.product(policy.product)
        return Need(deal_id=deal.id, product_id=product, insured_object_id=insured and insured.id, title=title)

    def _policies(self, group: Group, deal: Deal, needs: dict[str, Need]) -> Iterator[Record]:
        made: dict[str, PolicyRecord] = {}
        for row in group.policies:
            policy = self._policy(row, deal, needs[row.product])
            previous = made.get(row.previous.key) if row.previous else None
            policy.previous_policy_id = previous.id if previous else None
            made[policy.number_key or ""] = policy
            yield policy
            for payment in group.payments[row.row]:
                yield from self._payment(payment, row, policy)

    def _policy(self, row: Policy, deal: Deal, need: Need) -> PolicyRecord:
        return PolicyRecord(
            deal_id=deal.id,
            need_id=need.id,
            client_id=deal.client_id,
            insurer_id=self.catalogue.insurer(row.insurer),
            product_id=need.product_id,
            number=str(row.number),
            status=PolicyStatus.ISSUED.value,
            sale_date=row.sold_on,
            starts_on=row.starts_on,
            ends_on=row.ends_on,
            premium=row.premium,
            sum_insured=row.sum_insured,
            plan=row.plan.slug if row.plan else "once",
            commission_percent=row.commission_percent,
            is_renewal=row.previous is not None,
            previous_number=str(row.previous) if row.previous else None,
        )

    def _payment(self, row: Payment, policy_row: Policy, policy: PolicyRecord) -> Iterator[Record]:
        assert row.amount is not None
        assert row.due_on is not None
        paid = row.paid or Decimal(0)
        payment = PaymentRecord(
            deal_id=policy.deal_id,
            policy_id=policy.id,
            sequence=row.sequence,
            due_on=row.due_on,
            amount=row.amount,
            status=_payment_status(paid, row.amount).value,
            paid_amount=paid,
            paid_on=(row.paid_on or row.due_on) if paid else None,
        )
        yield payment
        income = self._income(row, policy_row, payment)
        if income is not None:
            yield income

    def _income(self, row: Payment, policy: Policy, payment: PaymentRecord) -> Income | None:
        """What came is received; what a paid or a living instalment should bring is expected."""
        rate = policy.commission_percent
        is_alive = policy.ends_on is not None and policy.ends_on >= self.today
        common = {
            "deal_id": payment.deal_id,
            "payment_id": payment.id,
            "origin": Origin.IMPORT.value,
            "rate_percent": rate,
            "base_amount": payment.amount,
        }
        if row.commission:
            on = row.commission_on or row.paid_on or row.due_on
            status = IncomeStatus.RECEIVED.value
            return Income(
                **common, amount=row.commission, received_amount=row.commission, received_on=on, status=status
            )
        expected = percent_of(payment.amount, rate) if rate and (row.is_paid or is_alive) else Decimal(0)
        return Income(**common, amount=expected) if expected else None


def _insured(group: Group, client: UUID) -> InsuredObject | None:
    row = group.latest
    title = row.insured_object or row.vin or row.plate
    if not title:
        return None
    kind = ObjectKind.VEHICLE if row.vin or row.plate else ObjectKind.OTHER
    return InsuredObject(client_id=client, kind=kind.value, title=title, vin=row.vin, plate=row.plate)


def _payment_status(paid: Decimal, amount: Decimal) -> PaymentStatus:
    if not paid:
        return PaymentStatus.PLANNED
    return PaymentStatus.PAID if paid >= amount else PaymentStatus.PARTIALLY_PAID
