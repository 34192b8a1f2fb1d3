"""What the accountant of the demo sees to."""

from __future__ import annotations

from datetime import timedelta

from models.choices import ExpenseStatus, IncomeStatus, PaymentStatus
from models.payment import Expense, Income, Payment
from models.payment.expense import PaidOut
from models.payment.income import Dispute, Received
from models.payment.record import Paid
from seeds.demo.ladder import Matter

PAID_AFTER = timedelta(days=25)
"""Insurers pay commission after the month's act."""


async def receive(matter: Matter) -> None:
    """The accountant sees the premium and the commission of the first instalments."""
    story = matter.story
    for payment in (await matter.instalments())[: matter.scene.received]:
        if payment.status == PaymentStatus.PAID:
            await story.do("olga", Payment, payment.id, "confirm")
        for income in await story.of_deal(Income, matter.deal, Income.payment_id == payment.id):
            day = min(payment.due_on + PAID_AFTER, story.today)
            await story.do("olga", Income, income.id, "receive", Received(received_on=day))


async def settle_all(matter: Matter) -> None:
    """Every expense is approved by the head and paid out."""
    for expense in await matter.story.of_deal(Expense, matter.deal):
        await matter.story.do("head", Expense, expense.id, "approve")
        await matter.story.do("olga", Expense, expense.id, "pay", PaidOut(paid_on=matter.story.today))


async def busy_day(matters: list[Matter]) -> None:
    """One commission is disputed, one stands in a statement, one came in part; one share waits for its payment."""
    story = matters[0].story
    expected = [
        income
        for matter in matters
        for income in await story.of_deal(
            Income, matter.deal, Income.status == IncomeStatus.EXPECTED, Income.amount > 0
        )
        if matter.policy is not None
    ]
    disputed, listed, partly = expected[:3]
    for income in (disputed, listed):
        await story.do("olga", Income, income.id, "put_in_statement")
    await story.do("olga", Income, disputed.id, "dispute", Dispute(note="В ведомости 8 %, по договору 10 %."))
    some = Received(received_on=story.today, amount=(partly.amount / 2).quantize(partly.amount))
    await story.do("olga", Income, partly.id, "receive", some)
    await _pay_a_part(matters)
    for matter in matters:
        shares = await story.of_deal(Expense, matter.deal, Expense.status == ExpenseStatus.EXPECTED)
        if shares and matter.seller == "anna":
            await story.do("head", Expense, shares[0].id, "approve")
            return


async def _pay_a_part(matters: list[Matter]) -> None:
    """The client of one overdue instalment has brought half of it."""
    for matter in matters:
        for payment in await matter.instalments() if matter.policy else []:
            if payment.status == PaymentStatus.PLANNED and payment.due_on < matter.story.today:
                part = Paid(paid_on=matter.story.today, amount=(payment.amount / 2).quantize(payment.amount))
                await matter.story.do(matter.seller, Payment, payment.id, "pay", part)
                return
