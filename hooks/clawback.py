"""Early termination: of each commission the share goes back that the insurer returns of the premium paid."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from sqlalchemy import select

from models.catalogue import Product
from models.choices import ClientKind, IncomeKind, IncomeStatus, Origin
from models.client import Client
from models.money import money, split
from models.payment import Income, Payment
from models.policy import Policy
from models.refunds import claw_back, cooling_off_until, termination_refund
from models.verbs import Act


async def claw_back_commission(act: Act, policy: Policy, payments: Sequence[Payment]) -> list[Income]:
    """Expected negative lines, one for each commission of a paid instalment; each names the line that it takes back."""
    paid = [payment for payment in payments if payment.paid_amount > 0]
    whole = sum((payment.paid_amount for payment in paid), Decimal(0))
    returned = await refund_of(act, policy, whole)
    if not returned:
        return []
    shares = dict(zip(paid, split(returned, [payment.paid_amount for payment in paid]), strict=True))
    lines = []
    for payment, share in shares.items():
        for income in await _commissions(act, payment):
            amount = claw_back(income.amount, payment.paid_amount, share)
            if amount:
                lines.append(_negative(income, amount, share, payment))
    act.work.add_all(lines)
    return lines


async def refund_of(act: Act, policy: Policy, paid: Decimal) -> Decimal:
    """Roubles that the insurer returns: pro rata, less its share unless the policyholder may still think it over."""
    assert policy.cancelled_on is not None
    product = await act.work.get_record(Product, policy.product_id)
    client = await act.work.get_record(Client, policy.client_id)
    thinking = (
        client.kind == ClientKind.PERSON
        and not product.is_compulsory
        and policy.cancelled_on <= cooling_off_until(policy.sale_date or policy.starts_on, product.cooling_off_days)
    )
    kept = Decimal(0) if thinking else product.refund_withheld_percent
    cover = (policy.starts_on, policy.ends_on)
    return termination_refund(policy.premium, paid, cover, policy.cancelled_on, kept).amount


async def _commissions(act: Act, payment: Payment) -> list[Income]:
    statement = select(Income).where(
        Income.payment_id == payment.id,
        Income.kind == IncomeKind.COMMISSION,
        Income.amount > 0,
        Income.status != IncomeStatus.WRITTEN_OFF,
        Income.deleted_at.is_(None),
    )
    return list(await act.work.scalars(statement))


def _negative(income: Income, amount: Decimal, returned: Decimal, payment: Payment) -> Income:
    rate = income.rate_percent if income.rate_percent is not None else money(income.amount * 100 / payment.amount)
    return Income(
        deal_id=income.deal_id,
        payment_id=income.payment_id,
        amount=amount,
        settlement=income.settlement,
        vat_mode=income.vat_mode,
        origin=Origin.RULE,
        rule_id=income.rule_id,
        rate_percent=rate,
        base_amount=-returned,
        reverses_id=income.id,
    )
