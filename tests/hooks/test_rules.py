"""Which rule a policy gets: the most specific one in force on the day of sale."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from models import clock
from models.actor import SYSTEM, Via
from models.payment import Expense, Income
from models.policy import Policy
from models.rules import CommissionRule, ExpenseRule
from tests.trade import SINCE, Begun, Trade, begin, drafted, instalments, issue, rows
from tests.world import World

D = Decimal
Rules = list[CommissionRule | ExpenseRule]


@pytest.fixture
async def rules(world: World) -> AsyncIterator[Rules]:
    """Rules of one test: added by `agree`, in the trash afterwards."""
    added: Rules = []
    yield added
    async with world.database.transaction(SYSTEM, Via.JOB, "tests.rules") as work:
        for rule in added:
            (await work.get_record(type(rule), rule.id)).put_away(work.act())


async def agree(world: World, rules: Rules, *new: CommissionRule | ExpenseRule) -> None:
    """Put rules in force."""
    async with world.database.transaction(SYSTEM, Via.JOB, "tests.rules") as work:
        work.add_all(new)
    rules.extend(new)


def rule(trade: Trade, percent: int, **values: Any) -> CommissionRule:
    """A rule of РЕСО, for everything unless more is said."""
    return CommissionRule(
        name=f"{percent}", **{"insurer_id": trade.reso, "starts_on": SINCE, "percent": D(percent)} | values
    )


async def issued(world: World, trade: Trade, begun: Begun, **values: Any) -> Policy:
    """A policy of РЕСО for 1 000 roubles, issued today unless another day is given."""
    paper = {name: values.pop(name) for name in ("sale_date",) if name in values}
    policy = await drafted(world, begun, trade.reso, "1000", **values)
    await issue(world, policy, **paper)
    return policy


async def commission(world: World, policy: Policy) -> list[Decimal]:
    """The policy's commission lines."""
    (payment,) = await instalments(world, policy)
    return [i.amount for i in await rows(world, Income, Income.payment_id == payment.id, Income.kind == "commission")]


@pytest.mark.parametrize(
    ("conditions", "program", "percent"),
    [
        ({}, None, 5),
        ({"program": "премиум "}, "Премиум", 9),
        ({"program": "премиум"}, "Эконом", 5),
        ({"program": "премиум"}, None, 5),
        ({"region": "КАЗАНЬ"}, None, 9),
        ({"region": "Москва"}, None, 5),
        ({"vehicle_category": "b"}, None, 9),
        ({"vehicle_category": "C"}, None, 5),
        ({"is_renewal": False}, None, 9),
        ({"is_renewal": True}, None, 5),
    ],
)
async def test_a_rule_holds_where_its_conditions_are_met(
    world: World, trade: Trade, rules: Rules, conditions: dict[str, Any], program: str | None, percent: int
) -> None:
    special = [rule(trade, 9, **conditions)] if conditions else []
    await agree(world, rules, rule(trade, 5), *special)
    policy = await issued(world, trade, await begin(world, trade), program=program)
    assert await commission(world, policy) == [D(percent * 10)]


async def test_more_conditions_win_and_of_equals_the_weightier(world: World, trade: Trade, rules: Rules) -> None:
    await agree(
        world,
        rules,
        rule(trade, 1),
        rule(trade, 2, product_id=trade.kasko),
        rule(trade, 3, program="Премиум"),
        rule(trade, 50, product_id=trade.osago, program="Премиум"),
    )
    begun = await begin(world, trade)
    assert await commission(world, await issued(world, trade, begun, program="Премиум")) == [D(30)]
    await agree(world, rules, rule(trade, 4, product_id=trade.kasko, is_renewal=True))
    assert await commission(world, await issued(world, trade, begun, program="Премиум")) == [D(40)]


async def test_the_day_of_sale_decides_not_the_start(world: World, trade: Trade, rules: Rules) -> None:
    today = clock.today()
    yesterday = today - timedelta(days=1)
    await agree(world, rules, rule(trade, 7, ends_on=yesterday), rule(trade, 8, starts_on=today))
    assert await commission(world, await issued(world, trade, await begin(world, trade), sale_date=yesterday)) == [
        D(70)
    ]
    assert await commission(world, await issued(world, trade, await begin(world, trade), sale_date=today)) == [D(80)]
    long_ago = date(2023, 1, 1)
    assert await commission(world, await issued(world, trade, await begin(world, trade), sale_date=long_ago)) == []


async def test_each_kind_of_income_has_its_rule_and_its_minimum(world: World, trade: Trade, rules: Rules) -> None:
    bonus = rule(trade, 1, kind="bonus", minimum_amount=D("33.33"), settlement="withheld", vat_mode="22")
    await agree(world, rules, rule(trade, 10), bonus)
    policy = await issued(world, trade, await begin(world, trade))
    (payment,) = await instalments(world, policy)
    lines = {i.kind: i for i in await rows(world, Income, Income.payment_id == payment.id)}
    assert {kind: line.amount for kind, line in lines.items()} == {"commission": D(100), "bonus": D("33.33")}
    assert (lines["bonus"].settlement, lines["bonus"].vat_mode) == ("withheld", "22")
    assert (lines["bonus"].expected_on, lines["bonus"].rule_id) == (payment.due_on, bonus.id)


async def test_shares_go_to_the_deals_people_by_the_nearest_rule(world: World, trade: Trade, rules: Rules) -> None:
    def share(kind: str, percent: int, **values: Any) -> ExpenseRule:
        return ExpenseRule(name=kind, **{"kind": kind, "starts_on": SINCE, "percent": D(percent)} | values)

    await agree(
        world,
        rules,
        rule(trade, 20),
        share("executor_share", 10),
        share("executor_share", 15, insurer_id=trade.reso),
        share("client_discount", 3, share_of="premium", product_id=trade.kasko),
        share("partner_share", 50, product_id=trade.osago, payee_name="Партнёр"),
    )
    policy = await issued(world, trade, await begin(world, trade))
    lines = await rows(world, Expense, Expense.deal_id == policy.deal_id)
    assert {(e.kind, e.amount, e.payee_id, e.base_amount) for e in lines} == {
        ("seller_share", D(60), world.anna.id, D(200)),
        ("executor_share", D(30), world.boris.id, D(200)),
        ("client_discount", D(30), None, D(1000)),
    }
