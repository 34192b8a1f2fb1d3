"""What the brokerage expects of an insurer, read from its records."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, any_, bindparam, func, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Uuid

from models.catalogue import Agreement, Insurer
from models.choices import IncomeKind, IncomeStatus, PaymentStatus, PolicyStatus
from models.client import Client
from models.deal import Deal
from models.errors import NotFound
from models.identifiers import BadIdentifier, PolicyNumber, parse_policy_number
from models.names import client_key
from models.payment import Income, Payment
from models.policy import Policy
from models.reconciling.line import Line
from models.reconciling.matching import Expected
from models.session import Work
from models.texts import N_

PAID = (PaymentStatus.PARTIALLY_PAID.value, PaymentStatus.PAID.value, PaymentStatus.CONFIRMED.value)
OVER = (IncomeStatus.RECEIVED.value, IncomeStatus.WITHHELD.value, IncomeStatus.WRITTEN_OFF.value)
NOT_ISSUED = (PolicyStatus.DRAFT.value, PolicyStatus.ANNULLED.value)
KEYS = any_(bindparam("keys", type_=ARRAY(Uuid())))


async def insurer_named(work: Work, name: str) -> UUID:
    """The insurer by its name in any spelling. Raises `NotFound`."""
    for key, known in await work.execute(select(Insurer.id, Insurer.name).where(Insurer.deleted_at.is_(None))):
        if client_key(known) == client_key(name):
            return UUID(str(key))
    raise NotFound(N_("No insurer is called “{name}”."), name=name)


async def expected_of(work: Work, payer: UUID, lines: Iterable[Line]) -> list[Expected]:
    """The instalments of the policies that the lines may mean, each with the income line that is awaited or has come.

    The payer's policies: an insurer's own, and those sold under an agreement with it (an aggregator's are others').
    """
    policies = await policies_meant(work, payer, list(lines))
    rows = await work.execute(instalments(), {"keys": list(policies)})
    return [expected for row in rows if (expected := _expected(row, policies[row.policy])) is not None]


async def policies_meant(work: Work, payer: UUID, lines: Sequence[Line]) -> dict[UUID, PolicyNumber]:
    """The payer's policies whose number, or its digits alone, stand in some line; and those that people linked."""
    numbers = [line.number for line in lines if line.number]
    keys, digits = {number.key for number in numbers}, {number.digits for number in numbers}
    linked = {line.policy for line in lines if line.policy}
    found: dict[UUID, PolicyNumber] = {}
    statement = (
        select(Policy.id, Policy.number)
        .join(Deal, (Deal.id == Policy.deal_id) & Deal.deleted_at.is_(None))
        .where(Policy.deleted_at.is_(None), Policy.status.not_in(NOT_ISSUED))
        .where(or_(pays_for(payer), Policy.id.in_(linked)))
    )
    for key, written in await work.execute(statement):
        number = _read(written)
        if number is not None and (number.key in keys or number.digits in digits or key in linked):
            found[key] = number
    return found


def pays_for(payer: UUID) -> ColumnElement[bool]:
    """Whether a policy's commission may come from this insurer or aggregator."""
    agreements = select(Agreement.id).where(Agreement.insurer_id == payer)
    return or_(Policy.insurer_id == payer, Policy.agreement_id.in_(agreements))


def instalments() -> Select[Any]:
    """Instalments of `:keys` policies with each of their commission lines, in the order in which lines take them."""
    columns: tuple[Any, ...] = (
        Policy.id.label("policy"), Policy.commission_percent, Client.name.label("holder"), Payment.id.label("payment"),
        Payment.sequence, Payment.amount.label("premium"), Payment.status.label("paid"), Payment.paid_on,
        Income.id.label("income"), Income.amount, Income.received_amount, Income.status, Income.rate_percent,
        Income.settlement,
    )  # fmt: skip
    is_commission = (Income.kind == IncomeKind.COMMISSION.value) & Income.deleted_at.is_(None)
    return (
        select(*columns)
        .join(Payment, Payment.policy_id == Policy.id)
        .join(Client, Client.id == Policy.client_id)
        .outerjoin(Income, (Income.payment_id == Payment.id) & is_commission)
        .where(Policy.id == KEYS, Payment.deleted_at.is_(None), Payment.status != PaymentStatus.CANCELLED.value)
        .order_by(Policy.id, Payment.sequence, func.coalesce(Income.amount < 0, False), Income.id)
    )


def _expected(row: Any, number: PolicyNumber) -> Expected | None:
    """What a row says; nothing where it is a reversal that has come already."""
    is_back = row.income is not None and row.amount < 0
    is_over = row.status in OVER
    if is_back and is_over:
        return None
    whole = row.amount is None or is_over
    return Expected(
        number=number,
        sequence=row.sequence,
        premium=row.premium,
        percent=row.commission_percent if row.rate_percent is None else row.rate_percent,
        commission=row.amount if whole else row.amount - row.received_amount,
        paid=row.paid in PAID,
        received=is_over,
        policy=row.policy,
        payment=row.payment,
        income=row.income,
        holder=row.holder,
        paid_on=row.paid_on,
        settlement=row.settlement or "",
        is_rest=row.status == IncomeStatus.PARTLY,
        is_claw_back=is_back,
    )


def _read(written: str | None) -> PolicyNumber | None:
    try:
        return parse_policy_number(written)
    except BadIdentifier:
        return None
