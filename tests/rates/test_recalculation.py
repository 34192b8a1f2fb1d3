"""Expected lines made anew: shown first, applied as shown, stopped, gone on with, undone."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from models import clock
from models.catalogue import Agreement, VatPeriod
from models.errors import Denied, Refused
from models.log import actions
from models.payment import Expense, Income
from models.payment.income import Received
from models.recalculation import Recalculation
from models.rules import CommissionRule, CommissionTier, ExpenseRule, NewRate
from tests.rates.selling import ask, images, lines, previewed, shown, sold
from tests.trade import Trade, add, do, get, instalments, rows, undo
from tests.world import World

D = Decimal


async def edit(world: World, record: type[Any], key: Any, **values: Any) -> None:
    """Olga changes fields."""
    async with world.database.transaction(world.olga, action=f"{record.__identity__}.update") as work:
        row = await work.get_record(record, key, lock=True)
        for name, value in values.items():
            setattr(row, name, value)


@pytest.fixture
async def rate(world: World, trade: Trade) -> Any:
    """Ингосстрах pays 20 % before and after each story."""
    yield
    async with world.database.transaction(world.olga, action="tests.rate") as work:
        for rule in await work.scalars(select(CommissionRule).where(CommissionRule.id != trade.ingos_kasko)):
            rule.put_away(work.act())
        await work.flush()
        first = await work.get_record(CommissionRule, trade.ingos_kasko)
        first.percent, first.ends_on = D(20), None


async def test_a_preview_is_applied_as_shown_and_undone_line_by_line(world: World, trade: Trade, rate: None) -> None:
    one, two = await sold(world, trade, "1000"), await sold(world, trade, "3000", plan="equal-2")
    before = await images(world)
    await edit(world, CommissionRule, trade.ingos_kasko, percent=D("21.5"))
    run = await previewed(world, commission_rule_id=trade.ingos_kasko)
    assert (run.status, run.name, run.looked_at, run.lines) == ("previewed", "Ингосстрах, КАСКО", 2, 6)
    assert (run.incomes_before, run.incomes_after, run.expenses_before, run.expenses_after) == (800, 860, 240, 258)
    assert [(d.why, d.change) for d in await shown(world, run) if d.policy_id == one.id] == [
        ("rate", D(15)),
        ("base", D("4.5")),
    ]
    assert await images(world) == before, "a preview writes nothing"
    with pytest.raises(Denied):
        await do(world, world.head, Recalculation, run.id, "apply")
    run = await ask(world, run, "apply")
    assert (run.status, run.applied, run.left_alone) == ("done", 6, 0)
    assert await lines(world, one) == [("commission", D(215), D("21.5")), ("seller_share", D("64.5"), D(30))]
    (first, second) = await instalments(world, two)
    assert (first.incomes_expected, first.expenses_expected, second.incomes_expected) == (
        D("322.5"),
        D("96.75"),
        D("322.5"),
    )
    async with world.database.transaction(world.olga) as work:
        (action,) = await work.execute(select(actions).where(actions.c.id == run.action_id))
    assert (action.slug, action.actor_id, action.via, action.undone_by) == (
        "recalculation.write",
        world.olga.id,
        "job",
        None,
    )
    with pytest.raises(Refused, match="on its own page"):
        await undo(world, world.olga, action.id)
    run = await ask(world, run, "undo")
    assert (run.status, run.restored) == ("undone", 6)
    assert await images(world) == before
    async with world.database.transaction(world.olga) as work:
        assert await work.scalar(select(actions.c.undone_by).where(actions.c.id == run.action_id)) == run.undo_action_id


async def test_only_expected_lines_that_a_rule_made_are_touched(world: World, trade: Trade, rate: None) -> None:
    policies = [await sold(world, trade) for _n in range(5)]
    received, stated, typed, imported, plain = [
        (await rows(world, Income, Income.deal_id == policy.deal_id))[0] for policy in policies
    ]
    await do(world, world.olga, Income, received.id, "receive", Received(received_on=clock.today(), amount=D(50)))
    await do(world, world.olga, Income, stated.id, "put_in_statement")
    await edit(world, Income, typed.id, amount=D(199), origin="manual")
    await edit(world, Income, imported.id, amount=D(190), rate_percent=D(19), origin="import")
    await edit(world, CommissionRule, trade.ingos_kasko, percent=D(10))
    these = [policy.id for policy in policies]
    run = await ask(world, await previewed(world, policies=these), "apply")
    amounts = {
        i.id: i.amount
        for i in await rows(world, Income, Income.id.in_([i.id for i in (received, stated, typed, imported, plain)]))
    }
    assert amounts == {received.id: 200, stated.id: 200, typed.id: 199, imported.id: 190, plain.id: 100}
    assert {d.line_id for d in await shown(world, run) if d.side == "income"} == {plain.id}
    run = await ask(world, await previewed(world, policies=these, with_imported="on"), "apply")
    found = await get(world, world.olga, Income, imported.id)
    assert (found.amount, found.origin, found.rule_id) == (D(100), "rule", trade.ingos_kasko)


async def test_what_has_changed_since_the_preview_is_left_alone(world: World, trade: Trade, rate: None) -> None:
    still, moved = await sold(world, trade), await sold(world, trade)
    await edit(world, CommissionRule, trade.ingos_kasko, percent=D(25))
    run = await previewed(world, policies=[still.id, moved.id])
    (line,) = await rows(world, Income, Income.deal_id == moved.deal_id)
    await do(world, world.olga, Income, line.id, "receive", Received(received_on=clock.today()))
    run = await ask(world, run, "apply")
    assert (run.applied, run.left_alone) == (2, 2)
    assert {d.policy_id: d.outcome for d in await shown(world, run)} == {still.id: None, moved.id: "left"}
    assert [amount for _kind, amount, _rate in await lines(world, moved)] == [D(200), D(60)]
    await edit(world, CommissionRule, trade.ingos_kasko, percent=D(26))
    again = await previewed(world, policies=[still.id])
    await edit(world, CommissionRule, trade.ingos_kasko, percent=D(27))
    with pytest.raises(Refused, match="preview it anew"):
        await do(world, world.olga, Recalculation, again.id, "apply")
    again = await ask(world, again, "preview")
    assert again.incomes_after == D(270)
    (line,) = await rows(world, Income, Income.deal_id == still.deal_id)
    run = await ask(world, again, "apply")
    await edit(world, Income, line.id, amount=D(1), origin="manual")
    run = await ask(world, run, "undo")
    assert (run.status, run.restored) == ("undone", 1)
    assert {d.side: d.outcome for d in await shown(world, run)} == {"income": "kept", "expense": "restored"}


async def test_a_run_is_stopped_and_goes_on(world: World, trade: Trade, rate: None) -> None:
    policies = sorted([await sold(world, trade) for _n in range(3)], key=lambda policy: policy.id)
    before = await images(world)
    await edit(world, CommissionRule, trade.ingos_kasko, percent=D(22))
    run = await previewed(world, policies=[policy.id for policy in policies])
    await do(world, world.olga, Recalculation, run.id, "apply")
    async with world.database.transaction(world.olga, action="tests.batch") as work:
        await work.driver.fetch("SELECT crm.apply_recalculation($1, 1)", run.id)
    run = await ask(world, run, "cancel")
    assert (run.status, run.applied) == ("paused", 2)
    assert [(await lines(world, policy))[0][1] for policy in policies] == [220, 200, 200]
    run = await ask(world, run, "resume")
    assert (run.status, run.applied) == ("done", 6)
    assert (await ask(world, run, "undo")).status == "undone"
    assert await images(world) == before
    called_off = await ask(world, await previewed(world, policies=[policies[0].id]), "cancel")
    assert called_off.status == "cancelled"
    assert (await ask(world, called_off, "preview")).status == "previewed"


async def test_a_rate_changes_from_a_date_and_what_was_sold_before_stays(
    world: World, trade: Trade, rate: None
) -> None:
    today = clock.today()
    december, january = await sold(world, trade, sale_date=today - timedelta(days=1)), await sold(world, trade)
    await add(world, world.olga, CommissionTier(rule_id=trade.ingos_kasko, from_premium=D(5000), percent=D(30)))
    for wrong in (
        NewRate(from_day=today),
        NewRate(from_day=today - timedelta(days=5000), percent=D(1)),
        NewRate(from_day=today, percent=D(101)),
    ):
        with pytest.raises(Exception, match=r"\w"):
            await do(world, world.olga, CommissionRule, trade.ingos_kasko, "change_rate", wrong)
    await do(
        world, world.olga, CommissionRule, trade.ingos_kasko, "change_rate", NewRate(from_day=today, percent=D(15))
    )
    (newer,) = await rows(world, CommissionRule, CommissionRule.starts_on == today)
    old = await get(world, world.olga, CommissionRule, trade.ingos_kasko)
    assert (old.ends_on, old.percent, newer.percent, newer.ends_on) == (today - timedelta(days=1), 20, 15, None)
    assert [t.percent for t in await rows(world, CommissionTier, CommissionTier.rule_id == newer.id)] == [30]
    run = await previewed(world, commission_rule_id=newer.id)
    touched = {d.policy_id for d in await shown(world, run)}
    assert january.id in touched
    assert december.id not in touched
    await ask(world, run, "apply")
    assert [(await lines(world, policy))[0][1] for policy in (december, january)] == [200, 150]
    dear = await sold(world, trade, "5000")
    assert (await lines(world, dear))[0] == ("commission", D(1500), D(30)), "the tier that the premium reaches"


async def test_vat_changes_from_a_date_and_earlier_lines_keep_theirs(world: World, trade: Trade, rate: None) -> None:
    policy = await sold(world, trade, "4000", plan="equal-4")
    days = [line.expected_on for line in await rows(world, Income, Income.deal_id == policy.deal_id)]
    entity = (await get(world, world.olga, Agreement, trade.ingos_agreement)).entity_id
    await add(world, world.olga, VatPeriod(entity_id=entity, starts_on=days[2], mode="22"))
    run = await previewed(world, entity_id=entity, sold_from=clock.today(), policies=[policy.id])
    assert {d.why for d in await shown(world, run)} == {"vat"}
    await ask(world, run, "apply")
    found = await rows(world, Income, Income.deal_id == policy.deal_id)
    assert [line.vat_mode for line in found] == ["none", "none", "22", "22"]
    later = await sold(world, trade, "4000", plan="equal-4")
    found = await rows(world, Income, Income.deal_id == later.deal_id)
    assert [line.vat_mode for line in found] == ["none", "none", "22", "22"]
    await edit(world, CommissionRule, trade.ingos_kasko, vat_mode="5")
    run = await ask(world, await previewed(world, policies=[later.id]), "apply")
    assert {line.vat_mode for line in await rows(world, Income, Income.deal_id == later.deal_id)} == {"5"}
    await edit(world, CommissionRule, trade.ingos_kasko, vat_mode=None)


async def test_missing_lines_are_made_where_asked_and_go_with_the_undo(world: World, trade: Trade, rate: None) -> None:
    policy = await sold(world, trade)
    before = await images(world)
    rule = ExpenseRule(name="Банку", kind="partner_share", payee_name="Банк", starts_on=clock.today(), percent=D(10))
    second = ExpenseRule(
        name="Салону", kind="partner_share", payee_name="Салон", starts_on=clock.today(), percent=D(5), program="иная"
    )
    await add(world, world.olga, rule, second)
    assert (await previewed(world, expense_rule_id=rule.id, policies=[policy.id])).lines == 0
    run = await previewed(world, expense_rule_id=rule.id, policies=[policy.id], with_missing="on")
    assert [(d.why, d.change) for d in await shown(world, run)] == [("made", D(20))]
    run = await ask(world, run, "apply")
    (line,) = await rows(world, Expense, Expense.deal_id == policy.deal_id, Expense.kind == "partner_share")
    assert (line.amount, line.payee_name, line.rule_id, line.origin) == (D(20), "Банк", rule.id, "rule")
    await do(world, world.olga, ExpenseRule, rule.id, "trash")
    gone = await ask(world, await previewed(world, policies=[policy.id]), "apply")
    assert [d.why for d in await shown(world, gone)] == ["removed"]
    assert (await get(world, world.olga, Expense, line.id)).deleted_at is not None
    await ask(world, gone, "undo")
    assert (await get(world, world.olga, Expense, line.id)).deleted_at is None
    await ask(world, run, "undo")
    assert await images(world) == before
    await do(world, world.olga, ExpenseRule, second.id, "trash")
