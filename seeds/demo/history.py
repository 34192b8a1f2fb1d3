"""Two years of deals before today's: told in a few statements, for the pictures to have something to show."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import text

from models.base import Record
from models.bulk import insert_all
from models.choices import (
    DealStage,
    ExpenseKind,
    ExpenseStatus,
    IncomeStatus,
    Origin,
    PaymentStatus,
    PolicyStatus,
    RenewalStatus,
    TaskStatus,
)
from models.client import Client
from models.clock import BROKERAGE_ZONE
from models.dates import add_months, last_day
from models.deal import Deal, DealStep, Need
from models.figures.funnel import WAY
from models.money import percent_of, split
from models.payment import Expense, Income, Payment
from models.policy import Policy, Renewal
from models.session import Work
from models.task import Task
from models.task.returned import TaskReturn
from seeds.demo import past
from seeds.demo.dice import Dice
from seeds.demo.past import Sold
from seeds.demo.story import Story

ORDER = (Client, Deal, DealStep, Need, Policy, Payment, Income, Expense, Renewal, Task, TaskReturn)
NUMBERS = text("SELECT nextval('crm.deal_numbers') FROM generate_series(1, CAST(:many AS int))")
DATED = (
    "UPDATE {table} r SET created_at = (t.told ->> 'at')::timestamptz"
    " FROM jsonb_array_elements(CAST(:told AS jsonb)) AS t (told) WHERE r.id = (t.told ->> 'id')::uuid"
)


GIVEN_BEFORE = (
    "UPDATE tasks.tasks SET created_at = accepted_at - interval '40 minutes' WHERE accepted_at < created_at",
    "UPDATE crm.deals d SET created_at = s.entered_at FROM crm.deal_steps s"
    " WHERE s.deal_id = d.id AND s.stage = 'draft' AND s.entered_at < d.created_at",
)
"""Verbs that acted on days that lie back: what they acted on had been there."""


async def remember(story: Story) -> None:
    """Write the past down, as the administrator, in one transaction."""
    async with story.by("admin", "seeds.demo") as work:
        many = past.MONTHS * sum(past.DEALS_A_MONTH.values())
        telling = Telling(story, list(await work.scalars(NUMBERS, {"many": many})))
        for ago in range(past.MONTHS, 0, -1):
            month = add_months(story.today.replace(day=1), -ago)
            for seller, number in past.DEALS_A_MONTH.items():
                for _n in range(number):
                    telling.deal(seller, month)
        await telling.write(work)
        for statement in GIVEN_BEFORE:
            await work.execute(text(statement))


@dataclass
class Telling:
    """The rows of the past, and when those were made that say so by a day of their own."""

    story: Story
    numbers: list[int]
    rows: dict[type[Record], list[Record]] = field(default_factory=lambda: defaultdict(list))
    made_at: dict[type[Record], dict[UUID, datetime]] = field(default_factory=lambda: defaultdict(dict))

    def add(self, record: Record, at: datetime | None = None) -> None:
        """One more row."""
        self.rows[type(record)].append(record)
        if at is not None:
            self.made_at[type(record)][record.id] = at

    def deal(self, seller: str, month: date) -> None:
        """A deal that began in a month, with all that came of it."""
        number = len(self.rows[Deal])
        dice = Dice(number)
        day = min(month + timedelta(days=dice.throw("day", 28)), self.story.day(-20))
        starts_on = day + timedelta(days=7)
        is_won = dice.throw("won", 100) < 62
        sold, person = dice.pick("product", past.SOLD), self.story.people[seller].id
        name = f"{past.FAMILIES[number % len(past.FAMILIES)]} {dice.pick('name', past.NAMES)}"
        client = Client(name=name, created_by_id=person, source=dice.pick("source", past.SOURCES))
        self.add(client, moment(day))
        product = self.story.products[sold.product]
        way_out = self.way_out(dice, starts_on) if is_won else DealStage.LOST
        deal = self.opened(dice, day, way_out, client, f"{product.name} {name}")
        need = Need(deal_id=deal.id, product_id=product.id, title=product.name)
        self.add(need)
        self.tasks(dice, day, deal)
        if is_won:
            self.covers(Sale(dice, deal, need, sold, dice.pick("insurer", past.INSURERS)), starts_on)

    def way_out(self, dice: Dice, starts_on: date) -> DealStage:
        """Whether a policy that began then, or one that followed it, is in force."""
        while (ends_on := last_day(starts_on, 12)) < self.story.today:
            if fate_of(dice, starts_on) is not RenewalStatus.RENEWED:
                return DealStage.CLOSED
            starts_on = ends_on + timedelta(days=1)
        return DealStage.WON

    def opened(self, dice: Dice, day: date, stage: DealStage, client: Client, title: str) -> Deal:
        """The deal with its steps; a lost one says why."""
        is_lost = stage is DealStage.LOST
        ends = moment(day + timedelta(days=8))
        told: dict[str, Any] = {}
        if is_lost:
            told = {"lost_reason": dice.pick("reason", past.REASONS), "win_back": True}
            if dice.throw("to", 2):
                told |= {"lost_to": dice.pick("competitor", past.COMPETITORS)}
                told |= {"lost_difference": Decimal(500 + dice.throw("difference", 9000))}
        deal = Deal(
            code=f"D-{day:%Y}-{self.numbers[len(self.rows[Deal])]:05d}", client_id=client.id, title=title,
            seller_id=client.created_by_id, executor_id=self.story.people["boris"].id, source=client.source,
            stage=stage.value, stage_since=ends, ball_since=ends,
            next_review_at=self.story.day(60) if stage is DealStage.WON else None, **told,
        )  # fmt: skip
        self.add(deal, moment(day))
        place = WAY.index(dice.pick("lost at", past.LOST_AT) if is_lost else DealStage.WON)
        for n, step in enumerate(WAY[: place + 1]):
            at = ends if n == place and not is_lost else moment(day) + timedelta(days=n, hours=n)
            self.add(DealStep(deal_id=deal.id, stage=step.value, entered_at=at, is_furthest=n == place))
        return deal

    def tasks(self, dice: Dice, day: date, deal: Deal) -> None:
        """What the executor did, and now and then gave back first."""
        boris = self.story.people["boris"].id
        kinds = ("calculate", "issue") if deal.stage != DealStage.LOST else ("calculate",)
        for n, kind in enumerate(kinds):
            given = moment(day + timedelta(days=1 + 4 * n))
            accepted = given + timedelta(minutes=15 + dice.throw(f"accepted {kind}", 300))
            done = accepted + timedelta(hours=1 + dice.throw(f"done {kind}", 40))
            is_returned = dice.throw(f"returned {kind}", 100) < 14
            task = Task(
                deal_id=deal.id, kind_id=self.story.kinds[kind], title=f"{deal.title}: {n + 1}",
                author_id=deal.seller_id, assignee_id=boris, status=TaskStatus.DONE.value,
                due_on=day + timedelta(days=3 + 4 * n),
                accepted_at=accepted, done_at=done, returns=int(is_returned),
            )  # fmt: skip
            self.add(task, given)
            if is_returned:
                back = TaskReturn(deal_id=deal.id, task_id=task.id, returned_by_id=boris, reason="Не хватает данных")
                back.cause = dice.pick(f"cause {kind}", past.CAUSES)
                self.add(back, given + timedelta(minutes=10))

    def covers(self, sale: Sale, starts_on: date, previous: Policy | None = None) -> None:
        """A policy and, where it has run out, what followed."""
        policy = self.policy(sale, starts_on, previous)
        if policy.ends_on >= self.story.today:
            return
        fate = fate_of(sale.dice, starts_on)
        if fate is RenewalStatus.RENEWED:
            number = len(self.rows[Policy])
            self.covers(sale, policy.ends_on + timedelta(days=1), policy)
            self.add(renewal(policy, fate, successor_id=self.rows[Policy][number].id))
        elif fate is RenewalStatus.LOST:
            why = {
                "lost_reason": sale.dice.pick("why", past.REASONS),
                "lost_to": sale.dice.pick("to", past.COMPETITORS),
            }
            difference = Decimal(300 + sale.dice.throw("less", 7000))
            self.add(renewal(policy, fate, lost_difference=difference, **why))

    def policy(self, sale: Sale, starts_on: date, previous: Policy | None) -> Policy:
        """A year's cover with its instalments and lines."""
        dice, sold = sale.dice, sale.sold
        premium = Decimal(sold.least + dice.throw(f"premium {starts_on}", sold.most - sold.least))
        policy = Policy(
            deal_id=sale.deal.id, need_id=sale.need.id, client_id=sale.deal.client_id,
            insurer_id=self.story.insurer(sale.insurer), product_id=sale.need.product_id,
            number=f"{sold.series} {8_120_000_000 + len(self.rows[Policy]) * 41}",
            status=PolicyStatus.ISSUED.value, sale_date=starts_on - timedelta(days=1), starts_on=starts_on,
            ends_on=last_day(starts_on, 12), premium=premium, plan="equal-2" if sold.halves else "once",
            commission_percent=sold.percent, is_renewal=previous is not None,
            previous_policy_id=previous.id if previous else None,
        )  # fmt: skip
        self.add(policy, moment(starts_on))
        parts = split(premium, [1, 1] if sold.halves else [1])
        for n, amount in enumerate(parts):
            self.payment(sale, policy, n, amount, len(parts))
        return policy

    def payment(self, sale: Sale, policy: Policy, n: int, amount: Decimal, parts: int) -> None:
        """An instalment; what is due has been paid."""
        due_on = add_months(policy.starts_on, 6 * n)
        until = policy.ends_on if n == parts - 1 else add_months(policy.starts_on, 6) - timedelta(days=1)
        is_paid = due_on <= self.story.today
        payment = Payment(
            deal_id=sale.deal.id, policy_id=policy.id, sequence=n + 1, due_on=due_on, amount=amount,
            covered_until=until, status=(PaymentStatus.CONFIRMED if is_paid else PaymentStatus.PLANNED).value,
            paid_amount=amount if is_paid else Decimal(0), paid_on=due_on if is_paid else None,
        )  # fmt: skip
        self.add(payment)
        self.lines(sale, payment)

    def lines(self, sale: Sale, payment: Payment) -> None:
        """The commission, and the shares of what has come."""
        dice, today = sale.dice, self.story.today
        expected = payment.due_on + timedelta(days=30)
        waits = 70 + dice.throw("slow", 90) if sale.insurer in past.SLOW and dice.throw("waits", 3) == 0 else 0
        came = expected + timedelta(days=dice.throw(f"came {payment.due_on}", 20) + waits)
        amount = percent_of(payment.amount, sale.sold.percent)
        has_come = came <= today
        income = Income(
            deal_id=payment.deal_id, payment_id=payment.id, amount=amount, expected_on=expected,
            status=(IncomeStatus.RECEIVED if has_come else IncomeStatus.EXPECTED).value,
            received_amount=amount if has_come else Decimal(0), received_on=came if has_come else None,
            origin=Origin.IMPORT.value, rate_percent=sale.sold.percent, base_amount=payment.amount,
        )  # fmt: skip
        self.add(income)
        out = came + timedelta(days=8)
        if out > today:
            return
        for kind, sum_ in shares(sale, amount, payment.amount):
            self.add(
                Expense(
                    deal_id=payment.deal_id, payment_id=payment.id, kind=kind.value, amount=sum_, paid_on=out,
                    status=ExpenseStatus.PAID.value, origin=Origin.IMPORT.value,
                    payee_id=None if kind is ExpenseKind.CLIENT_DISCOUNT else sale.deal.seller_id,
                )
            )  # fmt: skip

    async def write(self, work: Work) -> None:
        """A statement for each kind of rows."""
        for record in ORDER:
            await insert_all(work, self.rows[record])
            if told := [{"id": str(key), "at": at.isoformat()} for key, at in self.made_at[record].items()]:
                await work.execute(text(DATED.format(table=record.__table__)), {"told": json.dumps(told)})


