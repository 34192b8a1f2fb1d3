"""Who may be the client that is asked about, under the row policies and beyond them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Date, Text, Uuid, and_, bindparam, cast, func, literal, or_, select, text, union_all
from sqlalchemy.orm import aliased

from models.choices import ClientKind
from models.client.record import Client
from models.identifiers import BadIdentifier, parse_inn, parse_phone
from models.names import tidy
from models.russian import Unreadable, parse_date
from models.session import Work

GIVEN = (
    bindparam("phone", type_=Text),
    bindparam("inn", type_=Text),
    bindparam("name", type_=Text),
    bindparam("born", type_=Date),
    bindparam("but", type_=Uuid),
)
KNOWN = text("SELECT id, reason FROM crm.known_clients(:phone, :inn, :name, :born, :but)").bindparams(*GIVEN)
ELSEWHERE = text("SELECT crm.is_client_elsewhere(:phone, :inn, :name, :born, :but)").bindparams(*GIVEN)
SEARCHED = text("SELECT id FROM crm.search_clients(:term, :most) AS id")
SHOWN = 6


@dataclass(frozen=True)
class Likeness:
    """What is known of somebody, each in its one spelling; what cannot be read yet is left out."""

    phone: str | None = None
    inn: str | None = None
    name: str | None = None
    born: date | None = None
    but: UUID | None = None
    """Not this one: the client whose likeness it is."""

    @property
    def says_who(self) -> bool:
        """Whether it can name one client: a whole number, or a name with its day of birth."""
        return bool(self.phone or self.inn or (self.name and self.born))

    @property
    def given(self) -> dict[str, Any]:
        """As the statements take it."""
        return {"phone": self.phone, "inn": self.inn, "name": self.name, "born": self.born, "but": self.but}


class Match(NamedTuple):
    """A client who may be meant, and what says so: `inn`, `phone`, `name`, or `` for a part of a word."""

    client: Client
    reason: str


def likeness_of(typed: Mapping[str, str], but: UUID | None = None) -> Likeness:
    """From what has been typed so far."""
    name = tidy(typed.get("name", ""))
    return Likeness(
        _read(parse_phone, typed.get("phone")),
        _read(parse_inn, typed.get("inn")),
        name if len(name.split()) > 1 else None,
        _read(parse_date, typed.get("birth_date")),
        but,
    )


async def matches(work: Work, typed: Mapping[str, str], but: UUID | None = None) -> list[Match]:
    """Clients whom the actor sees: those that are surely meant first, then those who begin like what was typed."""
    like = likeness_of(typed, but)
    reasons: dict[UUID, str] = {}
    if like.says_who:
        reasons = {row.id: row.reason for row in await work.execute(KNOWN, like.given)}
    for field in ("phone", "name", "inn"):
        term = typed.get(field, "").strip()
        if len(term) >= 3 and len(reasons) < SHOWN:
            for key in await work.scalars(SEARCHED, {"term": term, "most": SHOWN}):
                reasons.setdefault(key, "")
    reasons.pop(but, None) if but else None
    found = {c.id: c for c in await work.scalars(select(Client).where(Client.id.in_(reasons)))}
    return [Match(found[key], reason) for key, reason in reasons.items() if key in found][:SHOWN]


async def is_elsewhere(work: Work, typed: Mapping[str, str], but: UUID | None = None) -> bool:
    """Whether there is such a client whom the actor does not see. Whoever has no right to know hears no.

    One bit, for whole identifiers only; each yes stands in the log at the client who was asked about.
    """
    like = likeness_of(typed, but)
    if not like.says_who or not work.actor.rights.may("client", "ask_elsewhere"):
        return False
    return bool(await work.scalar(ELSEWHERE, like.given))


class Pair(NamedTuple):
    """Two rows that may be one client, the older first, and what says so."""

    one: Client
    other: Client
    reason: str


async def suspects(work: Work, most: int = 100) -> list[Pair]:
    """Pairs among the clients whom the actor sees: one tax number, one name with one day of birth, one telephone.

    Different tax numbers or days of birth say that they are two, whatever else is alike; so does who was asked.
    """
    one, other = aliased(Client), aliased(Client)
    apart = and_(
        func.array_position(one.not_same_as, cast(other.id, Text)).is_(None),
        func.array_position(other.not_same_as, cast(one.id, Text)).is_(None),
    )
    together = (
        or_(one.inn.is_(None), other.inn.is_(None), one.inn == other.inn),
        or_(one.birth_date.is_(None), other.birth_date.is_(None), one.birth_date == other.birth_date),
    )
    same_name = and_(
        one.sort_key == other.sort_key,
        or_(one.birth_date == other.birth_date, and_(one.kind != ClientKind.PERSON, other.kind == one.kind)),
    )
    rules = (
        ("inn", 1, one.inn == other.inn, ()),
        ("name", 2, same_name, together),
        ("phone", 3, one.phone == other.phone, together),
    )
    found = union_all(
        *(
            select(one.id.label("one"), other.id.label("other"), literal(reason).label("reason"), literal(n).label("n"))
            .join(other, and_(rule, one.id < other.id))
            .where(one.deleted_at.is_(None), other.deleted_at.is_(None), apart, *more)
            .limit(most)
            for reason, n, rule, more in rules
        )
    ).subquery()
    rows = (await work.execute(select(found).order_by(found.c.n, found.c.one, found.c.other))).all()
    keys = {key for row in rows for key in (row.one, row.other)}
    clients = {c.id: c for c in await work.scalars(select(Client).where(Client.id.in_(keys)))}
    pairs: dict[tuple[UUID, UUID], Pair] = {}
    for row in rows:
        pairs.setdefault((row.one, row.other), Pair(clients[row.one], clients[row.other], row.reason))
    return list(pairs.values())[:most]


def _read(parse: Any, typed: str | None) -> Any:
    try:
        return parse(typed) if typed and typed.strip() else None
    except (BadIdentifier, Unreadable):
        return None
