"""An issued policy brings its lines and puts the deal into service; a cancelled and an annulled one take them back."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from models import clock
from models.changes import Change, apply
from models.dates import last_day
from models.deal import Deal
from models.errors import Invalid, Refused
from models.month import ClosedMonth
from models.payment import Expense, Income, Payment, Transit
from models.payment.income import Received
from models.payment.record import Bounced, Paid
from models.payment.transit import PassedOn
from models.policy import Endorsement, Policy, Renewal
from models.policy.record import Cancel, Terms
from tests.stories import made
from tests.trade import Trade, add, begin, do, drafted, get, instalments, issue, last_action, pay, rows, undo
from tests.world import World

D = Decimal


async def incomes_of(world: World, policy: Policy) -> list[Income]:
    """The policy's living income lines by instalment."""
    return [i for p in await instalments(world, policy) for i in await rows(world, Income, Income.payment_id == p.id)]


async def test_the_policys_own_percentage_comes_before_the_rule(world: World, trade: Trade) -> None:
    begun = await begin(world, trade)
    policy = await drafted(world, begun, trade.ingos, "100001.01", commission_percent=D("17.5"), plan="50-50")
    assert await incomes_of(world, policy) == []
    await issue(world, policy)
    lines = await incomes_of(world, policy)
    assert [(i.amount, i.rule_id, i.rate_percent, i.origin) for i in lines] == [
        (D("8750.09"), None, D("17.5"), "rule"),
        (D("8750.09"), None, D("17.5"), "rule"),
    ]
    first, *_ = await instalments(world, policy)
    assert lines[0].expected_on > first.due_on
    assert (first.incomes_expected, first.expenses_expected) == (D("8750.09"), D("2625.03"))


async def test_no_percentage_and_no_rule_give_no_line(world: World, trade: Trade) -> None:
    begun = await begin(world, trade)
    policy = await drafted(world, begun, trade.vsk, "1000")
    await issue(world, policy)
    assert await incomes_of(world, policy) == []
    assert (await get(world, world.anna, Deal, begun.deal)).stage == "won"


async def test_a_percentage_of_nought_means_none_though_there_is_a_rule(world: World, trade: Trade) -> None:
    begun = await begin(world, trade)
    policy = await drafted(world, begun, trade.ingos, "1000", commission_percent=D(0))
    await issue(world, policy)
    assert await incomes_of(world, policy) == []
    assert await rows(world, Expense, Expense.deal_id == begun.deal) == []


async def test_what_was_entered_by_hand_is_not_doubled(world: World, trade: Trade) -> None:
    begun = await begin(world, trade)
    policy = await drafted(world, begun, trade.ingos, "1000", plan="50-50")
    first, second = await instalments(world, policy)
    by_hand = Income(deal_id=begun.deal, payment_id=first.id, amount=D(77))
    await add(world, world.anna, by_hand)
    await issue(world, policy)
    found = await incomes_of(world, policy)
    assert [(i.payment_id, i.amount) for i in found] == [(first.id, D(77)), (second.id, D(100))]
    shares = await rows(world, Expense, Expense.deal_id == begun.deal)
    assert sorted(e.amount for e in shares) == [D("23.10"), D("30.00")]


async def test_moved_days_move_what_is_planned_and_keep_what_is_paid(world: World, trade: Trade) -> None:
    begun = await begin(world, trade)
    policy = await drafted(world, begun, trade.ingos, "100001.01", plan="40-20-20-20")
    before = await instalments(world, policy)
    await pay(world, before[0])
    starts_on = policy.starts_on + timedelta(days=10)
    with pytest.raises(Invalid):
        await issue(world, policy, starts_on=starts_on, ends_on=starts_on - timedelta(days=1))
    with pytest.raises(Invalid, match="after the policy ends"):
        await issue(world, policy, starts_on=starts_on, ends_on=starts_on + timedelta(days=90))
    ends_on = last_day(starts_on, 12)
    await issue(world, policy, starts_on=starts_on, ends_on=ends_on)
    after = await instalments(world, policy)
    assert [p.id for p in after] == [p.id for p in before]
    assert (after[0].due_on, after[0].status) == (before[0].due_on, "paid")
    assert after[1].due_on > before[1].due_on
    assert [p.covered_until for p in after] == [p.due_on - timedelta(days=1) for p in after[1:]] + [ends_on]
    assert sum(p.amount for p in after) == D("100001.01")


