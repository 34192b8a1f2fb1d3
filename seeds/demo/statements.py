"""Statements of the demo: one of an insurer that is posted, one that waits with an exception of each kind."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select

from jobs.statements.drafts import File, keep
from jobs.statements.reading import Reading
from models.catalogue import Insurer
from models.choices import IncomeKind, IncomeStatus, PaymentStatus
from models.client import Client
from models.identifiers import BadIdentifier, parse_policy_number
from models.money import money, percent_of
from models.payment import Income, Payment
from models.policy import Policy
from models.reconciling import Line
from models.session import Work
from models.statement import Post, Statement
from seeds.demo.story import Story

ENOUGH = 4
"""Policies of one insurer with commission, from which the waiting statement has something of each kind to tell."""


async def bring_statements(story: Story) -> None:
    """The accountant has posted last month's statement; this month's is on her desk."""
    by_payer: dict[UUID, list[Any]] = {}
    async with story.database.transaction(story.people["olga"]) as work:
        for row in await work.execute(commissions()):
            by_payer.setdefault(row.insurer_id, []).append(row)
    payers = sorted(by_payer, key=lambda key: -sum(row.status == IncomeStatus.EXPECTED for row in by_payer[key]))
    if len(payers) < 2:
        return
    waiting, posted = payers[0], payers[1]
    await posted_one(story, posted, [row for row in by_payer[posted] if row.status == IncomeStatus.EXPECTED])
    await waiting_one(story, waiting, by_payer[waiting])


def commissions() -> Any:
    """Commission lines of paid instalments with what a statement says of them."""
    return (
        select(
            Policy.insurer_id, Policy.number, Client.name, Payment.amount.label("premium"), Payment.paid_on,
            Income.amount, Income.rate_percent, Income.status,
        )
        .join(Payment, Payment.policy_id == Policy.id)
        .join(Income, Income.payment_id == Payment.id)
        .join(Client, Client.id == Policy.client_id)
        .where(Income.kind == IncomeKind.COMMISSION.value, Income.amount > 0, Income.deleted_at.is_(None))
        .where(Policy.deleted_at.is_(None), Policy.number.is_not(None))
        .where(Payment.status.in_((PaymentStatus.PAID.value, PaymentStatus.CONFIRMED.value)))
        .where(Income.status.in_((IncomeStatus.EXPECTED.value, IncomeStatus.RECEIVED.value)))
        .order_by(Income.id)
    )  # fmt: skip


async def posted_one(story: Story, payer: UUID, rows: Sequence[Any]) -> None:
    """Everything matches, and is received."""
    lines = [line_of(n, row) for n, row in enumerate(rows[:2], start=7)]
    if not lines:
        return
    day = story.today - timedelta(days=3)
    async with story.database.transaction(story.people["olga"], action="statement.read") as work:
        statement = await kept(work, payer, lines, day, "Акт-отчёт за прошлый месяц")
    async with story.database.transaction(story.people["olga"], action="statement.post") as work:
        found = await work.get_record(Statement, statement.id, lock=True)
        await Statement.__verbs__["post"].do(found, work.act(), Post(money_on=day))


async def waiting_one(story: Story, payer: UUID, rows: Sequence[Any]) -> None:
    """A match, a wrong rate, a part, a line twice, one that came before, an unknown policy, a reversal."""
    awaited = [row for row in rows if row.status == IncomeStatus.EXPECTED]
    received = [row for row in rows if row.status == IncomeStatus.RECEIVED]
    lines = [line_of(n, row) for n, row in enumerate(awaited[:ENOUGH], start=8)]
    if len(lines) > 1 and lines[1].percent and lines[1].premium:
        lines[1].percent -= 2
        lines[1].commission = percent_of(lines[1].premium, lines[1].percent)
    if len(lines) > 2 and lines[2].premium and lines[2].commission:
        lines[2].premium, lines[2].commission = money(lines[2].premium / 2), money(lines[2].commission / 2)
    at = 8 + len(lines)
    if lines:
        lines.append(line_of(at, awaited[0]))
    lines += [line_of(at + 1 + n, row) for n, row in enumerate(received[:1])]
    lines.append(unknown(at + 3, awaited[-1].number if awaited else "ХХХ 0123456789", story.today))
    lines += [taken_back(line_of(at + 4, row)) for row in received[:1]]
    async with story.database.transaction(story.people["olga"], action="statement.read") as work:
        await kept(work, payer, lines, story.today, "Акт-отчёт за этот месяц")


def line_of(row: int, told: Any) -> Line:
    """A line of a statement that says what is expected."""
    return Line(
        row, parse_policy_number(told.number), told.number, told.name, told.paid_on, told.premium, told.rate_percent,
        told.amount,
    )  # fmt: skip


def unknown(row: int, like: str, day: date) -> Line:
    """A policy that the insurer has and the brokerage has not; its number is like one that there is."""
    digits = like[:-1] + str((int(like[-1]) + 1) % 10) if like[-1].isdigit() else like + "1"
    try:
        number = parse_policy_number(digits)
    except BadIdentifier:
        number = None
    premium = Decimal("18340.00")
    return Line(
        row, number, digits, "Сафин Тимур Ринатович", day, premium, Decimal(10), percent_of(premium, Decimal(10))
    )


def taken_back(line: Line) -> Line:
    """The insurer takes its commission back."""
    assert line.premium is not None and line.commission is not None
    line.premium, line.commission = -line.premium, -line.commission
    return line


async def kept(work: Work, payer: UUID, lines: list[Line], day: date, title: str) -> Statement:
    """A draft of these lines, as a file would have made it."""
    insurer = await work.get_record(Insurer, payer)
    name = f"{title}, {insurer.name}.xlsx"
    file = File(name, hashlib.sha256(name.encode()).hexdigest())
    total = sum((line.commission for line in lines if line.commission), Decimal("0.00"))
    reading = Reading(lines, [], total, [f"{title} от {day:%d.%m.%Y}"])
    statement, _lines, _judged = await keep(work, file, payer, reading)
    return statement
