"""Commission, bonuses and fees: by a rule, by the policy's own percentage, by hand, or taken back."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from markupsafe import Markup, escape

from admin.i18n import _, choice_label, show_date
from admin.why.asking import Asked
from admin.why.history import events_of, sentence, steps_of, written_at
from admin.why.registry import explains
from admin.why.rounding import by_percent, by_split, of_vat
from admin.why.ruled import instalments_of, of_rule, terms_of, version_of
from admin.why.story import Chapter, Line, said, sum_html
from models.choices import Origin, Settlement
from models.money import percent_of, split
from models.payment import Payment
from models.reasons import percent_told, usual_day
from models.texts import N_

MADE_BY = ("rule_id", "rate_percent", "base_amount")
"""What a line's sum was made of, with the sum itself."""


@explains("income", "amount")
async def how_counted(asked: Asked) -> Sequence[Chapter]:
    """The formula with its numbers, and the rule; a claw-back has a module of its own."""
    row = asked.row
    if row.reverses_id is not None:
        return []
    payment = await asked.work.get_record(Payment, row.payment_id)
    chapter = Chapter(_("How it was counted"), await formula(asked, payment))
    chapters = [chapter]
    if row.origin == Origin.RULE and row.rule_id is not None:
        moment = await written_at(asked, "amount", *MADE_BY)
        now = await made_now(asked, "commission-rule", payment)
        chapters.append(await of_rule(asked, "commission-rule", row.rule_id, moment, now))
    return chapters


async def formula(asked: Asked, payment: Payment) -> list[Markup]:
    """Base and arithmetic of a line; of one that a person wrote, who knows why it is so."""
    row = asked.row
    if row.origin != Origin.RULE:
        return [said(N_("Entered otherwise than by a rule: {how}."), how=choice_label(Origin, row.origin).lower())]
    told = [await base_of(asked, payment)]
    base, percent = row.base_amount, row.rate_percent
    if base is not None and percent is not None and percent_of(base, percent) == row.amount:
        told += by_percent(base, percent)
        if row.rule_id is None:
            told.append(said(N_("The percentage is the policy's own: it comes before any rule.")))
        return told
    return told + await whole_of(asked, payment)


async def base_of(asked: Asked, payment: Payment) -> Markup:
    """The instalment that the line hangs on."""
    link = await asked.title("payment", payment.id)
    number = await asked.title("policy", payment.policy_id)
    base = asked.row.base_amount if asked.row.base_amount is not None else payment.amount
    sentence = N_("Base: instalment {instalment} of the policy {policy}, {base}.")
    return said(sentence, instalment=link, policy=number, base=base)


async def whole_of(asked: Asked, payment: Payment) -> list[Markup]:
    """A sum or a minimum for the policy as a whole, and this instalment's part of it, by the rule of then."""
    row = asked.row
    untold = [said(N_("A fixed sum or a minimum for the whole policy, divided among its instalments."))]
    if row.rule_id is None or not asked.sees("commission-rule", "percent", "fixed_amount", "minimum_amount"):
        return untold
    moment = await written_at(asked, "amount", *MADE_BY)
    rule = (await version_of(asked, "commission-rule", row.rule_id, moment)).then
    payments = await instalments_of(asked, payment)
    amounts = [one.amount for one in payments]
    place = next((n for n, one in enumerate(payments) if one.id == payment.id), None)
    if place is None or terms_of(rule).parts(amounts, amounts)[place] != row.amount:
        return [*untold, said(N_("The instalments have changed since: counted anew it would be another sum."))]
    by_rate = sum((percent_of(amount, rule["percent"] or 0) for amount in amounts), Decimal(0))
    fixed, minimum = rule["fixed_amount"] or Decimal(0), rule["minimum_amount"]
    if minimum and by_rate + fixed < minimum:
        less = N_("The rule would make {sum} of the whole policy, less than its minimum of {minimum}.")
        return [said(less, sum=by_rate + fixed, minimum=minimum), *by_split(minimum, amounts, place)]
    return fixed_told(rule["percent"], fixed, amounts, place)


