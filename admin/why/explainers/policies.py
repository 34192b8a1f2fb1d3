"""Premiums: of a variant, and of the policy that it became."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from admin.i18n import _, show_percent
from admin.quotes.variants import parts_of, variants_of
from admin.views.record.plans import plan_name
from admin.why.asking import Asked
from admin.why.explainers.payments import endorsements
from admin.why.registry import explains, figure
from admin.why.rounding import by_percent, by_split
from admin.why.story import Chapter, Line, said
from models.calculation import Calculation
from models.errors import NotFound
from models.money import percent_of
from models.plan_spellings import parse_plan
from models.policy import Policy
from models.texts import N_


@explains("policy", "premium", "sum_insured", "deductible")
async def from_the_variant(asked: Asked) -> Sequence[Chapter]:
    """What the variant said, and what the paper says otherwise."""
    chapter = Chapter(_("Where it comes from"))
    row = asked.row
    if row.calculation_id is not None and asked.sees("calculation", asked.name):
        variant = await asked.work.get(Calculation, row.calculation_id)
        if variant is not None:
            link = await asked.title("calculation", variant.id)
            there, here = getattr(variant, asked.name), getattr(row, asked.name)
            same = said(N_("From the variant {link} that the client chose."), link=link)
            other = N_("The variant {link} said {there}; the policy says {here}.")
            is_same = there is None or there == here
            chapter.said.append(same if is_same else said(other, link=link, there=there, here=here or Decimal(0)))
    elif row.calculation_id is None:
        chapter.said.append(said(N_("The policy was entered without a variant.")))
    if asked.name != "premium":
        return [chapter]
    return [chapter, await endorsements(asked, await asked.work.get_record(Policy, asked.key))]


@figure("calculation", "commission", N_("Commission"))
async def commission(asked: Asked) -> tuple[Decimal, Sequence[Chapter]]:
    """What the variant would bring by its percentage."""
    asked.must_see("calculation", "premium", "commission_percent")
    row = asked.row
    if row.premium is None or row.commission_percent is None:
        raise NotFound
    percent = show_percent(row.commission_percent)
    told = [said(N_("The variant's own percentage, {percent}, of its premium."), percent=percent)]
    chapter = Chapter(_("How it was counted"), told + by_percent(row.premium, row.commission_percent))
    return percent_of(row.premium, row.commission_percent), [chapter]


@figure("calculation", "part", N_("Instalment"))
async def part_of_the_plan(asked: Asked) -> tuple[Decimal, Sequence[Chapter]]:
    """A payment of the variant's plan, `part:0` the first. Raises `NotFound` for one that the plan has not."""
    asked.must_see("calculation", "premium", "plan")
    row, parts = asked.row, parts_of(asked.row)
    if not asked.argument.isdecimal() or int(asked.argument) >= len(parts):
        raise NotFound
    place = int(asked.argument)
    said_of_it = N_("The variant's premium, {premium}, by the plan “{plan}”:")
    told = [said(said_of_it, premium=row.premium, plan=plan_name(row.plan))]
    told += by_split(row.premium, parse_plan(row.plan).weights, place)
    return parts[place].amount, [Chapter(_("How it was counted"), told)]


@figure("calculation", "dearer", N_("Dearer than the best price by"))
async def dearer(asked: Asked) -> tuple[Decimal, Sequence[Chapter]]:
    """How much more than the lowest premium that can be had for the same need."""
    asked.must_see("calculation", "premium", "need_id")
    needs = [need for need in await variants_of(asked.work, asked.row.deal_id) if need.id == asked.row.need_id]
    open_ones = [v for need in needs for v in need.variants if v.is_open and v.row.premium is not None]
    best = min(open_ones, key=lambda variant: variant.row.premium or Decimal(0), default=None)
    if best is None or best.row.premium is None or asked.row.premium is None:
        raise NotFound
    more = asked.row.premium - best.row.premium
    lines = [
        Line(await asked.title("calculation", asked.key), asked.row.premium, f"calculation/{asked.key}/premium"),
        Line(await asked.title("calculation", best.row.id), -best.row.premium, f"calculation/{best.row.id}/premium"),
    ]
    return more, [Chapter(_("How it was counted"), lines=lines, makes=more)]
