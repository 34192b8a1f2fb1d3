"""The client's choice archives the other variants of its need."""

import asyncio

from models.calculation import Calculation, Chosen, Unwanted
from models.deal import Deal
from tests.trade import Trade, add, begin, do, drafted, get, issue, rows, variant
from tests.world import World


async def test_confirming_archives_the_siblings_of_its_need_only(world: World, trade: Trade) -> None:
    begun = await begin(world, trade)
    states = ("requested", "ready", "offered", "refused", "declined", "stale", "confirmed")
    siblings = [variant(begun, begun.kasko, trade.reso, "1000", status=status) for status in states]
    chosen = variant(begun, begun.kasko, trade.ingos, "900", status="ready")
    osago = variant(begun, begun.osago, trade.vsk, "700", status="ready")
    await add(world, world.anna, *siblings, chosen, osago)
    await do(world, world.anna, Calculation, chosen.id, "confirm")
    found = {c.id: c.status for c in await rows(world, Calculation, Calculation.deal_id == begun.deal)}
    assert found == {chosen.id: "confirmed", osago.id: "ready"} | {c.id: "archived" for c in siblings}
    deal = await get(world, world.anna, Deal, begun.deal)
    assert (deal.stage, deal.ball) == ("client_decision", "seller")


async def test_what_the_client_said_stays_with_those_that_lost(world: World, trade: Trade) -> None:
    begun = await begin(world, trade)
    states = ("ready", "offered", "refused", "requested")
    siblings = [variant(begun, begun.kasko, trade.reso, "1000", status=status) for status in states]
    declined, chosen = (variant(begun, begun.kasko, trade.ingos, "900", status="ready") for _ in range(2))
    await add(world, world.anna, *siblings, declined, chosen)
    await do(world, world.anna, Calculation, declined.id, "decline", Unwanted(reason="нет рассрочки"))
    await do(world, world.anna, Calculation, chosen.id, "confirm", Chosen(why="дороже"))
    found = {c.id: c.decline_reason for c in await rows(world, Calculation, Calculation.deal_id == begun.deal)}
    assert [found[c.id] for c in siblings] == ["дороже", "дороже", None, None]
    assert (found[declined.id], found[chosen.id]) == ("нет рассрочки", None)


async def test_last_years_choice_keeps_its_place_beside_this_years(world: World, trade: Trade) -> None:
    begun = await begin(world, trade)
    policy = await drafted(world, begun, trade.ingos, "90000")
    await issue(world, policy)
    now = variant(begun, begun.kasko, trade.reso, "80000", status="offered")
    await add(world, world.anna, now)
    await do(world, world.anna, Calculation, now.id, "confirm")
    found = {c.id: c.status for c in await rows(world, Calculation, Calculation.deal_id == begun.deal)}
    assert found == {policy.calculation_id: "confirmed", now.id: "confirmed"}
    assert (await get(world, world.anna, Deal, begun.deal)).stage == "won"


async def test_two_choices_at_once_leave_one(world: World, trade: Trade) -> None:
    begun = await begin(world, trade)
    pair = [variant(begun, begun.kasko, insurer, "900", status="ready") for insurer in (trade.ingos, trade.reso)]
    await add(world, world.anna, *pair)
    await asyncio.gather(
        *(do(world, world.anna, Calculation, one.id, "confirm") for one in pair), return_exceptions=True
    )
    found = [c.status for c in await rows(world, Calculation, Calculation.deal_id == begun.deal)]
    assert sorted(found) == ["archived", "confirmed"]