async def test_a_corrected_premium_falls_on_what_is_not_paid_yet(world: World, trade: Trade) -> None:
    begun = await begin(world, trade)
    policy = await drafted(world, begun, trade.ingos, "1000", plan="50-50")
    first, _ = await instalments(world, policy)
    await pay(world, first)
    async with world.database.transaction(world.anna, action="policy.update") as work:
        (await work.get_record(Policy, policy.id)).premium = D(400)
    with pytest.raises(Refused, match="does not fit the premium"):
        await issue(world, policy)
    async with world.database.transaction(world.anna, action="policy.update") as work:
        (await work.get_record(Policy, policy.id)).premium = D(1100)
    await issue(world, policy)
    assert [p.amount for p in await instalments(world, policy)] == [D(500), D(600)]


async def test_a_schedule_made_by_hand_stays_where_the_days_stay(world: World, trade: Trade) -> None:
    begun = await begin(world, trade)
    policy = await drafted(world, begun, trade.ingos, "1000", plan="50-50")
    first, second = await instalments(world, policy)
    day = second.due_on + timedelta(days=11)
    async with world.database.transaction(world.anna, action="payment.update") as work:
        (await work.get_record(Payment, first.id)).amount = D(300)
        changed = await work.get_record(Payment, second.id)
        changed.amount, changed.due_on = D(700), day
    await issue(world, policy)
    assert [(p.amount, p.due_on) for p in await instalments(world, policy)] == [(300, first.due_on), (700, day)]


async def test_a_policy_is_not_issued_in_a_closed_deal(world: World, trade: Trade) -> None:
    begun = await begin(world, trade)
    policy = await drafted(world, begun, trade.ingos, "1000")
    async with world.database.transaction(world.anna) as work:
        deal = await work.get_record(Deal, begun.deal)
        deal.stage, deal.lost_reason = "lost", "ошибка"
    with pytest.raises(Refused, match="reopen"):
        await issue(world, policy)
    await do(world, world.head, Deal, begun.deal, "reopen")
    await issue(world, policy)
    assert (await get(world, world.anna, Deal, begun.deal)).stage == "won"


async def test_premium_collected_by_the_brokerage_is_transit(world: World, trade: Trade) -> None:
    begun = await begin(world, trade)
    policy = await drafted(world, begun, trade.ingos, "1000", plan="50-50")
    first, *_ = await instalments(world, policy)
    async with world.database.transaction(world.anna, action="payment.update") as work:
        (await work.get_record(Payment, first.id)).collected_by = "broker"
    await issue(world, policy)
    (transit,) = await rows(world, Transit, Transit.deal_id == begun.deal)
    assert (transit.payment_id, transit.amount, transit.status) == (first.id, D(500), "expected")
    with pytest.raises(Refused):
        await do(world, world.olga, Transit, transit.id, "pass_on", PassedOn(passed_on=clock.today()))
    await pay(world, first)
    assert (await get(world, world.olga, Transit, transit.id)).status == "collected"
    await do(world, world.olga, Payment, first.id, "reverse", Bounced(reason="возврат банка"))
    assert (await get(world, world.olga, Transit, transit.id)).status == "expected"
    await pay(world, first)
    with pytest.raises(Invalid):
        await do(world, world.olga, Transit, transit.id, "pass_on", PassedOn(passed_on=date(2999, 1, 1)))
    await do(world, world.olga, Transit, transit.id, "pass_on", PassedOn(passed_on=clock.today()))
    assert (await get(world, world.olga, Transit, transit.id)).status == "passed_on"
    payment = await get(world, world.olga, Payment, first.id)
    assert (payment.incomes_expected, payment.expenses_expected) == (D(100), D(30))


