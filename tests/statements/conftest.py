"""Policies of Anna's with instalments paid, and files of their insurer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select, text

from jobs.statements.drafts import File, keep
from jobs.statements.reading import read
from models import clock
from models.actor import Actor
from models.choices import IncomeStatus
from models.payment import Income, Payment
from models.policy import Policy
from models.statement import Decide, Link, Post, Statement, StatementLine
from tests.trade import Trade, begin, do, drafted, get, instalments, issue, pay, reference_rows, rows
from tests.world import World

HEAD = "Договор;Страхователь;Премия;Ставка;Вознаграждение"
AWAITED = ("expected", "in_statement", "partly", "disputed")


@dataclass(frozen=True)
class Insured:
    """An issued policy with its first instalment and the commission that is awaited on it."""

    policy: Policy
    payment: Payment
    income: Income

    def line(self, commission: str | None = None, *, percent: str = "20", premium: str | None = None) -> str:
        """A line of a statement about it; sums that are not given are as expected."""
        told = commission or str(self.income.amount)
        return f"{self.policy.number};Попов Максим;{premium or self.payment.amount};{percent}%;{told}"


@pytest.fixture(scope="module")
async def trade(world: World) -> Trade:
    return await reference_rows(world.database)


async def insured(world: World, trade: Trade, premium: str, *, is_paid: bool = True, number: str = "") -> Insured:
    """A new policy of Ингосстрах, 20 % of whose premium is awaited."""
    policy = await drafted(world, await begin(world, trade), trade.ingos, premium)
    await issue(world, policy, **({"number": number} if number else {}))
    (payment,) = await instalments(world, policy)
    if is_paid:
        await pay(world, payment)
    (income,) = await rows(world, Income, Income.payment_id == payment.id)
    return Insured(await get(world, world.olga, Policy, policy.id), payment, income)


async def brought(
    world: World, folder: Path, insurer: UUID, lines: Sequence[str], *, head: str = HEAD, who: Actor | None = None
) -> Statement:
    """A draft statement of these lines."""
    path = folder / f"ведомость-{abs(hash(tuple(lines)))}.csv"
    path.write_text("\n".join([head, *lines]), encoding="utf-8")
    async with world.database.transaction(who or world.olga, action="statement.read") as work:
        statement, _lines, _judged = await keep(work, await File.of(path), insurer, read(path))
    return statement


async def lines_of(world: World, statement: Statement) -> list[StatementLine]:
    """The lines as they are now."""
    async with world.database.transaction(world.olga) as work:
        mine = select(StatementLine).where(StatementLine.statement_id == statement.id)
        return list(await work.scalars(mine.order_by(StatementLine.row)))


async def decide(world: World, line: StatementLine, decision: str, note: str = "") -> None:
    """Olga decides on a line."""
    await do(world, world.olga, StatementLine, line.id, "decide", Decide(decision=decision, note=note))


async def link(world: World, line: StatementLine, policy: Policy) -> None:
    """Olga links a policy."""
    await do(world, world.olga, StatementLine, line.id, "link", Link(policy_id=policy.id))


async def post(world: World, statement: Statement, day: date | None = None, *, rest_aside: bool = False) -> UUID:
    """Olga posts what is decided; the action."""
    async with world.database.transaction(world.olga, action="statement.post") as work:
        found = await work.get_record(Statement, statement.id, lock=True)
        asked = Post(money_on=day or clock.today(), rest_aside=rest_aside)
        await Statement.__verbs__["post"].do(found, work.act(), asked)
        return work.action_id


async def income_of(world: World, one: Insured) -> Income:
    """The line of income as it is now."""
    return await get(world, world.olga, Income, one.income.id)


async def incomes_of(world: World, one: Insured) -> list[tuple[str, Decimal, Decimal]]:
    """Every line of income of the instalment: status, amount, what came; in roubles."""
    found = await rows(world, Income, Income.payment_id == one.payment.id)
    return [(income.status, income.amount, income.received_amount) for income in found]


async def awaited(world: World, *policies: Insured) -> Decimal:
    """Roubles of commission that are still to come for these policies, disputed ones among them."""
    found = await rows(world, Income, Income.payment_id.in_([one.payment.id for one in policies]))
    return sum((income.owed for income in found if income.status in AWAITED), Decimal("0.00"))


async def received(world: World, *policies: Insured) -> Decimal:
    """Roubles that have come for these policies."""
    found = await rows(world, Income, Income.payment_id.in_([one.payment.id for one in policies]))
    return sum((income.received_amount for income in found if income.status != IncomeStatus.EXPECTED), Decimal("0.00"))


async def picture(world: World) -> str:
    """A fingerprint of all statements, lines and incomes."""
    async with world.database.transaction(world.olga) as work:
        parts = []
        for table in ("crm.statements", "crm.statement_lines", "crm.payment_incomes", "crm.payments"):
            told = f"SELECT md5(string_agg(r, '|' ORDER BY r)) FROM (SELECT to_jsonb(t)::text AS r FROM {table} t) x"
            parts.append(str(await work.scalar(text(told))))
        return " ".join(parts)
