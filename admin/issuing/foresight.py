"""What an issue will make: the very verb and its hooks are run, what they have made is read, and all is rolled back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select
from uuid_utils.compat import uuid7

from admin.i18n import choice_label, say
from models.actor import Actor
from models.calculation import Calculation
from models.catalogue import Agreement, Insurer
from models.choices import ExpenseKind, IncomeKind, PaymentStatus
from models.commission import why
from models.deal import Need
from models.money import percent_of
from models.payment import Expense, Income, Payment
from models.policy import Policy
from models.policy.record import Issue
from models.rehearsal import rehearsal
from models.rules import CommissionRule, ExpenseRule
from models.session import Database, Work


@dataclass(frozen=True)
class Line:
    """What is expected of one kind over all instalments, and why it is this number."""

    label: str
    amount: Decimal
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Step:
    """One instalment with what it brings and costs."""

    payment: Payment
    income: Decimal
    expense: Decimal


@dataclass(frozen=True)
class Foresight:
    """The policy as it will stand, its instalments and expected lines; nothing where the person may not read them."""

    policy: Policy
    insurer: str
    need: str
    agreement: str
    steps: tuple[Step, ...]
    incomes: tuple[Line, ...] | None
    expenses: tuple[Line, ...] | None

    @property
    def total(self) -> Decimal:
        """What the client pays."""
        return sum((step.payment.amount for step in self.steps), Decimal(0))

    @property
    def income(self) -> Decimal:
        """What is earned."""
        return sum((step.income for step in self.steps), Decimal(0))

    @property
    def expense(self) -> Decimal:
        """What is shared."""
        return sum((step.expense for step in self.steps), Decimal(0))


async def foresee(database: Database, actor: Actor, record: type[Any], key: UUID, asked: Issue) -> Foresight:
    """What the issue of a calculation or a draft will make. The number plays no part. Raises what the issue raises."""
    asked = replace(asked, number=f"{uuid7().int}")
    async with rehearsal(database, actor, f"{record.__identity__}.issue") as work:
        row = await work.get_record(record, key, lock=True)
        await record.__verbs__["issue"].do(row, work.act(), asked)
        await work.settle()
        policy = row if isinstance(row, Policy) else await policy_from(work, row)
        return await read(work, actor, policy)
    raise AssertionError("a rehearsal ends by itself")


async def policy_from(work: Work, calculation: Calculation) -> Policy:
    """The policy that a calculation has become."""
    statement = select(Policy).where(Policy.calculation_id == calculation.id, Policy.status == "issued")
    return (await work.scalars(statement.where(Policy.deleted_at.is_(None)))).one()


async def read(work: Work, actor: Actor, policy: Policy) -> Foresight:
    """A policy's instalments and lines as they stand."""
    statement = select(Payment).where(Payment.policy_id == policy.id, Payment.deleted_at.is_(None))
    living = statement.where(Payment.status != PaymentStatus.CANCELLED).order_by(Payment.sequence)
    payments = list(await work.scalars(living))
    incomes = await lines_of(work, actor, Income, CommissionRule, payments)
    expenses = await lines_of(work, actor, Expense, ExpenseRule, payments)
    steps = tuple(Step(p, of_payment(incomes, p.id), of_payment(expenses, p.id)) for p in payments)
    agreement = await work.get(Agreement, policy.agreement_id) if policy.agreement_id else None
    return Foresight(
        policy,
        (await work.get_record(Insurer, policy.insurer_id)).name,
        (await work.get_record(Need, policy.need_id)).title,
        agreement.number if agreement else "",
        steps,
        None if incomes is None else summed(incomes, IncomeKind),
        None if expenses is None else summed(expenses, ExpenseKind),
    )


Found = Sequence[tuple[Any, str | None]]


async def lines_of(
    work: Work, actor: Actor, record: type[Any], rule: type[Any], payments: Sequence[Payment]
) -> Found | None:
    """Lines with the names of their rules; None where the person may not read them."""
    rights = actor.rights
    if not (rights.may(record.__identity__, "list") and rights.may_field(record.__identity__, "amount", "read")):
        return None
    statement = (
        select(record, rule.name)
        .outerjoin(rule, rule.id == record.rule_id)
        .where(record.payment_id.in_([payment.id for payment in payments]), record.deleted_at.is_(None))
        .order_by(record.kind, record.id)
    )
    return [(row[0], row[1]) for row in await work.execute(statement)]


def of_payment(lines: Found | None, key: UUID) -> Decimal:
    """The sum of a payment's lines."""
    return sum((line.amount for line, _rule in lines or () if line.payment_id == key), Decimal(0))


def summed(lines: Found, kinds: Any) -> tuple[Line, ...]:
    """A line for each kind; its reasons are the rules, without the base that differs by instalment."""
    by_kind: dict[str, list[tuple[Any, str | None]]] = {}
    for line, rule in lines:
        by_kind.setdefault(line.kind, []).append((line, rule))
    return tuple(
        Line(
            choice_label(kinds, kind),
            sum((line.amount for line, _rule in same), Decimal(0)),
            tuple(reasons_of(same)),
        )
        for kind, same in by_kind.items()
    )


def reasons_of(same: Found) -> list[str]:
    """Why a kind's lines are these numbers: one sentence for a rule and rate, over the base of all instalments."""
    groups: dict[tuple[Any, Any], list[tuple[Any, str | None]]] = {}
    for line, rule in same:
        groups.setdefault((line.rule_id, line.rate_percent), []).append((line, rule))
    return [say(why(together([line for line, _rule in group]), group[0][1])) for group in groups.values()]


def together(lines: Sequence[Any]) -> Any:
    """Lines of one rule and rate as if the policy were paid at once; never written."""
    first = lines[0]
    base = sum((line.base_amount or Decimal(0) for line in lines), Decimal(0))
    rate = first.rate_percent
    by_rate = rate is not None and all(
        line.amount == percent_of(line.base_amount or Decimal(0), rate) for line in lines
    )
    amount = percent_of(base, rate) if by_rate else sum((line.amount for line in lines), Decimal(0))
    told = {"kind": first.kind, "origin": first.origin, "rule_id": first.rule_id, "rate_percent": rate}
    return type(first)(amount=amount, base_amount=base, **told)
