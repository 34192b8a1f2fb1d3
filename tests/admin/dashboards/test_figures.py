"""The figures of a seller, a head and an accountant are those of plain questions over the deals that each may see."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from statistics import median
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from admin.dashboards.asked import Span
from models.actor import Actor
from models.clock import BROKERAGE_ZONE
from models.dates import add_months
from models.figures import funnel, losses, money, overheads, people, plan, receivables, renewals, sources
from models.figures.asked import Asked
from models.figures.renewals import Fate
from models.session import Work
from tests.admin.dashboards.conftest import TODAY
from tests.admin.dashboards.test_rows import asked_in
from tests.world import World

D = Decimal
ASKED = asked_in(Span.YEAR)
FIRST, LAST = ASKED.period
BEGINS, ENDS = (datetime.combine(day, time(), BROKERAGE_ZONE) for day in (FIRST, LAST + timedelta(days=1)))
SPAN = {"a": FIRST, "b": LAST + timedelta(days=1)}
MOMENTS = {"begins": BEGINS, "ends": ENDS}
MINE = "SELECT id FROM crm.deals WHERE deleted_at IS NULL AND (seller_id = ANY (:who) OR executor_id = ANY (:who))"
Tell = Callable[..., Awaitable[list[Any]]]


class Plain:
    """Questions of the administrator about some deals, and the same person's own transaction."""

    def __init__(self, past: World, actor: Actor, deals: list[UUID]) -> None:
        self.past, self.actor, self.deals = past, actor, deals

    async def rows(self, sql: str, **told: Any) -> list[Any]:
        """`:d` are the deals."""
        async with self.past.database.transaction(self.past.admin) as work:
            return list((await work.execute(text(sql), told | {"d": self.deals})).all())

    async def sum(self, table: str, what: str, where: str, **told: Any) -> Decimal:
        """A sum over living rows of the deals."""
        sql = f"SELECT coalesce(sum({what}), 0) FROM crm.{table} WHERE deleted_at IS NULL AND deal_id = ANY (:d)"
        return Decimal((await self.rows(f"{sql} AND {where}", **told))[0][0])

    async def ask(self, figures: Callable[[Work, Asked], Awaitable[Any]], asked: Asked = ASKED) -> Any:
        """What the person is told."""
        async with self.past.database.transaction(self.actor) as work:
            return await figures(work, asked)


@pytest.fixture(params=["anna", "head", "olga", "vera"])
async def plain(past: World, request: pytest.FixtureRequest) -> AsyncIterator[Plain]:
    """A person and the deals that they may see, told apart without row policies."""
    actor = getattr(past, request.param)
    who = {"anna": [past.anna.id], "vera": [past.vera.id], "head": [past.anna.id, past.boris.id, past.head.id]}
    everybody = [past.anna.id, past.vera.id]
    async with past.database.transaction(past.admin) as work:
        deals = list(await work.scalars(text(MINE), {"who": who.get(request.param, everybody)}))
    yield Plain(past, actor, deals)


def months() -> list[tuple[date, date]]:
    """Months of the year, each with the first day of the next one."""
    return [(add_months(FIRST, n), add_months(FIRST, n + 1)) for n in range(12)]


async def test_funnel(plain: Plain) -> None:
    told = await plain.rows(
        "SELECT s.stage, s.is_furthest, d.stage FROM crm.deal_steps s JOIN crm.deals d ON d.id = s.deal_id"
        " WHERE d.id = ANY (:d) AND s.entered_at BETWEEN :begins AND :ends", **MOMENTS,
    )  # fmt: skip
    for step in await plain.ask(funnel.funnel):
        mine = [(furthest, now) for stage, furthest, now in told if stage == step.stage]
        lost = sum(furthest and now == "lost" for furthest, now in mine)
        onward = sum(not furthest for furthest, _now in mine)
        assert step[1:] == (len(mine), onward, lost, len(mine) - onward - lost), step
        assert step.entered


async def test_calendar_of_renewals(plain: Plain) -> None:
    ending = await plain.rows(
        "SELECT id, ends_on, premium FROM crm.policies"
        " WHERE deal_id = ANY (:d) AND status = 'issued' AND ends_on >= :a AND ends_on < :b", **SPAN,
    )  # fmt: skip
    followed = {
        row[0] for row in await plain.rows("SELECT previous_policy_id FROM crm.policies WHERE deal_id = ANY (:d)")
    }
    lost = {
        row[0]
        for row in await plain.rows("SELECT policy_id FROM crm.renewals WHERE deal_id = ANY (:d) AND status = 'lost'")
    }
    whole = Counter[tuple[date, Fate]]()
    premium: dict[Fate, Decimal] = dict.fromkeys(Fate, D(0))
    for key, ends_on, sum_ in ending:
        fate = (
            Fate.RENEWED
            if key in followed
            else Fate.LOST
            if key in lost
            else Fate.LAPSED
            if ends_on < TODAY
            else Fate.OPEN
        )
        whole[ends_on.replace(day=1), fate] += 1
        premium[fate] += sum_
    found = await plain.ask(renewals.calendar)
    assert {(one.first, fate): n for one in found for fate, n in one.policies.items() if n} == dict(whole)
    assert {fate: sum(one.premium[fate] for one in found) for fate in Fate} == premium
    decided = sum(premium.values()) - premium[Fate.OPEN]
    assert renewals.retention(premium) == round(100 * premium[Fate.RENEWED] / decided, 1)


