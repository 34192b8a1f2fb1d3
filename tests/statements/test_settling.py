"""Each exception of a statement is resolved in its own way, and the sums tie to the kopeck."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import text

from models import clock
from models.errors import Denied, Invalid, NotFound, Refused
from models.payment import Income
from models.policy import Policy
from models.policy.record import Cancel
from models.reconciling.effects import sums_of
from models.statement import Decide, Payer, Statement, StatementLine
from tests.statements.conftest import (
    awaited,
    brought,
    decide,
    income_of,
    incomes_of,
    insured,
    lines_of,
    link,
    picture,
    post,
    received,
)
from tests.trade import Trade, do, get, rows, undo
from tests.world import World

D = Decimal


async def test_what_matches_is_received_at_once_and_taken_back(world: World, trade: Trade, tmp_path: Path) -> None:
    one, other = await insured(world, trade, "50000"), await insured(world, trade, "100001.01")
    statement = await brought(world, tmp_path, trade.ingos, [one.line(), other.line("20000.24")])
    lines = await lines_of(world, statement)
    assert [(x.verdict, x.cause, x.decision) for x in lines] == [
        ("match", None, "received"), ("match", "rounded", "received"),
    ]  # fmt: skip
    before, owed = await picture(world), await awaited(world, one, other)
    sums = sums_of(lines)
    assert (sums.told, sums.matched, sums.before) == (D("30000.24"), D("30000.24"), owed)
    day = clock.today() - timedelta(days=1)
    action = await post(world, statement, day)
    assert await incomes_of(world, one) == [("received", D("10000.00"), D("10000.00"))]
    assert await incomes_of(world, other) == [("received", D("20000.24"), D("20000.24"))]
    assert (await income_of(world, other)).received_on == day
    assert await received(world, one, other) == sums.received == D("30000.24")
    assert await awaited(world, one, other) == sums.after == 0
    assert (await get(world, world.olga, Statement, statement.id)).status == "posted"
    with pytest.raises(Refused):
        await post(world, statement)
    await undo(world, world.olga, action)
    assert await picture(world) == before
    assert (await get(world, world.olga, Statement, statement.id)).status == "draft"


@pytest.mark.parametrize(
    ("decision", "told", "then", "after"),
    [
        ("difference", "4500", [("received", "4500.00", "4500.00")], "0.00"),
        ("difference", "5600", [("received", "5600.00", "5600.00")], "0.00"),
        ("rest_disputed", "4500", [("received", "4500.00", "4500.00"), ("disputed", "500.00", "0.00")], "500.00"),
        ("rest_disputed", "5600", [("received", "5000.00", "5000.00")], "0.00"),
        ("disputed", "4500", [("disputed", "5000.00", "0.00")], "5000.00"),
        ("ignored", "4500", [("expected", "5000.00", "0.00")], "5000.00"),
    ],
)
async def test_a_wrong_rate(
    world: World, trade: Trade, tmp_path: Path, decision: str, told: str, then: list[tuple[str, str, str]], after: str
) -> None:
    one = await insured(world, trade, "25000")
    statement = await brought(world, tmp_path, trade.ingos, [one.line(told, percent="18")])
    (line,) = await lines_of(world, statement)
    assert (line.verdict, line.cause, line.decision, line.expected_amount) == ("wrong rate", "rate", None, D(5000))
    with pytest.raises(Refused):
        await post(world, statement)
    await decide(world, line, decision, "18 % вместо 20 %")
    sums = sums_of(await lines_of(world, statement))
    await post(world, statement)
    assert await incomes_of(world, one) == [(status, D(amount), D(came)) for status, amount, came in then]
    assert await awaited(world, one) == sums.after == D(after)
    assert await received(world, one) == sums.received
    if decision != "ignored":
        assert (await income_of(world, one)).note == "18 % вместо 20 %" or len(then) == 2
    if decision == "difference":
        assert (await income_of(world, one)).origin == "statement"


@pytest.mark.parametrize(
    ("decision", "then", "after"),
    [
        ("part", [("partly", "5000.00", "2000.00")], "3000.00"),
        ("rest_disputed", [("received", "2000.00", "2000.00"), ("disputed", "3000.00", "0.00")], "3000.00"),
        ("rest_written_off", [("received", "2000.00", "2000.00"), ("written_off", "3000.00", "0.00")], "0.00"),
    ],
)
async def test_a_part(
    world: World, trade: Trade, tmp_path: Path, decision: str, then: list[tuple[str, str, str]], after: str
) -> None:
    one = await insured(world, trade, "25000")
    statement = await brought(world, tmp_path, trade.ingos, [one.line("2000", premium="10000")])
    (line,) = await lines_of(world, statement)
    assert (line.verdict, line.cause) == ("partial", "less")
    await decide(world, line, decision)
    sums = sums_of(await lines_of(world, statement))
    await post(world, statement)
    assert await incomes_of(world, one) == [(status, D(amount), D(came)) for status, amount, came in then]
    assert (await awaited(world, one), await received(world, one)) == (sums.after, sums.received) == (D(after), D(2000))
    if decision == "part":
        rest = await brought(world, tmp_path, trade.ingos, [one.line("3000", premium="25000")])
        (again,) = await lines_of(world, rest)
        assert (again.verdict, again.expected_amount) == ("match", D(3000))
        with pytest.raises(Refused):
            await decide(world, again, "disputed")
        await post(world, rest)
        assert await incomes_of(world, one) == [("received", D(5000), D(5000))]


async def test_what_was_withheld_is_withheld(world: World, trade: Trade, tmp_path: Path) -> None:
    one, other = await insured(world, trade, "25000"), await insured(world, trade, "30000")
    async with world.database.transaction(world.admin, action="test.terms") as work:
        keys = {"keys": [one.income.id, other.income.id]}
        await work.execute(text("UPDATE crm.payment_incomes SET settlement = 'withheld' WHERE id = ANY (:keys)"), keys)
    statement = await brought(world, tmp_path, trade.ingos, [one.line(), other.line("5400", percent="18")])
    match, wrong = await lines_of(world, statement)
    assert (match.verdict, match.decision) == ("match", "withheld")
    await decide(world, wrong, "difference")
    await post(world, statement)
    assert await incomes_of(world, one) == [("withheld", D(5000), D(5000))]
    assert await incomes_of(world, other) == [("withheld", D(5400), D(5400))]


async def test_duplicates_are_told_and_ignored(world: World, trade: Trade, tmp_path: Path) -> None:
    one = await insured(world, trade, "25000")
    statement = await brought(world, tmp_path, trade.ingos, [one.line(), one.line()])
    first, second = await lines_of(world, statement)
    assert (second.verdict, second.cause, second.twin_row) == ("duplicate", "same_line", first.row)
    await post(world, statement)
    assert (await get(world, world.olga, Statement, statement.id)).status == "partly"
    (_first, second) = await lines_of(world, statement)
    assert (second.verdict, second.posted_on) == ("duplicate", None)
    with pytest.raises(Refused):
        await decide(world, second, "received")
    await decide(world, second, "ignored", "повтор")
    await post(world, statement)
    assert await incomes_of(world, one) == [("received", D(5000), D(5000))]
    assert (await get(world, world.olga, Statement, statement.id)).status == "posted"


async def test_an_unknown_policy_is_linked_or_put_aside(world: World, trade: Trade, tmp_path: Path) -> None:
    one = await insured(world, trade, "25000")
    statement = await brought(world, tmp_path, trade.ingos, ["ЫЫЫ 1;Кто-то;25000;20;5000", "ЫЫЫ 2;Кто-то;7;20;1,40"])
    first, second = await lines_of(world, statement)
    assert {first.verdict, second.verdict} == {"unknown policy"}
    await link(world, first, one.policy)
    first, second = await lines_of(world, statement)
    assert (first.verdict, first.decision, first.income_id) == ("match", "received", one.income.id)
    await do(world, world.olga, StatementLine, first.id, "unlink")
    assert (await lines_of(world, statement))[0].verdict == "unknown policy"
    await link(world, first, one.policy)
    await post(world, statement, rest_aside=True)
    assert await incomes_of(world, one) == [("received", D(5000), D(5000))]
    assert [(x.decision, x.posted_on is not None) for x in await lines_of(world, statement)] == [
        ("received", True), ("put_aside", True),
    ]  # fmt: skip


async def test_a_reversal_takes_the_right_commission_back(world: World, trade: Trade, tmp_path: Path) -> None:
    one, cancelled = await insured(world, trade, "25000"), await insured(world, trade, "36500")
    first = await brought(world, tmp_path, trade.ingos, [one.line(), cancelled.line()])
    await post(world, first)
    policy = cancelled.policy
    await do(world, world.olga, Policy, policy.id, "cancel", Cancel(cancelled_on=clock.today(), reason="продал"))
    (back,) = await rows(world, Income, Income.reverses_id == cancelled.income.id)
    lines = [
        f"{one.policy.number};x;-25000;20;-5000",
        f"{policy.number};x;-30000;20;{back.amount}",
        f"{one.policy.number};x;-25000;20;-5000",
    ]
    statement = await brought(world, tmp_path, trade.ingos, lines)
    reverses, claw_back, twice = await lines_of(world, statement)
    assert [(x.verdict, x.cause) for x in (reverses, claw_back, twice)] == [
        ("reversal", "reverses"), ("reversal", "claw_back"), ("reversal", "nothing_to_reverse"),
    ]  # fmt: skip
    await decide(world, reverses, "reversed")
    await decide(world, claw_back, "received")
    with pytest.raises(Refused):
        await decide(world, twice, "reversed")
    sums = sums_of(await lines_of(world, statement))
    before = await received(world, one, cancelled)
    action = await post(world, statement)
    (made,) = await rows(world, Income, Income.reverses_id == one.income.id)
    assert (made.amount, made.status, made.origin) == (D(-5000), "received", "statement")
    assert (await get(world, world.olga, Income, back.id)).status == "received"
    assert await received(world, one, cancelled) == before + sums.received
    assert sums.received == D(-5000) + back.amount
    await undo(world, world.olga, action)
    assert await rows(world, Income, Income.reverses_id == one.income.id) == []


async def test_nobody_promised_it_yet_it_came(world: World, trade: Trade, tmp_path: Path) -> None:
    one = await insured(world, trade, "25000")
    await do(world, world.olga, Income, one.income.id, "trash")
    statement = await brought(world, tmp_path, trade.ingos, [one.line("2500", percent="10")])
    (line,) = await lines_of(world, statement)
    assert (line.verdict, line.cause) == ("wrong rate", "nothing_expected")
    await decide(world, line, "difference")
    await post(world, statement)
    assert await incomes_of(world, one) == [("received", D(2500), D(2500))]


async def test_a_closed_month_and_a_day_ahead_refuse_all_of_it(world: World, trade: Trade, tmp_path: Path) -> None:
    one = await insured(world, trade, "25000")
    statement = await brought(world, tmp_path, trade.ingos, [one.line()])
    with pytest.raises(Invalid):
        await post(world, statement, clock.today() + timedelta(days=1))
    past = (clock.today().replace(day=1) - timedelta(days=40)).replace(day=1)
    async with world.database.transaction(world.olga, action="closed-month.create") as work:
        told = {"month": past, "who": world.olga.id, "at": work.at}
        insert = (
            "INSERT INTO crm.closed_months (id, month, closed_by_id, closed_at)"
            " VALUES (gen_random_uuid(), :month, :who, :at)"
        )
        await work.execute(text(insert), told)
    with pytest.raises(Refused):
        await post(world, statement, past)
    assert await incomes_of(world, one) == [("expected", D(5000), D(0))]
    await post(world, statement)
    assert await incomes_of(world, one) == [("received", D(5000), D(5000))]


async def test_what_has_moved_meanwhile_is_judged_anew(world: World, trade: Trade, tmp_path: Path) -> None:
    one, other = await insured(world, trade, "25000"), await insured(world, trade, "35000")
    statement = await brought(world, tmp_path, trade.ingos, [one.line(), other.line("6300", percent="18")])
    twin = await brought(world, tmp_path, trade.ingos, [one.line(), "ЫЫЫ 5;x;1;1;1"])
    await post(world, twin)
    _match, wrong = await lines_of(world, statement)
    await decide(world, wrong, "difference")
    await post(world, statement)
    late, taken = await lines_of(world, statement)
    assert (late.verdict, late.cause, late.decision, late.posted_on) == ("duplicate", "already_received", None, None)
    assert taken.posted_on is not None
    assert await incomes_of(world, one) == [("received", D(5000), D(5000))]
    with pytest.raises(Refused):
        await decide(world, taken, "ignored")
    await do(world, world.olga, Statement, statement.id, "rematch")


async def test_another_insurer_and_who_may_not(world: World, trade: Trade, tmp_path: Path) -> None:
    one = await insured(world, trade, "25000")
    statement = await brought(world, tmp_path, trade.reso, [one.line()])
    (line,) = await lines_of(world, statement)
    assert line.verdict == "unknown policy"
    for stranger in (world.anna, world.head, world.vera):
        with pytest.raises((NotFound, Denied)):
            await do(world, stranger, StatementLine, line.id, "decide", Decide(decision="ignored"))
    await decide(world, line, "ignored")
    await do(world, world.olga, StatementLine, line.id, "undecide")
    await do(world, world.olga, Statement, statement.id, "readdress", Payer(insurer_id=trade.ingos))
    (line,) = await lines_of(world, statement)
    assert (line.verdict, line.decision) == ("match", "received")
    await do(world, world.olga, Statement, statement.id, "trash")
    with pytest.raises(Refused):
        await decide(world, line, "disputed")


async def test_what_was_disputed_or_came_in_part_is_not_taken_by_its_repetition(
    world: World, trade: Trade, tmp_path: Path
) -> None:
    one, other = await insured(world, trade, "25000"), await insured(world, trade, "35000")
    part = other.line("2000", premium="10000")
    statement = await brought(world, tmp_path, trade.ingos, [one.line(), one.line(), part, part])
    match, _twin, partial, again = await lines_of(world, statement)
    assert (again.verdict, again.cause) == ("duplicate", "same_line")
    await decide(world, match, "disputed", "не наша ставка")
    await decide(world, partial, "part")
    await post(world, statement)
    await do(world, world.olga, Statement, statement.id, "rematch")
    _match, twin, _partial, again = await lines_of(world, statement)
    assert [(x.verdict, x.decision) for x in (twin, again)] == [("duplicate", None)] * 2
    later = await brought(world, tmp_path, trade.ingos, [part, other.line("5000", premium="25000")])
    assert [x.verdict for x in await lines_of(world, later)] == ["duplicate", "match"]
    await post(world, later)
    assert await incomes_of(world, other) == [("received", D(7000), D(7000))]
    assert await incomes_of(world, one) == [("disputed", D(5000), D(0))]
