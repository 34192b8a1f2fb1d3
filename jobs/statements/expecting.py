"""What the brokerage expects of an insurer, read from its records."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from jobs.statements.matching import Expected
from models.catalogue import Insurer
from models.choices import IncomeKind, IncomeStatus, PaymentStatus, PolicyStatus
from models.errors import NotFound
from models.identifiers import BadIdentifier, parse_policy_number
from models.names import client_key
from models.payment import Income, Payment
from models.policy import Policy
from models.session import Work
from models.texts import N_

PAID = (PaymentStatus.PARTIALLY_PAID.value, PaymentStatus.PAID.value, PaymentStatus.CONFIRMED.value)
RECEIVED = (IncomeStatus.RECEIVED.value, IncomeStatus.WITHHELD.value, IncomeStatus.WRITTEN_OFF.value)
NOT_ISSUED = (PolicyStatus.DRAFT.value, PolicyStatus.ANNULLED.value)


async def insurer_named(work: Work, name: str) -> UUID:
    """The insurer by its name in any spelling. Raises `NotFound`."""
    for key, known in await work.execute(select(Insurer.id, Insurer.name).where(Insurer.deleted_at.is_(None))):
        if client_key(known) == client_key(name):
            return UUID(str(key))
    raise NotFound(N_("No insurer is called “{name}”."), name=name)


async def expected_of(work: Work, insurer: UUID) -> dict[Expected, UUID | None]:
    """The insurer's instalments, each with the income line on which its commission is awaited or has come."""
    statement = (
        select(
            Policy.number, Policy.commission_percent, Payment.sequence, Payment.amount, Payment.status,
            Income.id, Income.amount, Income.status, Income.rate_percent,
        )
        .join(Payment, Payment.policy_id == Policy.id)
        .outerjoin(
            Income,
            (Income.payment_id == Payment.id)
            & (Income.kind == IncomeKind.COMMISSION.value)
            & (Income.deleted_at.is_(None))
            & (Income.reverses_id.is_(None)),
        )
        .where(Policy.insurer_id == insurer, Policy.deleted_at.is_(None), Policy.status.not_in(NOT_ISSUED))
        .where(Payment.deleted_at.is_(None), Payment.status != PaymentStatus.CANCELLED.value)
        .order_by(Policy.id, Payment.sequence, Income.id)
    )  # fmt: skip
    found: dict[Expected, UUID | None] = {}
    for number, percent, sequence, premium, status, income, amount, state, rate in await work.execute(statement):
        try:
            known = parse_policy_number(number)
        except BadIdentifier:
            continue
        agreed = percent if rate is None else rate
        expected = Expected(known, sequence, premium, agreed, amount, status in PAID, state in RECEIVED)
        found[expected] = income
    return found
