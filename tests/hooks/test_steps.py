"""Steps of deals follow their stages: skipped ones come along, an undo takes them back, what is brought in has none."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import func, select

from models.actor import SYSTEM
from models.choices import DealStage
from models.deal import Deal, DealStep
from models.deal.stages import HandOff, Lose
from tests.trade import Trade, add, begin, do, drafted, get, issue, last_action, undo
from tests.world import World

WAY = ["draft", "quotation", "client_decision", "policy_issue", "won"]


async def steps_of(world: World, deal: UUID) -> list[tuple[str, bool]]:
    """A deal's steps on their way, and which one is the furthest."""
    async with world.database.transaction(world.olga) as work:
        found = await work.execute(select(DealStep.stage, DealStep.is_furthest).where(DealStep.deal_id == deal))
        return sorted(((row[0], row[1]) for row in found), key=lambda one: WAY.index(one[0]))


def upto(stage: str) -> list[tuple[str, bool]]:
    """All steps up to one, the last of them the furthest."""
    return [(one, one == stage) for one in WAY[: WAY.index(stage) + 1]]


async def test_a_deal_that_is_handed_off_and_won_has_every_step(world: World, trade: Trade) -> None:
    begun = await begin(world, trade)
    assert await steps_of(world, begun.deal) == upto("draft")
    await do(world, world.anna, Deal, begun.deal, "hand_off", HandOff(executor_id=world.boris.id))
    assert await steps_of(world, begun.deal) == upto("quotation")
    policy = await drafted(world, begun, trade.ingos, "50000")
    assert await steps_of(world, begun.deal) == upto("policy_issue")
    await issue(world, policy)
    assert await steps_of(world, begun.deal) == upto("won")


async def test_an_undo_takes_steps_back_and_a_loss_keeps_them(world: World, trade: Trade) -> None:
    begun = await begin(world, trade)
    await do(world, world.anna, Deal, begun.deal, "hand_off", HandOff(executor_id=world.boris.id))
    handed = await last_action(world, begun.deal)
    await undo(world, world.anna, handed)
    assert await steps_of(world, begun.deal) == upto("draft")
    await do(world, world.anna, Deal, begun.deal, "hand_off", HandOff(executor_id=world.boris.id))
    await do(world, world.anna, Deal, begun.deal, "lose", Lose(reason="Дорого"))
    assert await steps_of(world, begun.deal) == upto("quotation")
    await do(world, world.head, Deal, begun.deal, "reopen")
    assert await steps_of(world, begun.deal) == upto("quotation")
    assert (await get(world, world.anna, Deal, begun.deal)).stage == "quotation"


async def test_what_is_brought_in_won_has_no_steps(world: World, trade: Trade) -> None:
    begun = await begin(world, trade)
    known = await get(world, world.anna, Deal, begun.deal)
    brought = Deal(
        code="D-2020-00001", title="Из Excel", client_id=begun.client, seller_id=world.anna.id,
        stage=DealStage.WON.value, stage_since=known.stage_since,
        ball_since=known.stage_since, next_review_at=known.next_review_at,
    )  # fmt: skip
    await add(world, SYSTEM, brought)
    assert await steps_of(world, brought.id) == []


@pytest.mark.parametrize("login", ["anna", "vera"])
async def test_steps_are_seen_with_their_deal(world: World, trade: Trade, login: str) -> None:
    begun = await begin(world, trade)
    async with world.database.transaction(getattr(world, login)) as work:
        seen = await work.scalar(select(func.count()).where(DealStep.deal_id == begun.deal))
    assert seen == (1 if login == "anna" else 0)
