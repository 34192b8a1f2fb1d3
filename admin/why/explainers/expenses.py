"""Discounts and shares: a percentage of the premium or of the commission that stands on the instalment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from markupsafe import Markup
from sqlalchemy import select

from admin.i18n import _, choice_label
from admin.why.asking import Asked
from admin.why.explainers.incomes import MADE_BY, base_of
from admin.why.history import written_at
from admin.why.registry import explains
from admin.why.rounding import by_percent, by_split
from admin.why.ruled import instalments_of, of_rule, version_of
from admin.why.story import Chapter, Line, said
from models.choices import IncomeKind, Origin, ShareOf
from models.money import percent_of, split
from models.payment import Income, Payment
from models.reasons import percent_told
from models.texts import N_


@explains("expense", "amount")
async def how_counted(asked: Asked) -> Sequence[Chapter]:
    """The formula with its numbers, the commission that it is a share of, and the rule."""
    row = asked.row
    if row.origin != Origin.RULE:
        how = choice_label(Origin, row.origin).lower()
        return [Chapter(_("How it was counted"), [said(N_("Entered otherwise than by a rule: {how}."), how=how)])]
    payment = await asked.work.get_record(Payment, row.payment_id)
    chapters = [Chapter(_("How it was counted"), await formula(asked, payment))]
    if row.rule_id is None:
        return chapters
    moment = await written_at(asked, "amount", *MADE_BY)
    if asked.sees("expense-rule", "percent", "fixed_amount", "share_of"):
        version = await version_of(asked, "expense-rule", row.rule_id, moment)
        if version.then["share_of"] == ShareOf.COMMISSION and asked.sees("income", "amount"):
            chapters.append(await commissions(asked, payment))
        now = await made_now(asked, version.now, payment)
    else:
        now = None
    return [*chapters, await of_rule(asked, "expense-rule", row.rule_id, moment, now)]


async def formula(asked: Asked, payment: Payment) -> list[Markup]:
    """A percentage, else a fixed sum for the whole policy."""
    row = asked.row
    told = [await base_of(asked, payment)]
    base, percent = row.base_amount, row.rate_percent
    if base is not None and percent is not None and percent_of(base, percent) == row.amount:
        if base != payment.amount:
            told = [await share_base(asked, payment)]
        return told + by_percent(base, percent)
    untold = [*told, said(N_("A fixed sum or a minimum for the whole policy, divided among its instalments."))]
    if row.rule_id is None or not asked.sees("expense-rule", "percent", "fixed_amount"):
        return untold
    moment = await written_at(asked, "amount", *MADE_BY)
    rule = (await version_of(asked, "expense-rule", row.rule_id, moment)).then
    payments = await instalments_of(asked, payment)
    amounts = [one.amount for one in payments]
    place = next((n for n, one in enumerate(payments) if one.id == payment.id), None)
    if place is None or not rule["fixed_amount"]:
        return untold
    part = split(rule["fixed_amount"], amounts)[place]
    share = percent_told(base, percent).amount if base is not None and percent else Decimal(0)
    if part + share != row.amount:
        return [*untold, said(N_("The instalments have changed since: counted anew it would be another sum."))]
    whole = N_("The rule gives {sum} for the whole policy, divided as the premium is:")
    told += [said(whole, sum=rule["fixed_amount"]), *by_split(rule["fixed_amount"], amounts, place)]
    if share and base is not None and percent:
        told += [said(N_("and beside it a percentage:")), *by_percent(base, percent)]
    return told


async def share_base(asked: Asked, payment: Payment) -> Markup:
    """The commission of the instalment, which the share is taken of."""
    link = await asked.title("payment", payment.id)
    policy = await asked.title("policy", payment.policy_id)
    sentence = N_("Base: the commission of instalment {instalment} of the policy {policy}, {base}.")
    return said(sentence, instalment=link, policy=policy, base=asked.row.base_amount)


async def commissions(asked: Asked, payment: Payment) -> Chapter:
    """The commission that stands on the instalment now; told where it is not what the share was taken of."""
    found = await commission_lines(asked, payment)
    lines = [Line(await asked.title("income", one.id), one.amount, why=f"income/{one.id}/amount") for one in found]
    chapter = Chapter(_("Commission that it is a share of"), lines=lines)
    total = sum((one.amount for one in found), Decimal(0))
    if asked.row.base_amount is not None and total != asked.row.base_amount:
        changed = N_("The share was taken of {base}; the commission has changed since.")
        chapter.said.append(said(changed, base=asked.row.base_amount))
    return chapter


async def commission_lines(asked: Asked, payment: Payment) -> list[Income]:
    """Lines of commission on an instalment."""
    where = Income.payment_id == payment.id, Income.kind == IncomeKind.COMMISSION, Income.deleted_at.is_(None)
    return list(await asked.work.scalars(select(Income).where(*where).order_by(Income.id)))


async def made_now(asked: Asked, rule: Mapping[str, Any], payment: Payment) -> Decimal | None:
    """What the rule as it stands would make of the instalment now."""
    payments = await instalments_of(asked, payment)
    place = next((n for n, one in enumerate(payments) if one.id == payment.id), None)
    if place is None:
        return None
    base = payment.amount
    if rule["share_of"] == ShareOf.COMMISSION:
        base = sum((one.amount for one in await commission_lines(asked, payment)), Decimal(0))
    fixed = rule["fixed_amount"]
    part = split(fixed, [one.amount for one in payments])[place] if fixed else Decimal(0)
    return percent_of(base, rule["percent"] or 0) + part