KEPT = "status <> 'written_off'"


async def test_premiums_and_commission_by_month(plain: Plain) -> None:
    found = await plain.ask(money.by_month)
    for month, (a, b) in zip(found, months(), strict=True):
        within = {"a": a, "b": b}
        assert month == (
            a,
            await plain.sum("payments", "amount", "status <> 'cancelled' AND due_on >= :a AND due_on < :b", **within),
            await plain.sum("payments", "paid_amount", "paid_on >= :a AND paid_on < :b", **within),
            await plain.sum(
                "payment_incomes", "amount", f"{KEPT} AND expected_on >= :a AND expected_on < :b", **within
            ),
            await plain.sum("payment_incomes", "received_amount", "received_on >= :a AND received_on < :b", **within),
            await plain.sum("transits", "amount", "collected_on >= :a AND collected_on < :b", **within),
            await plain.sum("transits", "amount", "passed_on >= :a AND passed_on < :b", **within),
        )  # fmt: skip
    assert found[TODAY.month - 1].paid


UNPAID = "status IN ('planned', 'partially_paid')"
UNRECEIVED = "status NOT IN ('received', 'withheld', 'written_off')"


async def test_forecast_of_a_year(plain: Plain) -> None:
    overdue, *ahead, undated = await plain.ask(money.forecast)
    assert overdue.premium == await plain.sum("payments", "amount - paid_amount", f"{UNPAID} AND due_on < :t", t=TODAY)
    assert overdue.commission == await plain.sum(
        "payment_incomes", "amount - received_amount", f"{UNRECEIVED} AND expected_on < :t", t=TODAY
    )
    assert undated.commission == await plain.sum("payment_incomes", "amount", f"{UNRECEIVED} AND expected_on IS NULL")
    assert len(ahead) == 12
    for n, one in enumerate(ahead):
        month = add_months(TODAY.replace(day=1), n)
        within = {"a": max(month, TODAY), "b": add_months(month, 1)}
        due = f"{UNPAID} AND due_on >= :a AND due_on < :b"
        expected = f"{UNRECEIVED} AND expected_on >= :a AND expected_on < :b"
        assert one.premium == await plain.sum("payments", "amount - paid_amount", due, **within)
        assert one.commission == await plain.sum("payment_incomes", "amount - received_amount", expected, **within)


async def test_receivables_by_age(plain: Plain) -> None:
    lines = await plain.rows(
        "SELECT c.insurer_id, :t - i.expected_on, i.amount - i.received_amount FROM crm.payment_incomes i"
        " JOIN crm.payments p ON p.id = i.payment_id JOIN crm.policies c ON c.id = p.policy_id"
        f" WHERE i.deal_id = ANY (:d) AND i.{UNRECEIVED}", t=TODAY,
    )  # fmt: skip
    told: dict[UUID, Counter[str]] = {}
    for insurer, days, owed in lines:
        bounds = ((-1, "ahead"), (30, "month"), (60, "two"), (90, "three"), (10_000, "more"))
        age = "undated" if days is None else next(name for most, name in bounds if days <= most)
        told.setdefault(insurer, Counter())[age] += owed
    found = await plain.ask(receivables.of_insurers)
    assert {one.id: {age: n for age, n in one.amounts.items() if n} for one in found} == {
        insurer: {age: n for age, n in ages.items() if n} for insurer, ages in told.items()
    }
    assert [one.late for one in found] == sorted((one.late for one in found), reverse=True)
    clients = await plain.ask(receivables.of_clients)
    late = await plain.sum("payments", "amount - paid_amount", f"{UNPAID} AND due_on < :t", t=TODAY)
    assert sum((one.total for one in clients), D(0)) == late


async def test_load_and_speed(plain: Plain) -> None:
    reach = "t.deal_id = ANY (:d)"
    tasks = await plain.rows(
        "SELECT t.assignee_id, t.status, t.due_on, t.created_at, t.accepted_at, t.done_at FROM tasks.tasks t"
        f" WHERE t.deleted_at IS NULL AND t.assignee_id IS NOT NULL AND {reach}"
    )
    *found, everybody = await plain.ask(people.workers)
    for one in [*found, everybody]:
        mine = [task for task in tasks if one.id in (None, task[0])]
        open_ = [task for task in mine if task[1] not in ("done", "cancelled")]
        done = [task for task in mine if task[1] == "done" and task[5] and BEGINS <= task[5] < ENDS]
        waited = [(task[4] - task[3]).total_seconds() for task in mine if task[4] and BEGINS <= task[4] < ENDS]
        worked = [(task[5] - task[4]).total_seconds() for task in done if task[4]]
        assert (one.open, one.done) == (len(open_), len(done))
        assert one.late == sum(task[2] is not None and task[2] < TODAY for task in open_)
        for hours, seconds in ((one.hours_to_accept, waited), (one.hours_to_finish, worked)):
            assert hours == (pytest.approx(D(median(seconds)) / 3600, abs=D("0.06")) if seconds else None)
    returned = (
        "SELECT count(*) FROM tasks.task_returns WHERE deal_id = ANY (:d) AND created_at BETWEEN :begins AND :ends"
    )
    assert everybody.returns == (await plain.rows(returned, **MOMENTS))[0][0]


