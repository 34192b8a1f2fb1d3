"""A policy that the insurer knows before the brokerage does: entered from a line of the statement, deal and all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from models.changes import create
from models.choices import ClientKind
from models.client import Client
from models.client.heirs import living
from models.deal import Deal, Need
from models.errors import Invalid, Problem
from models.names import client_key, is_organisation, sort_key
from models.people import User
from models.policy import Policy
from models.policy.record import Issue
from models.session import Work
from models.statement import Link, Statement, StatementLine
from models.texts import N_


@dataclass(frozen=True)
class Entered:
    """What a person says of the policy: a known client or a new one's name, product, days, premium, whose deal."""

    number: str
    starts_on: date
    ends_on: date
    premium: Decimal
    product_id: UUID
    client_id: UUID | None = None
    client_name: str = ""
    seller_id: UUID | None = None
    plan: str = "once"
    percent: Decimal | None = None
    paid_on: date | None = None


async def enter_policy(work: Work, line: StatementLine, told: Entered) -> Policy:
    """Client, deal, need and issued policy, the instalment paid; the line is linked to it and judged anew.

    Raises `Invalid` at the fields of the form, `Denied`, `Refused`.
    """
    statement = await work.get_record(Statement, line.statement_id, lock=True)
    client = await _client(work, told)
    with at(client_id="client_id"):
        values = {"client_id": client.id, "title": client.name}
        deal = await create(work, Deal, values | ({"seller_id": told.seller_id} if told.seller_id else {}))
        need = await create(work, Need, {"deal_id": deal.id, "product_id": told.product_id})
    values = {
        "deal_id": deal.id,
        "need_id": need.id,
        "insurer_id": statement.insurer_id,
        "agreement_id": statement.agreement_id,
        "starts_on": told.starts_on,
        "ends_on": told.ends_on,
        "premium": told.premium,
        "plan": told.plan,
        "commission_percent": told.percent,
    }
    policy = await create(work, Policy, values)
    asked = Issue(
        number=told.number,
        sale_date=min(told.paid_on or told.starts_on, work.today),
        starts_on=told.starts_on,
        ends_on=told.ends_on,
        first_paid_on=told.paid_on,
    )
    await Policy.__verbs__["issue"].do(policy, work.act(), asked)
    await work.settle()
    await StatementLine.__verbs__["link"].do(line, work.act(), Link(policy_id=policy.id))
    return policy


async def _client(work: Work, told: Entered) -> Client:
    if told.client_id is not None:
        return await living(work, told.client_id)
    if not told.client_name.strip():
        raise Invalid(fields={"client_name": Problem(N_("Say whose policy it is."))})
    with at(name="client_name"):
        return await create(work, Client, {"name": told.client_name, "kind": kind_of(told.client_name)})


def kind_of(name: str) -> str:
    """A person, a sole trader or a company, by the name's legal form."""
    if is_organisation(name):
        return ClientKind.COMPANY.value
    return (ClientKind.ENTREPRENEUR if "ип" in client_key(name).split() else ClientKind.PERSON).value


async def clients_named(work: Work, name: str) -> list[Client]:
    """Clients whose name this may be, so that none is made twice."""
    if not name.strip():
        return []
    rows = await work.scalars(
        select(Client)
        .where(Client.deleted_at.is_(None), Client.merged_into_id.is_(None), Client.sort_key.op("%")(sort_key(name)))
        .order_by(Client.sort_key.op("<->")(sort_key(name)))
        .limit(20)
    )
    return [row for row in rows if client_key(row.name) == client_key(name)]


async def sellers(work: Work) -> list[User]:
    """Who may have the deal."""
    found = select(User).where(User.working(), User.username != "system").order_by(User.full_name)
    return list(await work.scalars(found))


@contextmanager
def at(**names: str) -> Iterator[None]:
    """Problems at the columns of a record become problems at the fields of the form."""
    try:
        yield
    except Invalid as invalid:
        raise Invalid(fields={names.get(name, name): problem for name, problem in invalid.fields.items()}) from invalid
