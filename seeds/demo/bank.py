"""The demo's bank: an insurer's statement whose money has come, a file of the account, months that are closed."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select

from jobs.bank import bring_in
from models.actor import Scope
from models.bank import BankOperation, BankReason, BankStatus
from models.choices import ExpenseStatus, IncomeStatus, LineVerdict, PaymentStatus, StatementStatus
from models.client import Client
from models.dates import add_months
from models.month import ClosedMonth
from models.payment import Expense, Income, Payment
from models.people import User
from models.policy import Policy
from models.statement import Statement, StatementLine
from seeds.demo.story import Story

ACCOUNT = "40702810338000012345"
INGOS_INN, RESO_INN = "7705042179", "7710045520"
AGO = 3
"""Days since the operations."""


class Paper(NamedTuple):
    """A document of the bank's file; above zero it came."""

    amount: Decimal
    name: str
    inn: str
    purpose: str
    ago: int = AGO


async def money_at_the_bank(story: Story) -> None:
    """Olga posts a statement, brings the bank's file in, confirms what is sure of it, and closes old months."""
    seen, waiting = await _statement(story, seen=True), await _statement(story, seen=False)
    papers = [paper async for paper in _papers(story, [one for one in (seen, waiting) if one is not None])]
    content = "\r\n".join(_written(papers, story.today)).encode("cp1251")
    await bring_in(story.database, story.people["olga"], content, "kl_to_1c.txt")
    await _confirm_one(story)
    await _close_months(story)


async def _statement(story: Story, *, seen: bool) -> Statement | None:
    """A statement of Ингосстрах: posted, of what it paid, or a draft of what it says that it will pay."""
    async with story.by("admin", "seeds.demo") as work:
        status = IncomeStatus.RECEIVED if seen else IncomeStatus.EXPECTED
        statement = (
            select(Income.id, Income.amount, Policy.number, Policy.number_key, Payment.paid_on, Payment.amount)
            .join(Payment, Payment.id == Income.payment_id)
            .join(Policy, Policy.id == Payment.policy_id)
            .where(Policy.insurer_id == story.insurer("ingos"), Income.status == status, Income.amount > 0)
            .where(Payment.paid_on.is_not(None), Income.deleted_at.is_(None))
            .order_by(Payment.paid_on, Income.id)
            .limit(2)
        )
        found = (await work.execute(statement)).all()
    if not found:
        return None
    month = max(row.paid_on for row in found)
    title = f"Ингосстрах, акт {month:%m.%Y}" if seen else f"Ингосстрах, ведомость {month:%m.%Y}"
    made = Statement(
        insurer_id=story.insurer("ingos"),
        title=title,
        file_name=f"{title}.xlsx",
        file_sha256=hashlib.sha256(title.encode()).hexdigest(),
        period_from=min(row.paid_on for row in found),
        period_to=month,
        status=(StatementStatus.POSTED if seen else StatementStatus.DRAFT).value,
        total=sum((row[1] for row in found), Decimal(0)),
    )
    await story.add("olga", made)
    lines = [
        StatementLine(
            statement_id=made.id, row=n, number=number, number_key=key, premium=premium, commission=commission,
            paid_on=paid_on, verdict=LineVerdict.MATCH.value, income_id=income, decision="received" if seen else None,
            posted_on=month if seen else None,
        )
        for n, (income, commission, number, key, paid_on, premium) in enumerate(found, start=2)
    ]  # fmt: skip
    await story.add("olga", *lines)
    if not seen:
        for row in found:
            await story.do("olga", Income, row.id, "put_in_statement")
        await story.do("olga", Statement, made.id, "rematch")
    return made