async def test_the_next_policy_of_a_need_is_chained_and_ends_its_renewal(world: World, trade: Trade) -> None:
    begun = await begin(world, trade)
    old = await drafted(world, begun, trade.ingos, "1000")
    await issue(world, old)
    renewal = Renewal(deal_id=begun.deal, policy_id=old.id)
    await add(world, world.anna, renewal)
    new = await drafted(world, begun, trade.reso, "900")
    number = (await get(world, world.anna, Policy, old.id)).number
    assert (new.previous_policy_id, new.previous_number, new.is_renewal) == (old.id, number, True)
    assert new.starts_on == old.ends_on + timedelta(days=1)
    assert (await get(world, world.anna, Renewal, renewal.id)).status == "found"
    await issue(world, new)
    done = await get(world, world.anna, Renewal, renewal.id)
    assert (done.status, done.successor_id) == ("renewed", new.id)


async def test_cancelling_claws_back_in_proportion(world: World, trade: Trade) -> None:
    begun = await begin(world, trade, kind="company")
    today = clock.today()
    starts_on = today - timedelta(days=99)
    policy = await drafted(world, begun, trade.ingos, "73000", plan="50-50", starts_on=starts_on)
    first, second = await instalments(world, policy)
    await pay(world, first)
    await issue(world, policy, sale_date=starts_on, ends_on=starts_on + timedelta(days=364))
    (line, _) = await incomes_of(world, policy)
    await do(world, world.olga, Income, line.id, "receive", Received(received_on=today))
    with pytest.raises(Invalid):
        await do(world, world.anna, Policy, policy.id, "cancel", Cancel(cancelled_on=date(2999, 1, 1), reason="x"))
    await do(world, world.anna, Policy, policy.id, "cancel", Cancel(cancelled_on=today, reason="продал"))
    # 100 of 365 days used: 20 000 earned of the 36 500 paid; of 16 500 unearned the insurer keeps a fifth.
    kept, taken = await rows(world, Income, Income.payment_id == first.id)
    assert (kept.amount, kept.status, taken.amount, taken.status) == (D(7300), "received", D(-2640), "expected")
    assert (taken.reverses_id, taken.rate_percent, taken.base_amount) == (line.id, D(20), D(-13200))
    paid = await get(world, world.olga, Payment, first.id)
    assert (paid.status, paid.incomes_expected, paid.incomes_received) == ("paid", D(4660), D(7300))
    owed = await get(world, world.olga, Payment, second.id)
    assert owed.status == ("planned" if owed.due_on <= today else "cancelled")
    await do(world, world.olga, Income, taken.id, "receive", Received(received_on=today))
    assert (await get(world, world.olga, Payment, first.id)).incomes_received == D(4660)


async def test_instalments_after_the_day_go_with_their_lines(world: World, trade: Trade) -> None:
    begun = await begin(world, trade)
    policy = await drafted(world, begun, trade.ingos, "40000", plan="equal-4")
    payments = await instalments(world, policy)
    await issue(world, policy)
    day = payments[1].due_on
    await do(world, world.olga, Policy, policy.id, "cancel", Cancel(cancelled_on=day, reason="продал"))
    assert [p.id for p in await instalments(world, policy)] == [p.id for p in payments[:2]]
    assert len(await incomes_of(world, policy)) == 2
    assert len(await rows(world, Expense, Expense.deal_id == begun.deal)) == 2
    gone = await get(world, world.olga, Payment, payments[3].id)
    assert (gone.status, gone.note, gone.incomes_expected) == ("cancelled", "продал", D(0))


