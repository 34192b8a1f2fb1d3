"""Instalments: a part of the premium by the plan's weights; and the totals of their lines."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from markupsafe import Markup, escape
from sqlalchemy import select

from admin.i18n import _, choice_label, show_date
from admin.views.record.plans import plan_name
from admin.why.asking import Asked
from admin.why.registry import explains, figure
from admin.why.rounding import by_split
from admin.why.ruled import instalments_of
from admin.why.story import Chapter, Line, said
from models.choices import ExpenseStatus, IncomeStatus, PaymentStatus
from models.errors import Invalid
from models.money import split
from models.payment import Expense, Income
from models.plan_spellings import parse_plan
from models.policy import Endorsement, Policy
from models.texts import N_

TOTALS: dict[str, tuple[str, type[Any], str, str, frozenset[str]]] = {
    "incomes_expected": ("income", Income, "amount", "", frozenset({IncomeStatus.WRITTEN_OFF})),
    "incomes_received": ("income", Income, "received_amount", "", frozenset()),
    "expenses_expected": ("expense", Expense, "amount", "", frozenset({ExpenseStatus.CANCELLED})),
    "expenses_paid": ("expense", Expense, "amount", ExpenseStatus.PAID, frozenset()),
}
"""Derived totals: what they are of, the only state that counts, the states that do not (`crm.true_totals`)."""


@explains("payment", "amount")
async def part_of_the_premium(asked: Asked) -> Sequence[Chapter]:
    """Premium, plan and the kopecks of the split."""
    policy = await asked.work.get_record(Policy, asked.row.policy_id)
    chapter = Chapter(_("How it was counted"))
    if (endorsement := getattr(asked.row, "endorsement_id", None)) is not None:
        link = await asked.title("endorsement", endorsement)
        chapter.said.append(said(N_("It was added by the endorsement {link}."), link=link))
    elif asked.sees("policy", "premium", "plan"):
        chapter.said.append(
            said(
                N_("The premium of the policy {policy}, {premium}, by the plan “{plan}”:"),
                policy=await asked.title("policy", policy.id),
                premium=policy.premium,
                plan=plan_name(policy.plan),
            )
        )
        chapter.said += await by_plan(asked, policy)
    return [chapter, await endorsements(asked, policy)]


async def by_plan(asked: Asked, policy: Policy) -> list[Markup]:
    """The part by the plan; where some instalments keep their sum, by what is left for the others."""
    row = asked.row
    try:
        weights = list(parse_plan(policy.plan).weights)
    except Invalid:
        return [said(N_("The plan cannot be read, so the sum was entered."))]
    place = row.sequence - 1
    if place < len(weights) and split(policy.premium, weights)[place] == row.amount:
        return by_split(policy.premium, weights, place)
    payments = await instalments_of(asked, row)
    kept = [one for one in payments if one.status != PaymentStatus.PLANNED and one.id != row.id]
    left = policy.premium - sum((one.amount for one in kept), Decimal(0))
    fresh = [one for one in payments if one not in kept and one.sequence <= len(weights)]
    at = next((n for n, one in enumerate(fresh) if one.id == row.id), None)
    parts = split(policy.premium, weights)
    shares = [parts[one.sequence - 1] for one in fresh]
    if at is not None and left > 0 and kept and split(left, shares)[at] == row.amount:
        rest = N_("Instalments that are paid keep their sum; {left} is left for the others.")
        return [said(rest, left=left), *by_split(left, shares, at)]
    return [said(N_("By the plan it would be another sum: this one was set by hand, or the premium changed later."))]


async def endorsements(asked: Asked, policy: Policy) -> Chapter:
    """Dated changes of the policy that changed its premium."""
    chapter = Chapter(_("Endorsements"))
    if not asked.sees("endorsement", "number", "premium_difference"):
        return chapter
    where = Endorsement.policy_id == policy.id, Endorsement.deleted_at.is_(None)
    found = await asked.work.scalars(select(Endorsement).where(*where).order_by(Endorsement.effective_on))
    for one in found:
        link = await asked.title("endorsement", one.id)
        difference = one.premium_difference
        day = show_date(one.effective_on)
        if difference:
            sentence = N_("{link} of {day}: the premium changed by {difference}.")
            chapter.said.append(said(sentence, link=link, day=day, difference=difference))
        else:
            chapter.said.append(said(N_("{link} of {day}."), link=link, day=day))
    return chapter


@explains("payment", *TOTALS)
async def total_of_lines(asked: Asked) -> Sequence[Chapter]:
    """The lines that make a derived total."""
    identity, record, column, only, never = TOTALS[asked.name]
    asked.must_see(identity, column)
    where = record.payment_id == asked.key, record.deleted_at.is_(None)
    found = list(await asked.work.scalars(select(record).where(*where).order_by(record.id)))
    counted = [one for one in found if one.status not in never and only in ("", one.status)]
    lines = [line_of(identity, one, column) for one in counted if getattr(one, column)]
    chapter = Chapter(_("Lines that make it"), lines=lines, makes=getattr(asked.row, asked.name))
    if left := [one for one in found if one.status in never]:
        states = ", ".join(dict.fromkeys(state_of(one) for one in left))
        chapter.said.append(said(N_("Not counted: {states}."), states=states.lower()))
    return [chapter]


def line_of(identity: str, one: Any, column: str) -> Line:
    """A line of income or expense by its kind and state."""
    kind = choice_label(one.__table__.c.kind.info["choices"], one.kind)
    link = Markup('<a href="/admin/{}/details/{}">{}</a>').format(identity, one.id, kind)
    return Line(link, getattr(one, column), f"{identity}/{one.id}/{column}", state_of(one))


def state_of(one: Any) -> str:
    """The state of a line in words."""
    return choice_label(one.__table__.c.status.info["choices"], one.status)


@figure("payment", "owed", N_("Left to pay"))
async def owed(asked: Asked) -> tuple[Decimal, Sequence[Chapter]]:
    """What the client still owes of an instalment."""
    asked.must_see("payment", "amount", "paid_amount")
    row, key = asked.row, asked.key
    lines = [
        Line(escape(_("Instalment")), row.amount, f"payment/{key}/amount"),
        Line(escape(_("Paid amount")), -row.paid_amount, f"payment/{key}/paid_amount"),
    ]
    left = row.amount - row.paid_amount
    return left, [Chapter(_("What it was made of"), lines=lines, makes=left)]
