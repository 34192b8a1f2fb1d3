"""What follows a deal: the first task, orders to people and queues, offers, and a client who left."""

from datetime import timedelta

import pytest

from models import clock
from models.calculation import Calculation
from models.changes import Change, apply
from models.choices import OPEN_TASKS
from models.deal import Deal
from models.deal.stages import HandOff, Lose, OrderIssue
from models.errors import Invalid, NotFound, Refused
from models.payment import Payment
from models.people import User
from models.policy import Policy
from models.task import ChecklistItem, Task, TaskKind
from tests.trade import Trade, add, begin, chosen, do, drafted, get, instalments, pay, rows, task_of, variant
from tests.world import World


async def test_a_new_deal_has_its_first_task(world: World, trade: Trade) -> None:
    begun = await begin(world, trade)
    (task,) = await rows(world, Task, Task.deal_id == begun.deal)
    assert (task.title, task.assignee_id, task.author_id) == ("collect", world.anna.id, world.anna.id)
    assert task.due_on > clock.today()
    assert [s.title for s in await rows(world, ChecklistItem, ChecklistItem.task_id == task.id)] == [
        "Собрать документы"
    ]
    deal = await get(world, world.anna, Deal, begun.deal)
    assert (deal.next_review_at, deal.next_review_reason) == (task.due_on, "task")


async def test_without_its_kind_there_is_no_first_task_and_no_deal(world: World, trade: Trade) -> None:
    (kind,) = await rows(world, TaskKind, TaskKind.slug == "collect")
    await do(world, world.admin, TaskKind, kind.id, "trash")
    try:
        with pytest.raises(Refused, match="collect"):
            await begin(world, trade, name="Никто")
        assert not [deal for deal in await rows(world, Deal) if deal.title == "Никто"]
    finally:
        await do(world, world.admin, TaskKind, kind.id, "restore")


async def test_a_hand_off_to_nobody_lies_in_the_teams_queue_until_boris_takes_it(world: World, trade: Trade) -> None:
    begun = await begin(world, trade)
    await do(world, world.anna, Deal, begun.deal, "hand_off", HandOff(note="срочно"))
    task = await task_of(world, begun, "calculate")
    assert (task.assignee_id, task.team_id) == (None, world.anna.team_id)
    with pytest.raises(NotFound):
        await get(world, world.boris, Deal, begun.deal)
    with pytest.raises(NotFound):
        await do(world, world.vera, Task, task.id, "accept")
    await do(world, world.boris, Task, task.id, "accept")
    deal = await get(world, world.boris, Deal, begun.deal)
    assert (deal.executor_id, deal.ball) == (world.boris.id, "executor")
    with pytest.raises(Refused):
        await do(world, world.head, Task, task.id, "accept")


async def test_a_hand_off_ends_the_collecting_and_keeps_the_asked_day(world: World, trade: Trade) -> None:
    begun = await begin(world, trade)
    day = clock.today() + timedelta(days=9)
    await do(world, world.anna, Deal, begun.deal, "hand_off", HandOff(executor_id=world.boris.id, due_on=day))
    assert (await task_of(world, begun, "collect")).status == "done"
    assert (await task_of(world, begun, "calculate")).due_on == day
    await do(world, world.anna, Deal, begun.deal, "hand_off", HandOff())
    assert (await task_of(world, begun, "calculate")).assignee_id == world.boris.id


async def test_nothing_is_handed_to_someone_who_left(world: World, trade: Trade) -> None:
    begun = await begin(world, trade)
    gone = User(
        username="gone@demo.local", full_name="Ушедший", role_id=(await rows(world, User))[0].role_id, is_active=False
    )
    await add(world, world.admin, gone)
    with pytest.raises(Invalid) as refusal:
        await do(world, world.anna, Deal, begun.deal, "hand_off", HandOff(executor_id=gone.id))
    assert set(refusal.value.fields) == {"executor_id"}
    assert (await get(world, world.anna, Deal, begun.deal)).stage == "draft"


async def test_an_offer_takes_what_is_ready_and_stales_what_has_expired(world: World, trade: Trade) -> None:
    begun = await begin(world, trade)
    await do(world, world.anna, Deal, begun.deal, "hand_off", HandOff(executor_id=world.boris.id))
    yesterday = clock.today() - timedelta(days=1)
    old = variant(begun, begun.kasko, trade.reso, "900", status="ready", valid_until=yesterday)
    asked = variant(begun, begun.kasko, trade.vsk, None)
    await add(world, world.boris, old, asked)
    with pytest.raises(Refused, match="no calculation to offer"):
        await do(world, world.anna, Deal, begun.deal, "offer")
    good = variant(begun, begun.kasko, trade.ingos, "1000")
    await add(world, world.boris, good)
    await do(world, world.boris, Calculation, good.id, "ready")
    await do(world, world.anna, Deal, begun.deal, "offer")
    found = {c.id: c.status for c in await rows(world, Calculation, Calculation.deal_id == begun.deal)}
    assert found == {old.id: "stale", good.id: "offered", asked.id: "requested"}
    assert (await get(world, world.anna, Deal, begun.deal)).ball == "client"