@dataclass(frozen=True)
class Sale:
    """What one deal sold."""

    dice: Dice
    deal: Deal
    need: Need
    sold: Sold
    insurer: str


def shares(sale: Sale, commission: Decimal, premium: Decimal) -> list[tuple[ExpenseKind, Decimal]]:
    """What is paid out of a commission that came."""
    found = [
        (ExpenseKind.SELLER_SHARE, percent_of(commission, 30)),
        (ExpenseKind.EXECUTOR_SHARE, percent_of(commission, 10)),
    ]
    if sale.sold.halves:
        found.append((ExpenseKind.CLIENT_DISCOUNT, percent_of(premium, 3)))
    if sale.deal.source == "Партнёр":
        found.append((ExpenseKind.PARTNER_SHARE, percent_of(commission, 15)))
    return found


def renewal(policy: Policy, status: RenewalStatus, **told: Any) -> Renewal:
    """What became of a policy that ended."""
    return Renewal(deal_id=policy.deal_id, policy_id=policy.id, status=status.value, **told)


def fate_of(dice: Dice, starts_on: date) -> RenewalStatus | None:
    """What became of a year's cover: followed, given up, or nobody answered."""
    thrown = dice.throw(f"renewed {starts_on}", 100)
    return RenewalStatus.RENEWED if thrown < 66 else RenewalStatus.LOST if thrown < 86 else None


def moment(day: date) -> datetime:
    """A working hour of a day."""
    return datetime.combine(day, time(11), BROKERAGE_ZONE)