async def test_losses_and_returns(plain: Plain) -> None:
    deals = await plain.rows(
        "SELECT lost_reason, lost_to FROM crm.deals"
        " WHERE id = ANY (:d) AND stage = 'lost' AND stage_since BETWEEN :begins AND :ends", **MOMENTS,
    )  # fmt: skip
    lost = await plain.rows(
        "SELECT r.lost_reason, r.lost_to FROM crm.renewals r JOIN crm.policies c ON c.id = r.policy_id"
        " WHERE r.deal_id = ANY (:d) AND r.status = 'lost' AND c.ends_on >= :a AND c.ends_on < :b", **SPAN,
    )  # fmt: skip
    for n, figures in enumerate((losses.by_reason, losses.by_competitor)):
        found = {(one.words or "").lower(): (one.deals, one.renewals) for one in await plain.ask(figures)}
        words = [Counter((row[n] or "").lower() for row in rows) for rows in (deals, lost)]
        assert found == {word: (words[0][word], words[1][word]) for word in words[0] | words[1]}
    causes = await plain.rows(
        "SELECT cause FROM tasks.task_returns WHERE deal_id = ANY (:d) AND created_at BETWEEN :begins AND :ends",
        **MOMENTS,
    )
    assert {one.cause.value: one.returns for one in await plain.ask(losses.returns)} == Counter(
        row[0] for row in causes
    )


async def test_sources(plain: Plain) -> None:
    opened = await plain.rows(
        "SELECT id, lower(coalesce(source, '')), stage FROM crm.deals"
        " WHERE id = ANY (:d) AND created_at BETWEEN :begins AND :ends", **MOMENTS,
    )  # fmt: skip
    for one in await plain.ask(sources.sources):
        mine = [(key, stage) for key, source, stage in opened if source == (one.source or "").lower()]
        of_source = Plain(plain.past, plain.actor, [key for key, _stage in mine])
        assert (one.deals, one.won) == (len(mine), sum(stage in ("won", "closed") for _key, stage in mine))
        assert one.premium == await of_source.sum("policies", "premium", "status = 'issued'")
        assert one.commission == await of_source.sum("payment_incomes", "amount", "status <> 'written_off'")


async def test_plan_and_fact(plain: Plain) -> None:
    found = await plain.ask(plan.targets)
    people_ = {row[0]: row[1] for row in await plain.rows("SELECT id, team_id FROM auth.users")}
    for one in found:
        whose = [key for key, team in people_.items() if (key == one.user_id if one.user_id else team == one.team_id)]
        column, sum_, day = {
            "premium": ("payments", "paid_amount", "paid_on"),
            "commission": ("payment_incomes", "received_amount", "received_on"),
        }[one.measure]
        sold = f"{day} >= :a AND {day} <= :b AND deal_id IN (SELECT id FROM crm.deals WHERE seller_id = ANY (:w))"
        assert one.fact == await plain.sum(column, sum_, sold, a=one.first, b=one.last, w=whose)
        (planned,) = await plain.rows(
            "SELECT sum(amount) FROM crm.sales_targets WHERE measure = :m AND month >= :a AND month < :b"
            " AND team_id IS NOT DISTINCT FROM :t AND user_id IS NOT DISTINCT FROM :u",
            m=one.measure.value, t=one.team_id, u=one.user_id, **SPAN,
        )  # fmt: skip
        assert one.planned == planned[0]
    if plain.actor.scope == "own":
        assert {one.user_id for one in found} == {plain.actor.id}
    assert len(found) == {"own": 2, "team": 4, "all": 8}[plain.actor.scope]


async def test_overheads_leave_transit_and_vat_out(plain: Plain) -> None:
    found = await plain.ask(overheads.overheads)
    for one, (a, b) in zip(found, months(), strict=True):
        within = {"a": a, "b": b}
        came = await plain.rows(
            "SELECT received_amount, vat_mode FROM crm.payment_incomes"
            " WHERE deal_id = ANY (:d) AND received_on >= :a AND received_on < :b", **within,
        )  # fmt: skip
        without = [sum_ if mode == "none" else round(sum_ * 100 / (100 + int(mode)), 2) for sum_, mode in came]
        paid = await plain.sum(
            "payment_expenses", "amount", "status = 'paid' AND paid_on >= :a AND paid_on < :b", **within
        )
        assert one.revenue == sum(without, D(0))
        assert one.received == sum((row[0] for row in came), D(0))
        assert one.profit == one.revenue - paid
    if plain.actor.id == plain.past.anna.id:
        assert found[TODAY.month - 1].vat == D("220.00") + (D("333.33") - D("317.46"))
