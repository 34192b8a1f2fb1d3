"""What was said in a call, as it stands in the form: texts, by the names of their fields."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from models.choices import ObjectKind
from models.errors import Invalid
from models.texts import N_

Fields = Mapping[str, Sequence[str]]
"""A form: a name may come several times. A draft is kept in the same shape."""

CLIENT_FIELDS = ("name", "phone", "birth_date", "inn", "email")
THING_FIELDS: dict[ObjectKind, tuple[str, ...]] = {
    ObjectKind.VEHICLE: ("plate", "vin", "brand", "model", "year"),
    ObjectKind.MORTGAGE: ("bank", "loan_number", "address"),
    ObjectKind.PROPERTY: ("address", "area"),
    ObjectKind.PERSONS: ("title",),
    ObjectKind.TRIP: ("country", "title"),
    ObjectKind.OTHER: ("title",),
}
"""What is asked of each kind of object, in the order of a talk."""

MOST_THINGS = 20


class Hand(enum.StrEnum):
    """To whom the call goes on: a person, the team's queue, nobody."""

    PERSON = "person"
    QUEUE = "queue"
    SELF = "self"


@dataclass
class Thing:
    """One insured object with the products that are wanted for it; without an object the products alone."""

    number: int
    kind: ObjectKind
    products: list[UUID]
    object_id: UUID | None
    values: dict[str, str]

    @property
    def is_empty(self) -> bool:
        """Whether nothing was said about it."""
        return not (self.products or self.object_id or self.values)


@dataclass
class Call:
    """A call: who, about what, and who goes on with it."""

    client_id: UUID | None = None
    client: dict[str, str] = field(default_factory=dict)
    deal_id: UUID | None = None
    things: list[Thing] = field(default_factory=list)
    source: str = ""
    note: str = ""
    hand: Hand = Hand.QUEUE
    executor_id: UUID | None = None
    due_on: str = ""
    task: str = ""

    @property
    def wishes(self) -> list[Thing]:
        """The things about which something was said."""
        return [thing for thing in self.things if not thing.is_empty]


def read_call(fields: Fields) -> Call:
    """A call from the fields of its form. Raises `Invalid` for a key that is none."""
    hand, executor = hand_of(fields)
    return Call(
        client_id=key(fields, "client_id"),
        client={name: text for name in CLIENT_FIELDS if (text := one(fields, f"client.{name}"))},
        deal_id=key(fields, "deal_id"),
        things=[read_thing(fields, number) for number in numbers(fields)],
        source=one(fields, "source"),
        note=one(fields, "note"),
        hand=hand,
        executor_id=executor,
        due_on=one(fields, "due_on"),
        task=one(fields, "task"),
    )


def hand_of(fields: Fields) -> tuple[Hand, UUID | None]:
    """Who goes on: a colleague's key stands in place of the queue, or in a list of its own."""
    said = one(fields, "hand")
    kept = said in set(Hand) and said != Hand.PERSON
    executor = one(fields, "executor_id") if said != Hand.SELF else ""
    if executor or not kept:
        return (Hand.PERSON if said or executor else Hand.QUEUE), as_key("hand", executor or ("" if kept else said))
    return Hand(said), None


def read_thing(fields: Fields, number: int) -> Thing:
    """The n-th thing; fields of other kinds than its own are left alone."""
    at = f"thing.{number}."
    kind = thing_kind(fields, number)
    products = [found for text in fields.get(f"{at}products", ()) if (found := as_key(f"{at}products", text))]
    object_id = key(fields, f"{at}object_id.{kind}")
    asked = () if object_id else THING_FIELDS[kind]
    values = {name: text for name in asked if (text := one(fields, f"{at}{kind}.{name}"))}
    return Thing(number, kind, products, object_id, values)


def thing_kind(fields: Fields, number: int) -> ObjectKind:
    """What kind of thing it is; a vehicle unless said otherwise."""
    said = one(fields, f"thing.{number}.kind")
    return ObjectKind(said) if said in set(ObjectKind) else ObjectKind.VEHICLE


def numbers(fields: Fields) -> list[int]:
    """The numbers of the things, in their order; at least one."""
    found = {name.split(".")[1] for name in fields if name.startswith("thing.")}
    return sorted(int(text) for text in found if text.isascii() and text.isdigit() and len(text) < 4)[:MOST_THINGS] or [
        0
    ]


def one(fields: Fields, name: str) -> str:
    """The last value of a name, without spaces around it."""
    values = fields.get(name) or ("",)
    return str(values[-1]).strip()


def key(fields: Fields, name: str) -> UUID | None:
    """A key, or nothing. Raises `Invalid` for what is none."""
    return as_key(name, one(fields, name))


def as_key(name: str, text: str) -> UUID | None:
    """A key of a text. Raises `Invalid` at the field."""
    try:
        return UUID(text) if text else None
    except ValueError:
        raise Invalid.at(name, N_("Choose one of the list.")) from None
