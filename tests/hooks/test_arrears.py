"""An arrear: what contracts say of it, the clock that runs, and the same answer from Python and from PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product as every
from typing import Any

import pytest
from sqlalchemy import text

from models import clock
from models.arrears import ArrearTerms, standing_of
from models.changes import Change, apply, create
from models.choices import ArrearEffect as E
from models.choices import Standing
from models.policy import Policy
from tests.trade import Trade, add, begin, do, drafted, get, instalments, issue, marked, rows
from tests.world import World

TODAY = clock.today()


@dataclass(frozen=True)
class Cover:
    """What a standing follows from."""

    status: str
    starts_on: date
    ends_on: date
    arrear_effect: str = "at_risk"
    arrear_days: int | None = None


@pytest.fixture
async def terms(world: World, trade: Trade) -> Any:
    """Terms of one test; in the trash afterwards."""
    made: list[ArrearTerms] = []

    async def agree(effect: E, days: int | None = None, **case: Any) -> None:
        made.append(ArrearTerms(effect=effect.value, days=days, **case))
        await add(world, world.olga, made[-1])

    yield agree
    for one in made:
        await do(world, world.olga, ArrearTerms, one.id, "trash")


async def test_the_most_specific_terms_are_the_policys_when_it_is_issued(
    world: World, trade: Trade, terms: Any
) -> None:
    await terms(E.GRACE, 30, product_id=trade.kasko)
    await terms(E.SUSPENDED, insurer_id=trade.ingos)
    await terms(E.TERMINATION, 14, insurer_id=trade.ingos, product_id=trade.kasko)
    await terms(E.REINSPECTION, insurer_id=trade.ingos, product_id=trade.kasko, program="Премиум")
    for insurer, program, expected in (
        (trade.reso, None, ("grace", 30)),
        (trade.ingos, "Базовый", ("termination", 14)),
        (trade.ingos, " ПРЕМИУМ", ("reinspection", None)),
    ):
        policy = await drafted(world, await begin(world, trade), insurer, "1000", program=program)
        await issue(world, policy)
        found = await get(world, world.anna, Policy, policy.id)
        assert (found.arrear_effect, found.arrear_days) == expected
    with marked("after how many days"):
        async with world.database.transaction(world.anna, action="policy.update") as work:
            await apply(work, Change(Policy, policy.id, {}, {"arrear_effect": "grace"}))
    async with world.database.transaction(world.anna, action="policy.update") as work:
        await apply(work, Change(Policy, policy.id, {}, {"arrear_effect": "grace", "arrear_days": "10"}))
    assert (await get(world, world.anna, Policy, policy.id)).arrear_days == 10


async def test_terms_of_one_case_are_there_once_and_make_sense(world: World, trade: Trade, terms: Any) -> None:
    await terms(E.SUSPENDED, insurer_id=trade.vsk)
    with marked("terms for this case already"):
        await add(world, world.olga, ArrearTerms(effect="at_risk", insurer_id=trade.vsk))
    for values, sentence in (
        ({}, "insurer or a product"),
        ({"insurer_id": str(trade.reso), "effect": "grace"}, "days"),
    ):
        with marked(sentence):
            async with world.database.transaction(world.olga, action="arrear-terms.create") as work:
                await create(work, ArrearTerms, {"effect": "suspended"} | values)


async def test_the_default_is_cover_at_risk(world: World, trade: Trade) -> None:
    policy = await drafted(world, await begin(world, trade), trade.vsk, "1000")
    assert (policy.arrear_effect, policy.arrear_days) == ("at_risk", None)


def covers() -> Iterator[Cover]:
    days = (TODAY - timedelta(40), TODAY - timedelta(1), TODAY, TODAY + timedelta(5), TODAY + timedelta(60))
    for effect, starts_on, ends_on in every(E, days, days):
        if ends_on >= starts_on:
            yield Cover("issued", starts_on, ends_on, effect.value, 7 if effect in (E.GRACE, E.TERMINATION) else None)
    for status in ("draft", "cancelled", "annulled"):
        yield Cover(status, TODAY, TODAY)


async def test_python_and_postgresql_say_the_same(world: World, trade: Trade) -> None:
    """Every effect, before and after its days, with and without an arrear, of covers that were, are and will be."""
    statement = text(
        "SELECT CASE WHEN c.status = 'issued' AND c.ends >= crm.today() AND c.unpaid IS NOT NULL"
        " THEN crm.arrear_standing(c.effect, c.days, c.unpaid)"
        " ELSE crm.standing(NULL, c.status, c.starts, c.ends, c.effect, c.days) END"
        " FROM (SELECT CAST(:status AS text), CAST(:starts AS date), CAST(:ends AS date), CAST(:unpaid AS date),"
        " CAST(:effect AS text), CAST(:days AS int)) AS c (status, starts, ends, unpaid, effect, days)"
    )
    seen = set()
    async with world.database.transaction(world.anna) as work:
        for cover, late in every(covers(), (None, 1, 7, 8, 30)):
            unpaid = None if late is None else TODAY - timedelta(days=late)
            told = {"status": cover.status, "starts": cover.starts_on, "ends": cover.ends_on, "unpaid": unpaid}
            told |= {"effect": cover.arrear_effect, "days": cover.arrear_days}
            standing = standing_of(cover, unpaid, work.today)
            assert await work.scalar(statement, told) == standing, (cover, late)
            seen.add(standing)
    assert seen == set(Standing) - {Standing.RENEWED}


async def test_a_list_knows_how_policies_stand(world: World, trade: Trade) -> None:
    """From the rows themselves: the earliest instalment that is late counts, a refund does not."""
    begun = await begin(world, trade)
    start = TODAY - timedelta(days=100)
    policy = await drafted(world, begun, trade.ingos, "1000", plan="equal-12", starts_on=start)
    await issue(world, policy, sale_date=start, ends_on=start + timedelta(days=364))
    first, *_ = await instalments(world, policy)
    asked = text("SELECT crm.unpaid_since(id), crm.standing(id, status, starts_on, ends_on, arrear_effect, arrear_days)"
                 " FROM crm.policies WHERE id = :policy")  # fmt: skip
    async with world.database.transaction(world.anna) as work:
        assert tuple((await work.execute(asked, {"policy": policy.id})).one()) == (first.due_on, "at_risk")
    async with world.database.transaction(world.vera) as work:
        assert await work.scalar(text("SELECT crm.unpaid_since(:policy)"), {"policy": policy.id}) is None
    assert len(await rows(world, Policy, Policy.id == policy.id)) == 1
