"""What a change of an issued policy will make: the very verb and its hooks run, before and after are compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select, text

from admin.issuing.foresight import lines_of
from hooks.clawback import Termination, count_termination, paid_of
from hooks.schedules import instalments_of
from models.actor import Actor
from models.choices import PaymentStatus
from models.payment import Income, Payment
from models.policy import Policy
from models.policy.asked import Cancel, Endorse
from models.rehearsal import rehearsal
from models.rules import CommissionRule
from models.session import Database, Work

NOW = text("SET CONSTRAINTS ALL IMMEDIATE")
"""A rehearsal never comes to the commit, where the instalments would be added up."""


class Part(NamedTuple):
    """An instalment as it is before or after, with its commission; none where the person may not read it."""

    sequence: int
    due_on: date
    amount: Decimal
    is_paid: bool
    commission: Decimal | None


class Row(NamedTuple):
    """An instalment before and after; none where it is not there."""

    before: Part | None
    after: Part | None

    @property
    def sequence(self) -> int:
        """Its number in the policy."""
        return (self.after or self.before or NOTHING).sequence

    @property
    def due_on(self) -> date:
        """When it is due."""
        return (self.after or self.before or NOTHING).due_on

    @property
    def is_refund(self) -> bool:
        """Whether it goes back to the client."""
        return (self.after or self.before or NOTHING).amount < 0

    @property
    def has_changed(self) -> bool:
        """Whether anything of it is another."""
        return self.before != self.after


NOTHING = Part(0, date.min, Decimal(0), False, None)


@dataclass(frozen=True)
class Change:
    """The policy before and after, its instalments, and the lines that take commission back, one by one."""

    premium: tuple[Decimal, Decimal]
    ends_on: tuple[date, date]
    rows: tuple[Row, ...]
    taken_back: tuple[tuple[int, Income], ...]
    """The number of the instalment and the line."""
    shows_commission: bool
    termination: Termination | None = None

    @property
    def refund(self) -> Decimal:
        """What the client gets back by this step."""
        new = (row.after.amount for row in self.rows if row.after and not row.before and row.is_refund)
        return -sum(new, Decimal(0))

    @property
    def commission(self) -> tuple[Decimal, Decimal]:
        """All commission before and after, without what is taken back."""
        before = sum((row.before.commission or Decimal(0) for row in self.rows if row.before), Decimal(0))
        return before, sum((row.after.commission or Decimal(0) for row in self.rows if row.after), Decimal(0))

    @property
    def totals(self) -> tuple[Decimal, Decimal]:
        """All instalments before and after."""
        before = sum((row.before.amount for row in self.rows if row.before), Decimal(0))
        return before, sum((row.after.amount for row in self.rows if row.after), Decimal(0))


async def foresee(database: Database, actor: Actor, key: UUID, verb: str, asked: Endorse | Cancel) -> Change:
    """What the verb will make of the policy. Raises what the verb raises."""
    async with rehearsal(database, actor, f"policy.{verb}") as work:
        policy = await work.get_record(Policy, key, lock=True)
        was = policy.premium, policy.ends_on
        there = await instalments_of(work.act(), policy)
        counted = await counted_by(work, policy, there, asked) if isinstance(asked, Cancel) else None
        before, _lines = await parts_of(work, actor, policy)
        known = set((await work.scalars(select(Income.id).where(Income.payment_id.in_([p.id for p in there])))).all())
        await Policy.__verbs__[verb].do(policy, work.act(), asked)
        await work.settle()
        await work.execute(NOW)
        after, lines = await parts_of(work, actor, policy)
        return Change(
            (was[0], policy.premium),
            (was[1], policy.ends_on),
            tuple(rows_of(before, after)),
            tuple(
                (after[line.payment_id].sequence, line)
                for line in lines or ()
                if line.reverses_id is not None and line.id not in known
            ),
            lines is not None,
            counted,
        )
    raise AssertionError("a rehearsal ends by itself")


async def counted_by(work: Work, policy: Policy, there: Sequence[Payment], asked: Cancel) -> Termination:
    """How the early end is counted."""
    return await count_termination(work.act(), policy, paid_of(there), asked.cancelled_on, asked.kept_percent)


async def parts_of(work: Work, actor: Actor, policy: Policy) -> tuple[dict[UUID, Part], list[Any] | None]:
    """The living instalments with their commission, and all their income lines as far as they may be read."""
    statement = select(Payment).where(Payment.policy_id == policy.id, Payment.deleted_at.is_(None))
    living = statement.where(Payment.status != PaymentStatus.CANCELLED).order_by(Payment.sequence)
    payments = list(await work.scalars(living))
    found = await lines_of(work, actor, Income, CommissionRule, payments)
    lines = None if found is None else [line for line, _rule in found]
    return {p.id: part_of(p, lines) for p in payments}, lines


def part_of(payment: Payment, lines: Sequence[Any] | None) -> Part:
    """The values of an instalment; objects of the session change under one's hands."""
    commission = None if lines is None else sum(
        (line.amount for line in lines if line.payment_id == payment.id and line.reverses_id is None), Decimal(0)
    )  # fmt: skip
    is_paid = payment.paid_amount != 0
    return Part(payment.sequence, payment.due_on, payment.amount, is_paid, commission)


def rows_of(before: Mapping[UUID, Part], after: Mapping[UUID, Part]) -> list[Row]:
    """Both side by side, in the order of their days."""
    keys = dict.fromkeys([*before, *after])
    return sorted((Row(before.get(key), after.get(key)) for key in keys), key=lambda row: (row.due_on, row.sequence))