async def test_an_ordered_issue_is_one_draft_from_the_confirmed_variant(world: World, trade: Trade) -> None:
    begun, other = await begin(world, trade), await begin(world, trade)
    calculation = await chosen(world, begun, trade.ingos, "90000", plan="50-50", program="Премиум", deductible=30000)
    order = OrderIssue(calculation_id=calculation, executor_id=world.boris.id)
    with pytest.raises(Refused, match="another deal"):
        await do(world, world.anna, Deal, other.deal, "hand_off", HandOff())
        await do(world, world.anna, Deal, other.deal, "order_issue", order)
    await do(world, world.anna, Deal, begun.deal, "order_issue", order)
    (policy,) = await rows(world, Policy, Policy.deal_id == begun.deal)
    assert (policy.program, policy.deductible, policy.plan, policy.is_renewal) == ("Премиум", 30000, "50-50", False)
    assert policy.starts_on == clock.today() + timedelta(days=1)
    assert [p.amount for p in await instalments(world, policy)] == [45000, 45000]
    deal = await get(world, world.anna, Deal, begun.deal)
    assert (deal.stage, deal.executor_id) == ("policy_issue", world.boris.id)
    with pytest.raises(Refused, match="already made"):
        await do(world, world.anna, Deal, begun.deal, "order_issue", order)
    assert len(await rows(world, Policy, Policy.deal_id == begun.deal)) == 1


async def test_a_plan_that_nobody_knows_leaves_no_draft(world: World, trade: Trade) -> None:
    begun = await begin(world, trade)
    calculation = await chosen(world, begun, trade.ingos, "90000", plan="как-нибудь")
    with pytest.raises(Invalid, match="как-нибудь"):
        await do(world, world.anna, Deal, begun.deal, "order_issue", OrderIssue(calculation_id=calculation))
    assert await rows(world, Policy, Policy.deal_id == begun.deal) == []
    assert (await get(world, world.anna, Deal, begun.deal)).stage == "client_decision"


async def test_a_client_who_left_leaves_no_tasks_and_no_draft(world: World, trade: Trade) -> None:
    begun = await begin(world, trade)
    policy = await drafted(world, begun, trade.ingos, "90000", plan="50-50")
    (first, second) = await instalments(world, policy)
    await pay(world, first)
    lose = Lose(reason="ушёл к банку", competitor="Банк")
    with pytest.raises(Refused, match="reverse the payment"):
        await do(world, world.anna, Deal, begun.deal, "lose", lose)
    await do(world, world.olga, Payment, first.id, "reverse", Payment.__verbs__["reverse"].asks(reason="возврат"))
    await do(world, world.anna, Deal, begun.deal, "lose", lose)
    deal = await get(world, world.anna, Deal, begun.deal)
    assert (deal.stage, deal.next_review_at, deal.win_back) == ("lost", None, True)
    tasks = await rows(world, Task, Task.deal_id == begun.deal)
    assert not [task for task in tasks if task.status in OPEN_TASKS]
    assert {task.reason for task in tasks if task.status == "cancelled"} == {"ушёл к банку"}
    assert (await get(world, world.anna, Policy, policy.id)).status == "annulled"
    assert (await get(world, world.anna, Payment, second.id)).status == "cancelled"


async def test_a_deal_with_policies_keeps_its_client(world: World, trade: Trade) -> None:
    begun, other = await begin(world, trade), await begin(world, trade, name="Другой Клиент")
    change = {"client_id": str(other.client)}
    with pytest.raises(Invalid, match="correct"):
        async with world.database.transaction(world.anna, action="deal.update") as work:
            await apply(work, Change(Deal, begun.deal, {}, change))
    async with world.database.transaction(world.anna, action="deal.create") as work:
        empty = await Deal.open(work, client_id=begun.client, title="Пусто")
    async with world.database.transaction(world.anna, action="deal.update") as work:
        await apply(work, Change(Deal, empty.id, {}, change))
    assert (await get(world, world.anna, Deal, empty.id)).client_id == other.client