async def _papers(story: Story, statements: Sequence[Statement]) -> AsyncIterator[Paper]:
    for statement in statements:
        purpose = f"Агентское вознаграждение за {statement.period_to:%m.%Y} по договору АД-1, НДС не облагается"
        yield Paper(statement.total or Decimal(0), "СПАО «ИНГОССТРАХ»", INGOS_INN, purpose)
    yield Paper(Decimal("18450.00"), "САО «РЕСО-Гарантия»", RESO_INN, "Вознаграждение агента, акт 14")
    async with story.by("admin", "seeds.demo") as work:
        paid = (
            select(Policy.number, Client.name, Client.inn, Payment.paid_amount)
            .join(Policy, Policy.id == Payment.policy_id)
            .join(Client, Client.id == Policy.client_id)
            .where(Payment.status == PaymentStatus.PAID, Policy.number.is_not(None), Payment.paid_on >= story.day(-40))
            .order_by(Payment.id)
            .limit(2)
        )
        clients = (await work.execute(paid)).all()
        share = (
            select(Expense.amount, User.full_name)
            .join(User, User.id == Expense.payee_id)
            .where(Expense.status == ExpenseStatus.APPROVED, Expense.deleted_at.is_(None))
            .order_by(Expense.id)
            .limit(1)
        )
        shares = (await work.execute(share)).all()
    for n, (number, name, inn, amount) in enumerate(clients):
        wrong = Decimal(500) if n else Decimal(0)
        yield Paper(amount - wrong, name, inn or "", f"Оплата по полису {number}, НДС не облагается")
    for amount, name in shares:
        yield Paper(-amount, name, "", "Вознаграждение по договору оказания услуг")
    yield Paper(Decimal("-35000.00"), "ООО «Бизнес-центр»", "7703123459", "Аренда офиса за месяц")
    yield Paper(Decimal("-1490.00"), "ПАО СБЕРБАНК", "7707083893", "Комиссия за ведение счёта", 1)


def _written(papers: Sequence[Paper], today: date) -> Iterator[str]:
    yield from ("1CClientBankExchange", "ВерсияФормата=1.03", "Кодировка=Windows", f"РасчСчет={ACCOUNT}")
    came, went = (sum((abs(p.amount) for p in papers if (p.amount > 0) is sign), Decimal(0)) for sign in (True, False))
    yield from ("СекцияРасчСчет", f"РасчСчет={ACCOUNT}", f"ВсегоПоступило={came}", f"ВсегоСписано={went}")
    yield "КонецРасчСчет"
    for number, paper in enumerate(papers, start=101):
        other, own = ("Плательщик", "Получатель") if paper.amount > 0 else ("Получатель", "Плательщик")
        day = f"{today - timedelta(days=paper.ago):%d.%m.%Y}"
        yield from (
            "СекцияДокумент=Платежное поручение",
            f"Номер={number}",
            f"Дата={day}",
            f"Сумма={abs(paper.amount)}",
        )
        yield from (f"{other}={paper.name}", f"{other}ИНН={paper.inn}", f"{other}Счет=40702810500000054321")
        yield from (f"{own}Счет={ACCOUNT}", f"{own}БИК=044525225", f"{own}Банк1=ПАО СБЕРБАНК")
        yield f"{'ДатаПоступило' if paper.amount > 0 else 'ДатаСписано'}={day}"
        yield from (f"НазначениеПлатежа={paper.purpose}", "КонецДокумента")
    yield "КонецФайла"


async def _confirm_one(story: Story) -> None:
    """The money of the oldest statement has been seen."""
    async with story.by("admin", "seeds.demo") as work:
        statement = select(BankOperation.id).where(
            BankOperation.status == BankStatus.NEW, BankOperation.reasons.contains([BankReason.TOTAL.value])
        )
        first: UUID | None = await work.scalar(statement.order_by(BankOperation.id).limit(1))
    if first is not None:
        await story.do("olga", BankOperation, first, "confirm")


async def _close_months(story: Story) -> None:
    """All but the last month that is over: that one waits for Olga."""
    month = add_months(story.today.replace(day=1), -2)
    async with story.database.transaction(story.people["olga"], action="closed-month.close", scope=Scope.ALL) as work:
        await ClosedMonth.close(work, month, earlier=True)
