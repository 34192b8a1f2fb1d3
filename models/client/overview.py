"""Everything of a client in figures: what runs, what has ended, what is owed, as far as the actor sees it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import exists, func, select
from sqlalchemy.orm import aliased

from models.arrears import standing_of
from models.catalogue import Insurer, Product
from models.choices import PaymentStatus, PolicyStatus, Standing
from models.client.record import Consent
from models.payment import Payment
from models.policy import Policy
from models.session import Work

AT_MOST = 100
LATER = aliased(Policy)
UNPAID = (PaymentStatus.PLANNED, PaymentStatus.PARTIALLY_PAID)
GONE = (PolicyStatus.CANCELLED, PolicyStatus.ANNULLED)


@dataclass(frozen=True)
class Owed:
    """Instalments that the client has not paid, those overdue first; sums in roubles."""

    rows: Sequence[Any]
    today: date

    @property
    def total(self) -> Decimal:
        """All that is still to be paid."""
        return sum((row[0].amount - row[0].paid_amount for row in self.rows), Decimal(0))

    @property
    def overdue(self) -> Decimal:
        """What should have been paid by now."""
        late = (row[0] for row in self.rows if row[0].due_on < self.today)
        return sum((payment.amount - payment.paid_amount for payment in late), Decimal(0))


@dataclass(frozen=True)
class Policies:
    """Policies with their product and insurer: those that live or are being made, and those that are over."""

    living: Sequence[Any]
    past: Sequence[Any]
    today: date

    def standing(self, row: Any) -> Standing:
        """How one of them stands today."""
        return standing_of(row[0], row.unpaid_since, self.today, is_followed=row.is_followed)

    @property
    def premium(self) -> Decimal:
        """Premium of the living ones, in roubles."""
        return sum((row[0].premium for row in self.living), Decimal(0))


async def owed_by(work: Work, client: UUID) -> Owed:
    """Unpaid instalments of policies that were not called off, by their day."""
    statement = (
        select(Payment, Policy.number, Product.name.label("product"), Insurer.name.label("insurer"))
        .join(Policy, Policy.id == Payment.policy_id)
        .join(Product, Product.id == Policy.product_id)
        .join(Insurer, Insurer.id == Policy.insurer_id)
        .where(Policy.client_id == client, Policy.deleted_at.is_(None), Policy.status.not_in(GONE))
        .where(Payment.status.in_(UNPAID), Payment.amount > 0, Payment.deleted_at.is_(None))
        .order_by(Payment.due_on, Payment.id)
    )
    return Owed((await work.execute(statement.limit(AT_MOST))).all(), work.today)


async def policies_of(work: Work, client: UUID) -> Policies:
    """Every policy: the living by the day they end, the others by the day they ended, the newest first."""
    statement = (
        select(
            Policy,
            Product.name.label("product"),
            Insurer.name.label("insurer"),
            func.crm.unpaid_since(Policy.id).label("unpaid_since"),
            exists()
            .where(
                LATER.previous_policy_id == Policy.id,
                LATER.status == PolicyStatus.ISSUED,
                LATER.deleted_at.is_(None),
            )
            .label("is_followed"),
        )
        .join(Product, Product.id == Policy.product_id)
        .join(Insurer, Insurer.id == Policy.insurer_id)
        .where(Policy.client_id == client, Policy.deleted_at.is_(None))
        .order_by(Policy.ends_on.desc(), Policy.id)
    )
    rows = (await work.execute(statement.limit(AT_MOST))).all()
    living = [row for row in rows if row[0].status not in GONE and row[0].ends_on >= work.today]
    return Policies(living[::-1], [row for row in rows if row not in living], work.today)


async def consent_of(work: Work, client: UUID) -> Consent | None:
    """The newest consent to the processing of personal data that stands (152-ФЗ)."""
    stands = Consent.client_id == client, Consent.deleted_at.is_(None), Consent.withdrawn_at.is_(None)
    return await work.scalar(select(Consent).where(*stands).order_by(Consent.given_at.desc()).limit(1))
