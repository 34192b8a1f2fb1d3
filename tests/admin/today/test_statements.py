"""Statements wait for the accountant; the chain of a policy is told on its page."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from models import clock
from models.policy import Policy
from models.statement import Statement
from tests.admin.conftest import SignIn
from tests.admin.today.conftest import listed
from tests.trade import Trade, add, begin, drafted, issue, reference_rows
from tests.world import World


@pytest.fixture(scope="module")
async def trade(world: World) -> Trade:
    return await reference_rows(world.database)


async def test_a_draft_statement_waits_for_the_accountant_alone(world: World, trade: Trade, browser: SignIn) -> None:
    statement = Statement(
        insurer_id=trade.ingos, title="Октябрь", file_name="10.xlsx", file_sha256="0" * 64, total=Decimal("1200.50")
    )
    await add(world, world.olga, statement)
    assert await listed(await browser(world.olga)) == [statement.id]
    page = (await (await browser(world.olga)).get("/admin/")).text
    assert "ведомость ждёт разбора: Ингосстрах" in page
    for person in (world.anna, world.head):
        assert statement.id not in await listed(await browser(person))


async def test_the_chain_of_policies_stands_on_each_of_them(world: World, trade: Trade, browser: SignIn) -> None:
    begun, today = await begin(world, trade), clock.today()
    first = await drafted(world, begun, trade.ingos, "40000.00", starts_on=today - timedelta(days=350))
    await issue(world, first)
    second = await drafted(world, begun, trade.reso, "46000.00")
    await issue(world, second)
    anna = await browser(world.anna)
    for policy, other in ((first, second), (second, first)):
        page = (await anna.get(f"/admin/policy/details/{policy.id}")).text.replace("\N{NO-BREAK SPACE}", " ")
        assert "Цепочка полисов" in page
        assert f'href="/admin/policy/details/{other.id}"' in page
        assert "+6 000,00 ₽" in page
    alone = await drafted(world, await begin(world, trade), trade.ingos, "1000.00")
    assert isinstance(alone, Policy)
    assert "Цепочка полисов" not in (await anna.get(f"/admin/policy/details/{alone.id}")).text
