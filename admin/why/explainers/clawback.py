"""Commission that is taken back when a policy ends early: the refund's arithmetic, and this line's share of it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from markupsafe import Markup
from sqlalchemy import select

from admin.i18n import _, show_date, show_number, show_percent
from admin.why.asking import Asked
from admin.why.registry import explains
from admin.why.rounding import rounded
from admin.why.story import Chapter, said
from models.catalogue import Product
from models.choices import Origin
from models.dates import days_covered
from models.money import money, split
from models.payment import Income, Payment
from models.policy import Policy
from models.reasons import Rounded
from models.refunds import termination_refund
from models.texts import N_


@explains("income", "amount")
async def taken_back(asked: Asked) -> Sequence[Chapter]:
    """Why a negative line is this number."""
    row = asked.row
    if row.reverses_id is None:
        return []
    payment = await asked.work.get_record(Payment, row.payment_id)
    line = await asked.work.get(Income, row.reverses_id)
    if row.origin != Origin.RULE:
        return [Chapter(_("How it was counted"), [await reversal_of(asked, line)])]
    returned = -(row.base_amount or Decimal(0))
    chapter = Chapter(_("How it was counted"))
    if line is not None and returned:
        chapter.said += share_of(asked, line, payment, returned, await asked.title("income", line.id))
    return [chapter, await refund_of(asked, payment, returned)]


async def reversal_of(asked: Asked, line: Income | None) -> Markup:
    """By hand: whose money went back."""
    if line is None:
        return said(N_("Reversal of money that had come"))
    link = await asked.title("income", line.id)
    return said(N_("It takes back money of the line {line}, {amount}."), line=link, amount=line.amount)


def share_of(asked: Asked, line: Income, payment: Payment, returned: Decimal, link: Markup) -> list[Markup]:
    """The share of the commission that is returned with the premium."""
    told = [said(N_("It takes back a part of the line {line}, {amount}."), line=link, amount=line.amount)]
    for whole in (payment.paid_amount, payment.amount):
        exact = -Fraction(line.amount) * Fraction(returned) / Fraction(whole) if whole > 0 else Fraction(0)
        if exact and money(exact) == asked.row.amount:
            formula = N_("−{commission} × {returned} returned / {whole} = {amount}")
            amounts = {"commission": line.amount, "returned": returned, "whole": whole, "amount": asked.row.amount}
            return [*told, said(formula, **amounts), rounded(Rounded(exact, asked.row.amount))]
    return told


async def refund_of(asked: Asked, payment: Payment, returned: Decimal) -> Chapter:
    """How much premium the insurer returns, and of it for this instalment; nothing where that cannot be counted now."""
    chapter = Chapter(_("Refund of the premium"))
    policy = await asked.work.get_record(Policy, payment.policy_id)
    if policy.cancelled_on is None or not asked.sees("policy", "premium", "cancelled_on"):
        return chapter
    where = Payment.policy_id == policy.id, Payment.deleted_at.is_(None), Payment.paid_amount > 0
    paid = list(await asked.work.scalars(select(Payment).where(*where).order_by(Payment.sequence)))
    whole = sum((one.paid_amount for one in paid), Decimal(0))
    first, last, until = policy.starts_on, policy.ends_on, policy.cancelled_on
    for kept in dict.fromkeys((await withheld(asked, policy), Decimal(0))):
        refund = termination_refund(policy.premium, whole, (first, last), until, kept)
        shares = split(refund.amount, [one.paid_amount for one in paid]) if refund.amount else []
        if returned in [share for one, share in zip(paid, shares, strict=False) if one.id == payment.id]:
            break
    else:
        return chapter
    used, days = days_covered(first, min(last, until)), days_covered(first, last)
    days_told = N_("The policy was cancelled on {day}: it covered {used} days of {days}.")
    chapter.said = [
        said(days_told, day=show_date(until), used=show_number(used), days=show_number(days)),
        said(N_("Of {paid} paid, {unearned} was for days not covered."), paid=whole, unearned=refund.unearned),
        said(N_("The insurer keeps {percent} of it, {kept}, and returns {amount}."),
             percent=show_percent(kept), kept=refund.retained, amount=refund.amount),
    ]  # fmt: skip
    if len(paid) > 1:
        chapter.said.append(said(N_("For this instalment, as it was paid: {returned}."), returned=returned))
    return chapter


async def withheld(asked: Asked, policy: Policy) -> Decimal:
    """The percentage that the insurer keeps by the product's setting."""
    return (await asked.work.get_record(Product, policy.product_id)).refund_withheld_percent