async def test_within_the_days_to_think_nothing_is_kept_of_a_persons_refund(world: World, trade: Trade) -> None:
    for kind, returned in (("person", "-7280.00"), ("company", "-5824.00")):
        begun = await begin(world, trade, kind=kind)
        policy = await drafted(world, begun, trade.ingos, "36500", starts_on=clock.today())
        (payment,) = await instalments(world, policy)
        await pay(world, payment)
        await issue(world, policy, ends_on=policy.starts_on + timedelta(days=364))
        await do(world, world.olga, Policy, policy.id, "cancel", Cancel(cancelled_on=clock.today(), reason="передумал"))
        *_, taken = await rows(world, Income, Income.payment_id == payment.id)
        assert taken.amount == D(returned), kind


async def test_annulling_leaves_only_money_that_moved(world: World, trade: Trade) -> None:
    begun = await begin(world, trade)
    policy = await drafted(world, begun, trade.ingos, "1000", plan="equal-4")
    payments = await instalments(world, policy)
    await issue(world, policy)
    await pay(world, payments[0])
    await pay(world, payments[1])
    lines = await incomes_of(world, policy)
    await do(world, world.olga, Income, lines[0].id, "receive", Received(received_on=clock.today()))
    await do(world, world.anna, Policy, policy.id, "annul")
    assert [p.status for p in await instalments(world, policy)] == ["paid", "paid"]
    assert [i.id for i in await incomes_of(world, policy)] == [lines[0].id]
    assert await rows(world, Expense, Expense.deal_id == begun.deal) == []
    with pytest.raises(Refused):
        await do(world, world.anna, Policy, policy.id, "annul")


async def test_the_terms_of_an_issued_policy_are_not_typed_over(world: World, trade: Trade) -> None:
    policy = await drafted(world, await begin(world, trade), trade.ingos, "1000", plan="50-50")
    async with world.database.transaction(world.boris, action="policy.update") as work:
        await apply(work, Change(Policy, policy.id, {}, {"premium": "1200"}))
    await issue(world, policy)
    for field, value in (("premium", "900"), ("starts_on", "01.01.2030"), ("ends_on", "01.01.2031"), ("plan", "once")):
        with pytest.raises(Invalid) as refused:
            async with world.database.transaction(world.boris, action="policy.update") as work:
                await apply(work, Change(Policy, policy.id, {}, {field: value, "program": "Люкс"}))
        assert list(refused.value.fields) == [field]
    for who in (world.anna, world.boris):
        async with world.database.transaction(who, action="policy.update") as work:
            corrected = {"number": "ААА 1234567890", "blank_number": "77", "program": "Люкс"}
            await apply(work, Change(Policy, policy.id, {}, corrected))
    found = await get(world, world.anna, Policy, policy.id)
    assert (found.premium, found.program, found.blank_number) == (D(1200), "Люкс", "77")


async def test_corrected_terms_move_what_is_planned_and_its_lines(world: World, trade: Trade) -> None:
    begun = await begin(world, trade)
    policy = await drafted(world, begun, trade.ingos, "1000", plan="40-20-20-20")
    await issue(world, policy)
    first, second, *_ = await instalments(world, policy)
    await pay(world, first)
    (by_hand,) = await rows(world, Income, Income.payment_id == second.id)
    async with world.database.transaction(world.anna, action="income.update") as work:
        await apply(work, Change(Income, by_hand.id, {}, {"amount": "77"}))
    terms = Terms(premium=D(1300), starts_on=policy.starts_on, ends_on=policy.ends_on, plan="40-20-20-20")
    with pytest.raises(Refused, match="does not fit the premium"):
        await do(world, world.boris, Policy, policy.id, "correct", replace(terms, premium=D(300)))
    await do(world, world.boris, Policy, policy.id, "correct", terms)
    assert [p.amount for p in await instalments(world, policy)] == [400, 300, 300, 300]
    assert [i.amount for i in await incomes_of(world, policy)] == [80, 77, 60, 60]
    await do(world, world.boris, Policy, policy.id, "correct", replace(terms, premium=D(800), plan="50-50"))
    assert [p.amount for p in await instalments(world, policy)] == [400, 400]
    assert [i.amount for i in await incomes_of(world, policy)] == [80, 77]
    await undo(world, world.boris, await last_action(world, begun.deal))
    assert [i.amount for i in await incomes_of(world, policy)] == [80, 77, 60, 60]
    assert sum(p.incomes_expected for p in await instalments(world, policy)) == 277


