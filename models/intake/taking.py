"""A call becomes a deal: client, needs, journal and hand-off in one transaction, hence one step to undo."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Date, select

from models.catalogue import Product
from models.changes import create, read
from models.changes.apply import read_all
from models.changes.targets import why_not
from models.choices import ClientKind, DealStage, JournalKind
from models.client import Client
from models.client.heirs import living
from models.deal import Deal, JournalEntry, Need
from models.deal.stages import HandOff
from models.errors import Invalid, Problem, Refused
from models.identifiers import is_inn
from models.insured import InsuredObject
from models.intake.call import Call, Hand, Thing
from models.names import client_key, is_organisation
from models.people import User
from models.session import Work
from models.texts import N_

DUE = Column("due_on", Date)
NAMING = ("brand", "model", "title", "bank", "loan_number", "country", "address", "plate")
"""What an object is called by, in this order."""


async def take(work: Work, call: Call) -> Deal:
    """Do all of it, or nothing. Raises `Invalid` at the fields of the form, `Denied`, `NotFound`, `Refused`."""
    await check(work, call)
    deal = await deal_of(work, call)
    for thing in call.wishes:
        with naming(f"thing.{thing.number}."):
            await want(work, deal, thing)
    if call.note:
        said = {"deal_id": deal.id, "kind": JournalKind.CALL.value, "body": call.note}
        with naming("", body="note"):
            await create(work, JournalEntry, said)
    await go_on(work, deal, call)
    return deal


async def check(work: Work, call: Call) -> None:
    """Whatever can be said before anything is written is said at once, all of it."""
    wrong: dict[str, Problem] = {}
    if call.client_id is None:
        with gathering(wrong, "client."):
            read_all(Client, call.client)
        if not call.client.get("name"):
            wrong.setdefault("client.name", Problem(N_("Say who is calling.")))
    for thing in call.wishes:
        with gathering(wrong, f"thing.{thing.number}.{thing.kind}."):
            read_all(InsuredObject, thing.values)
    with gathering(wrong, ""):
        due = due_day(call)
        if due is not None and due < work.today:
            wrong["due_on"] = Problem(N_("This day has passed."))
    wants_nothing = not any(thing.products for thing in call.things) and call.deal_id is None
    if call.hand is not Hand.SELF and wants_nothing:
        at = call.things[0].number if call.things else 0
        wrong[f"thing.{at}.products"] = Problem(N_("Choose what is to be calculated."))
    if call.hand is Hand.PERSON:
        missing = Problem(N_("Choose who goes on with it."))
        found = await why_not(work, User, call.executor_id, {}) if call.executor_id else missing
        wrong |= {"executor_id": found} if found else {}
    if wrong:
        raise Invalid(fields=wrong)


async def deal_of(work: Work, call: Call) -> Deal:
    """The deal that goes on, or a new one for the client, who is found or made."""
    if call.deal_id is not None:
        return await work.get_record(Deal, call.deal_id, lock=True)
    client = await client_of(work, call)
    values = {"client_id": client.id, "source": call.source, "title": await title_of(work, call, client)}
    with naming(""):
        return await create(work, Deal, values)


async def client_of(work: Work, call: Call) -> Client:
    """Who calls. One who has been merged into another is the other."""
    if call.client_id is not None:
        return await living(work, call.client_id)
    with naming("client."):
        return await create(work, Client, call.client | {"kind": kind_of(call), "source": call.source})


def kind_of(call: Call) -> str:
    """A person, a sole trader or a company, by the name's legal form and the length of the tax number."""
    name, inn = call.client.get("name", ""), call.client.get("inn", "")
    if is_organisation(name) or (len(inn) == 10 and is_inn(inn)):
        return ClientKind.COMPANY.value
    return (ClientKind.ENTREPRENEUR if "ип" in client_key(name).split() else ClientKind.PERSON).value


async def title_of(work: Work, call: Call, client: Client) -> str:
    """The subject of a new deal: what is wanted, for what; the client's name where nothing was said."""
    parts = []
    for thing in call.wishes:
        names = ", ".join(await product_names(work, thing.products))
        parts.append(": ".join(part for part in (names, await thing_title(work, thing)) if part))
    return "; ".join(parts) or client.name


async def want(work: Work, deal: Deal, thing: Thing) -> None:
    """The object, found or made, and a need for each product that the deal has not yet."""
    object_id = thing.object_id
    if object_id is None and thing.values:
        values = {"title": await thing_title(work, thing)} | thing.values
        with naming(f"{thing.kind}."):
            made = await create(work, InsuredObject, values | {"client_id": deal.client_id, "kind": thing.kind.value})
        object_id = made.id
    same_object = Need.insured_object_id == object_id if object_id else Need.insured_object_id.is_(None)
    known = select(Need.product_id).where(Need.deal_id == deal.id, same_object, Need.deleted_at.is_(None))
    has = set(await work.scalars(known))
    for product in dict.fromkeys(thing.products):
        if product not in has:
            need = {"deal_id": deal.id, "product_id": product, "insured_object_id": object_id}
            with naming("", product_id="products", insured_object_id=f"object_id.{thing.kind}"):
                await must_be_of(work, deal, object_id)
                await create(work, Need, need)


async def must_be_of(work: Work, deal: Deal, object_id: UUID | None) -> None:
    """Raises `Invalid` for an object of another client."""
    if object_id and (problem := await why_not(work, InsuredObject, object_id, {"client_id": deal.client_id})):
        raise Invalid(fields={"insured_object_id": problem})


async def thing_title(work: Work, thing: Thing) -> str:
    """What the object is called: brand, model and plate; an address; what was written."""
    if thing.object_id is not None:
        return await work.scalar(select(InsuredObject.title).where(InsuredObject.id == thing.object_id)) or ""
    spelled = read_all(InsuredObject, thing.values)
    words = [str(spelled[name]) for name in NAMING if spelled.get(name)]
    return " ".join(words) or str(spelled.get("vin") or "")


async def product_names(work: Work, products: list[UUID]) -> list[str]:
    """Names of products in the order in which they were chosen."""
    rows = await work.execute(select(Product.id, Product.name).where(Product.id.in_(products)))
    names = {row.id: row.name for row in rows}
    return [names[product] for product in products if product in names]


async def go_on(work: Work, deal: Deal, call: Call) -> None:
    """Hand it off, or keep it and come back on the day that was named."""
    due = due_day(call)
    if call.hand is Hand.SELF:
        if due is not None and due > work.today:
            deal.look_again(due, call.task, work.act())
        return
    if deal.stage in (DealStage.CLOSED, DealStage.LOST):
        raise Refused(N_("This deal has ended: open a new one, or reopen it first."))
    asked = HandOff(executor_id=call.executor_id, due_on=due, note=call.task)
    await Deal.__verbs__["hand_off"].do(deal, work.act(), asked)


def due_day(call: Call) -> date | None:
    """The day that was named. Raises `Invalid` for what is no day."""
    found: date | None = read(DUE, call.due_on)
    return found


@contextmanager
def naming(prefix: str, **names: str) -> Iterator[None]:
    """Problems at the columns of a record become problems at the fields of the form."""
    try:
        yield
    except Invalid as invalid:
        raise Invalid(fields={prefix + names.get(name, name): p for name, p in invalid.fields.items()}) from invalid


@contextmanager
def gathering(wrong: dict[str, Problem], prefix: str) -> Iterator[Any]:
    """Keep what is wrong and go on."""
    try:
        yield
    except Invalid as invalid:
        wrong |= {prefix + name: problem for name, problem in invalid.fields.items()}
