"""What the page of a call shows: the client's card, what can be wanted, who can go on with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select

from admin.i18n import say
from models import intake
from models.catalogue import Product
from models.choices import OPEN_STAGES, ObjectKind
from models.client import Client
from models.client.card import Card, card_of
from models.errors import Invalid, Problem
from models.insured import InsuredObject
from models.intake.call import THING_FIELDS, Fields, as_key, numbers, one, thing_kind
from models.people import Role, User
from models.rights import rights
from models.session import Work
from models.texts import N_

MOST_PEOPLE = 40
LABELS = {
    "plate": N_("Plate"), "vin": N_("VIN"), "brand": N_("Brand"), "model": N_("Model"), "year": N_("Year"),
    "bank": N_("Bank"), "loan_number": N_("Loan number"), "address": N_("Address"), "area": N_("Area"),
    "title": N_("What it is"), "country": N_("Country"),
}  # fmt: skip
SOURCES = (
    N_("Recommendation"), N_("Website"), N_("Came again"), N_("Advertising"), N_("Partner"), N_("Walked in"),
)  # fmt: skip


@dataclass(frozen=True)
class ThingForm:
    """One thing in the form."""

    number: int
    kind: ObjectKind
    products: frozenset[str]
    objects: dict[ObjectKind, list[InsuredObject]]


class Person(NamedTuple):
    """A colleague by name."""

    id: UUID
    name: str


async def shown(work: Work, key: UUID, fields: Fields) -> dict[str, Any]:
    """Everything that the templates of a call need."""
    card = await card_for(work, fields)
    drafts = await intake.drafts_of(work)
    return {
        "key": key,
        "fields": fields,
        "problems": {},
        "loose": [],
        "focus": "",
        "uploads": {},
        "card": card,
        "is_open": OPEN_STAGES,
        "drafts": [draft for draft in drafts if draft.id != key],
        "draft": next((draft for draft in drafts if draft.id == key), None),
        "lately": await intake.put_away_lately(work),
        "kinds": THING_FIELDS,
        "labels": LABELS,
        "sources": SOURCES,
        "products": await products_by_kind(work),
        "things": [thing_form(fields, number, card) for number in numbers(fields)],
        "people": await people_for(work) if work.actor.rights.may("deal", "hand_off") else [],
        "may_hand_off": work.actor.rights.may("deal", "hand_off"),
        "has_team": work.actor.team_id is not None,
        "today": work.today,
    }


async def card_for(work: Work, fields: Fields) -> Card | None:
    """The card of the chosen client, if the actor still sees them."""
    try:
        key = as_key("client_id", one(fields, "client_id"))
    except Invalid:
        return None
    client = await work.get(Client, key) if key else None
    return await card_of(work, client) if client is not None else None


def thing_form(fields: Fields, number: int, card: Card | None) -> ThingForm:
    """A thing with what the client has of each kind."""
    objects: dict[ObjectKind, list[InsuredObject]] = {kind: [] for kind in THING_FIELDS}
    for found in card.objects if card else ():
        objects[ObjectKind(found.kind)].append(found)
    products = frozenset(fields.get(f"thing.{number}.products", ()))
    return ThingForm(number, thing_kind(fields, number), products, objects)


async def products_by_kind(work: Work) -> dict[ObjectKind, list[Product]]:
    """What can be wanted, by the kind of object that it insures; what nearly everybody wants first."""
    found: dict[ObjectKind, list[Product]] = {kind: [] for kind in THING_FIELDS}
    order = Product.is_compulsory.desc(), Product.review_lead_days.desc(), Product.name
    for product in await work.scalars(select(Product).where(Product.deleted_at.is_(None)).order_by(*order)):
        found[ObjectKind(product.object_kind)].append(product)
    return found


async def people_for(work: Work) -> list[Person]:
    """Colleagues who take tasks: those who only execute first, one's own team first."""
    statement = (
        select(User.id, User.full_name, User.team_id, Role.grants)
        .join(Role, Role.id == User.role_id)
        .where(User.is_active, User.deleted_at.is_(None), User.id != work.actor.id)
        .order_by(User.full_name, User.id)
    )
    may = [(row, rights(tuple(row.grants)).may) for row in await work.execute(statement)]
    takers = [(row, may("deal", "hand_off")) for row, may in may if may("task", "accept") and not may("user", "create")]
    takers.sort(key=lambda found: (found[1], found[0].team_id != work.actor.team_id))
    return [Person(row.id, row.full_name) for row, _sells in takers[:MOST_PEOPLE]]


def worded(problem: Problem) -> dict[str, str]:
    """What is wrong, by the name of the field."""
    return {name: say(found) for name, found in problem.fields.items()} if isinstance(problem, Invalid) else {}