async def test_a_part_paid_in_a_closed_month_is_not_wiped(world: World, trade: Trade) -> None:
    policy = await drafted(world, await begin(world, trade), trade.ingos, "1000")
    (payment,) = await instalments(world, policy)
    before = clock.today().replace(day=1) - timedelta(days=1)
    for day in (before, clock.today()):
        await do(world, world.anna, Payment, payment.id, "pay", Paid(paid_on=day, amount=D(400)))
    month = ClosedMonth(month=before.replace(day=1), closed_by_id=world.olga.id, closed_at=clock.now())
    await add(world, world.olga, month)
    with pytest.raises(Refused, match="no longer moves"):
        await do(world, world.olga, Payment, payment.id, "reverse", Bounced(reason="банк"))
    async with world.database.transaction(world.olga, action="closed-month.reopen") as work:
        (await work.get_record(ClosedMonth, month.id)).reopened_at = work.at
    await do(world, world.olga, Payment, payment.id, "reverse", Bounced(reason="банк"))
    assert (await get(world, world.olga, Payment, payment.id)).paid_amount == 0
    await pay(world, payment)
    async with world.database.transaction(world.olga, action="closed-month.close") as work:
        (await work.get_record(ClosedMonth, month.id)).reopened_at = None
    await do(world, world.olga, Payment, payment.id, "reverse", Bounced(reason="снова"))


async def test_insurer_and_percentage_of_an_issued_policy_change_with_its_lines(world: World, trade: Trade) -> None:
    begun = await begin(world, trade)
    policy = await drafted(world, begun, trade.ingos, "1000", commission_percent=D(10), plan="50-50")
    await issue(world, policy)
    changes = {"commission_percent": "25", "insurer_id": str(trade.reso), "agreement_id": None}
    for field, value in changes.items():
        with pytest.raises(Invalid) as refused:
            async with world.database.transaction(world.anna, action="policy.update") as work:
                await apply(work, Change(Policy, policy.id, {}, {field: value}))
        assert field in refused.value.fields
    first, _second = await incomes_of(world, policy)
    await do(world, world.olga, Income, first.id, "receive", Received(received_on=clock.today()))
    now = await get(world, world.anna, Policy, policy.id)
    terms = Terms(premium=now.premium, starts_on=now.starts_on, ends_on=now.ends_on, plan=now.plan)
    await do(world, world.anna, Policy, policy.id, "correct", replace(terms, percent=D(25)))
    assert [line.amount for line in await incomes_of(world, policy)] == [D(50), D(125)]
    await do(world, world.anna, Policy, policy.id, "correct", replace(terms, another_insurer_id=trade.reso))
    moved = await get(world, world.anna, Policy, policy.id)
    assert (moved.insurer_id, moved.agreement_id, moved.commission_percent) == (trade.reso, None, D(25))
    await undo(world, world.anna, await last_action(world, begun.deal))
    assert (await get(world, world.anna, Policy, policy.id)).insurer_id == trade.ingos


async def test_an_endorsement_takes_no_difference_that_nothing_follows_from(world: World, trade: Trade) -> None:
    policy = await drafted(world, await begin(world, trade), trade.ingos, "1000")
    values = {"policy_id": policy.id, "number": "ДС-1", "effective_on": policy.starts_on}
    with pytest.raises(Invalid) as refused:
        await made(world.database, world.anna, Endorsement, **values, premium_difference="500")
    assert set(refused.value.fields) == {"premium_difference"}
    assert (await made(world.database, world.anna, Endorsement, **values)).number == "ДС-1"