def fixed_told(percent: Decimal | None, fixed: Decimal, amounts: list[Decimal], place: int) -> list[Markup]:
    """A fixed sum, and a percentage beside it where there is one."""
    told = [said(N_("The rule gives {sum} for the whole policy, divided as the premium is:"), sum=fixed)]
    told += by_split(fixed, amounts, place)
    if percent:
        told += [said(N_("and beside it a percentage of this instalment:")), *by_percent(amounts[place], percent)]
        part = split(fixed, amounts)[place]
        rate = percent_told(amounts[place], percent).amount
        told.append(said(N_("Together {part} + {rate} = {amount}."), part=part, rate=rate, amount=part + rate))
    return told


async def made_now(asked: Asked, identity: str, payment: Payment) -> Decimal | None:
    """What the rule as it stands would make of the instalment now; None where the actor may not know."""
    if not asked.sees(identity, "percent", "fixed_amount"):
        return None
    row = asked.row
    moment = await written_at(asked, "amount", *MADE_BY)
    version = await version_of(asked, identity, row.rule_id, moment)
    if row.rate_percent not in (None, version.then["percent"]):
        return None  # a tier's percentage: what it would be now is the recalculation's to say
    rule = version.now
    payments = await instalments_of(asked, payment)
    amounts = [one.amount for one in payments]
    parts = terms_of(rule).parts(amounts, amounts)
    return next((part for one, part in zip(payments, parts, strict=True) if one.id == payment.id), None)


@explains("income", "amount", "received_amount")
async def when_it_comes(asked: Asked) -> Sequence[Chapter]:
    """VAT, settlement and the day that it is expected, with the reason of that day."""
    row = asked.row
    chapter = Chapter(_("VAT and settlement"))
    amount = getattr(asked.row, asked.name)
    if amount and asked.sees("income", "vat_mode"):
        chapter.said.append(of_vat(amount, row.vat_mode))
    if asked.name == "amount" and asked.sees("income", "settlement", "expected_on"):
        chapter.said.append(await expected_day(asked))
    return [chapter]


async def expected_day(asked: Asked) -> Markup:
    """Why the money is expected on its day."""
    row = asked.row
    how = choice_label(Settlement, row.settlement)
    if row.expected_on is None:
        return said(N_("Settlement: {how}. No day is expected."), how=how.lower())
    due = (await asked.work.get_record(Payment, row.payment_id)).due_on
    day = show_date(row.expected_on)
    if row.reverses_id is not None:
        return said(N_("Settlement: {how}. Expected on {day}."), how=how.lower(), day=day)
    if row.expected_on != usual_day(row.settlement, due):
        return said(N_("Settlement: {how}. Expected on {day}, a day set by hand."), how=how.lower(), day=day)
    reason = N_("Settlement: {how}. Expected on {day}, the instalment's own day.")
    if row.settlement == Settlement.AFTER_ACT:
        reason = N_("Settlement: {how}. Expected on {day}: the end of the month after the instalment of {due}.")
    return said(reason, how=how.lower(), day=day, due=show_date(due))


@explains("income", "received_amount")
@explains("payment", "paid_amount")
async def step_by_step(asked: Asked) -> Sequence[Chapter]:
    """What came, step by step, as the log has it."""
    steps = steps_of(await events_of(asked), asked.name)
    lines = [Line(escape(sentence(event)), step, note=show_date(event.at.date())) for event, step in steps]
    makes = getattr(asked.row, asked.name)
    chapter = Chapter(_("What it was made of"), lines=lines, makes=makes if lines else None)
    of = "amount"
    if asked.sees(asked.view.identity, of):
        left = getattr(asked.row, of) - makes
        chapter.said.append(said(N_("Of {amount}; left {left}."), amount=sum_html(asked.row.amount), left=left))
    return [chapter]


@explains("income", "base_amount")
@explains("expense", "base_amount")
async def base(asked: Asked) -> Sequence[Chapter]:
    """What the percentage is taken of."""
    payment = await asked.work.get_record(Payment, asked.row.payment_id)
    told = said(N_("What the percentage was taken of, as it was when the line was made."))
    return [Chapter(_("How it was counted"), [told, await base_of(asked, payment)])]
