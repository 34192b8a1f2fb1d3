"""Two rows that are one client: everything of the one moves to the other, who stays."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Mapped

from models.base import records
from models.errors import Denied, Invalid, NotFound, Refused
from models.facts import Fact
from models.texts import N_
from models.verbs import Act, ask, verb

if TYPE_CHECKING:
    from models.client.record import Client
    from models.session import Work

FIELDS = ("name", "kind", "birth_date", "inn", "kpp", "passport", "phone", "email", "address", "source", "note")
"""What is known of a client, in the order in which it is compared."""
REACHED_BY = ("phone", "email")
"""Ways to reach a client: the one that is not chosen stays as a contact."""
LATER = text("SET CONSTRAINTS ALL DEFERRED")
"""An object and its drivers move to the other client one table after the other."""


@dataclass
class Merge:
    """Which row is the same client, and where its words are the better ones."""

    loser_id: UUID = ask(N_("Duplicate"), lookup="client")
    taken: str = ask(
        N_("Fields taken from the duplicate"), default="", required=False, hint=N_("Names of columns, with commas")
    )


@dataclass
class Apart:
    """Who only looks like this client."""

    other_id: UUID = ask(N_("Another client"), lookup="client")


def is_apart(client: Any, _actor: Any) -> bool:
    """Whether the client stands for themselves: not in the trash, not merged."""
    return client.deleted_at is None and client.merged_into_id is None


class ClientMerging:
    """How two clients become one."""

    if TYPE_CHECKING:
        id: Mapped[UUID]
        deleted_at: Mapped[datetime | None]
        merged_into_id: Mapped[UUID | None]
        not_same_as: Mapped[list[str]]

    @verb(N_("Not the same client"), only=is_apart, asks=Apart)
    def tell_apart(self, act: Act, asked: Apart) -> None:
        """Relatives share a telephone: the pair is no longer listed as one client. Raises `Refused` for oneself."""
        if asked.other_id == self.id:
            raise Refused(N_("A client cannot be told apart from themselves."))
        self.not_same_as = sorted({*(self.not_same_as or []), str(asked.other_id)})

    @verb(N_("Merge with a duplicate"), only=is_apart, asks=Merge)
    async def merge(self, act: Act, asked: Merge) -> None:
        """Take over all that the duplicate has; it goes to the trash and points here.

        Rows are locked so that no deal can be made for the duplicate meanwhile. Raises `NotFound` for an unseen one,
        `Refused` for oneself and for a row that has been merged or thrown away meanwhile.
        """
        await act.work.get_record(type(self), asked.loser_id)  # type: ignore[type-var]
        await act.work.widen()
        winner, loser = await both(act.work, self.id, asked.loser_id)
        taken = names_of(asked.taken)
        for name in taken:
            if not act.actor.rights.may_field("client", name, "write"):
                raise Denied(N_("Your role may not change this field: {field}."), field=name)
        await move_all(act.work, loser.id, winner.id)
        keep_ways(act.work, winner, loser, taken)
        take_over(winner, loser, taken)
        loser.merged_into_id, loser.deleted_at = winner.id, act.at
        act.work.tell(Fact("client.merged", winner, {"loser": loser}))


async def both(work: Work, winner: UUID, loser: UUID) -> tuple[Client, Client]:
    """Both rows as they are now, locked in the order of their keys. A deal being made for one of them is waited for."""
    from models.client.record import Client

    if winner == loser:
        raise Refused(N_("A client cannot be merged with themselves."))
    locked = select(Client).where(Client.id.in_((winner, loser))).order_by(Client.id).with_for_update()
    found = {row.id: row for row in await work.scalars(locked.execution_options(populate_existing=True))}
    if len(found) != 2:
        raise NotFound
    for row in found.values():
        if not is_apart(row, None):
            raise Refused(N_("{name} has been merged or thrown away meanwhile."), name=row.name)
    return found[winner], found[loser]


def names_of(listed: str) -> tuple[str, ...]:
    """The names of fields in a list with commas. Raises `Invalid` for what is no field of a client."""
    names = tuple(dict.fromkeys(part.strip() for part in listed.split(",") if part.strip()))
    if any(name not in FIELDS for name in names):
        raise Invalid.at("taken", N_("Choose one of the list."))
    return names


def belonging() -> Sequence[type[Any]]:
    """Kinds of records that belong to a client."""
    return [record for record in records() if "client_id" in record.__table__.columns]


async def move_all(work: Work, loser: UUID, winner: UUID) -> None:
    """Whatever hangs on the one hangs on the other, what lies in the trash too."""
    await work.execute(LATER)
    for record in belonging():
        client = record.__table__.columns.client_id
        await work.execute(update(record).where(client == loser).values(client_id=winner))


def keep_ways(work: Work, winner: Client, loser: Client, taken: Iterable[str]) -> None:
    """A telephone or address that does not stay in its field is kept as a contact."""
    from models.client.record import ClientContact

    for name in REACHED_BY:
        mine, theirs = getattr(winner, name), getattr(loser, name)
        left = mine if name in taken else theirs
        if mine and theirs and mine != theirs:
            work.add(ClientContact(client_id=winner.id, kind=name, value=left, name=loser.name))


def take_over(winner: Client, loser: Client, taken: Iterable[str]) -> None:
    """Chosen words and those for empty fields come from the duplicate; of two notes neither is lost."""
    for name in FIELDS:
        mine, theirs = getattr(winner, name), getattr(loser, name)
        if theirs and (name in taken or not mine):
            setattr(winner, name, theirs)
        if name == "note" and mine and theirs and mine != theirs:
            setattr(winner, name, "\n".join((theirs, mine) if name in taken else (mine, theirs)))


async def moving(work: Work, loser: UUID) -> dict[type[Any], int]:
    """How many living records of each kind would move, those that the actor does not see too."""
    await work.widen()
    found = {}
    for record in belonging():
        table = record.__table__
        living = table.columns.deleted_at.is_(None) if "deleted_at" in table.columns else text("true")
        number = await work.scalar(
            select(func.count()).select_from(table).where(table.columns.client_id == loser, living)
        )
        if number:
            found[record] = int(number)
    return found
