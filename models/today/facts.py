"""The records behind the rows of Today, each with what its reason is told from: one statement for each kind."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import any_, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import aliased
from sqlalchemy.types import Uuid

from models.attention import Matter
from models.catalogue import Insurer, Product
from models.choices import PaymentStatus, PolicyStatus
from models.deal import Deal
from models.deal.next_step import Step, next_steps
from models.payment import Expense, Payment
from models.payout import Payout
from models.people import User
from models.policy import Policy, Renewal
from models.session import Work
from models.statement import Statement
from models.task import Task
from models.today.lists import Found

KEYS = any_(bindparam("keys", type_=ARRAY(Uuid())))


@dataclass(frozen=True)
class Facts:
    """A record and what is said of it: names by what they name."""

    record: Any
    told: dict[str, Any]
    step: Step | None = None
    """The next step of a deal."""


async def facts_of(work: Work, found: Iterable[Found]) -> dict[UUID, Facts]:
    """The records of these rows that the actor sees, by their keys."""
    wanted: dict[Matter, list[UUID]] = {}
    for one in found:
        wanted.setdefault(one.kind, []).append(one.record_id)
    told: dict[UUID, Facts] = {}
    tasks = [*wanted.pop(Matter.TASK, []), *wanted.pop(Matter.RETURNED, [])]
    if tasks:
        wanted[Matter.TASK] = tasks
    for kind, keys in wanted.items():
        steps = await next_steps(work, keys) if kind == Matter.REVIEW else {}
        for row in (await work.execute(STATEMENTS[kind](), {"keys": keys})).mappings():
            values = dict(row)
            record = values.pop(next(iter(values)))
            told[record.id] = Facts(record, values, steps.get(record.id))
    return told


@cache
def payments() -> Any:
    """Instalments with how many their policy has."""
    other = aliased(Payment)
    siblings = select(func.count()).where(
        other.policy_id == Payment.policy_id,
        other.status != PaymentStatus.CANCELLED,
        other.amount > 0,
        other.deleted_at.is_(None),
    )
    covers = (Policy.status == PolicyStatus.ISSUED) & (Policy.ends_on >= func.crm.today())
    columns = (Payment, siblings.scalar_subquery().label("count"), Policy.number, Insurer.name.label("insurer"))
    clock = (Policy.arrear_effect, Policy.arrear_days, covers.label("covers"))
    joined = select(*columns, *clock, Product.name.label("product")).join(Policy, Policy.id == Payment.policy_id)
    return _named(joined).where(Payment.id == KEYS)


@cache
def renewals() -> Any:
    """Renewals with the policy that ends."""
    columns = (Renewal, Policy.number, Policy.ends_on, Policy.premium, Insurer.name.label("insurer"))
    joined = select(*columns, Product.name.label("product")).join(Policy, Policy.id == Renewal.policy_id)
    return _named(joined).where(Renewal.id == KEYS)


def _named(statement: Any) -> Any:
    return statement.join(Insurer, Insurer.id == Policy.insurer_id).join(Product, Product.id == Policy.product_id)


@cache
def tasks() -> Any:
    """Tasks with who gave them and who does them."""
    author, assignee, absent = aliased(User), aliased(User), aliased(User)
    columns = (Task, author.full_name.label("author"), assignee.full_name.label("assignee"))
    joined = select(*columns, absent.full_name.label("stands_in_for")).outerjoin(author, author.id == Task.author_id)
    joined = joined.outerjoin(absent, absent.id == Task.stands_in_for_id)
    return joined.outerjoin(assignee, assignee.id == Task.assignee_id).where(Task.id == KEYS)


@cache
def deals() -> Any:
    """Deals to be looked at."""
    return select(Deal).where(Deal.id == KEYS)


@cache
def expenses() -> Any:
    """Expenses with whom they are for and the policy that they come from."""
    columns = (Expense, User.full_name.label("payee"), Policy.number, Insurer.name.label("insurer"))
    joined = select(*columns, Product.name.label("product")).join(Payment, Payment.id == Expense.payment_id)
    named = _named(joined.join(Policy, Policy.id == Payment.policy_id))
    return named.outerjoin(User, User.id == Expense.payee_id).where(Expense.id == KEYS)


@cache
def statements() -> Any:
    """Insurers' statements with who sent them."""
    joined = select(Statement, Insurer.name.label("insurer")).join(Insurer, Insurer.id == Statement.insurer_id)
    return joined.where(Statement.id == KEYS)


@cache
def sheets() -> Any:
    """Pay-out sheets."""
    return select(Payout).where(Payout.id == KEYS)


STATEMENTS = {
    Matter.INSTALMENT: payments,
    Matter.RENEWAL: renewals,
    Matter.TASK: tasks,
    Matter.REVIEW: deals,
    Matter.STATEMENT: statements,
    Matter.CONFIRM: payments,
    Matter.APPROVE: expenses,
    Matter.PAY_OUT: expenses,
    Matter.SHEET: sheets,
}
