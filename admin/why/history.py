"""Who made a sum what it is: the log's events of the record, and those of one field in sentences."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import select

from admin.i18n import _, show_money
from admin.views.record.sentences import VIA, sentence_of
from admin.views.registry import load
from admin.why.asking import Asked
from models.log import actions, events
from models.people import User

EVENTS_AT_MOST = 300


class Event(NamedTuple):
    """A change of the record, the oldest first."""

    at: datetime
    op: str
    changes: dict[str, Any]
    record: dict[str, Any]
    slug: str
    who: str
    via: str
    asked: dict[str, Any]
    is_undoing: bool
    is_undone: bool

    def new(self, name: str) -> Any:
        """What the column became by it; `KeyError` where it was not touched."""
        return self.record[name] if self.op == "insert" else self.changes[name][1]

    def touches(self, *names: str) -> bool:
        """Whether it wrote one of these columns."""
        return self.op == "insert" or any(name in self.changes for name in names)


class Entry(NamedTuple):
    """A change of the field in words."""

    at: datetime
    sentence: str
    via: str
    old: str
    new: str
    is_undone: bool


async def events_of(asked: Asked) -> list[Event]:
    """The record's events as far as the actor may see the log, read once for an answer."""
    if "events" not in asked.known:
        asked.known["events"] = [event_of(row) for row in (await asked.work.execute(statement(asked))).mappings()]
    found: list[Event] = asked.known["events"]
    return found


def statement(asked: Asked) -> Any:
    """The newest events with their actions; those that only derived something are not there."""
    newest = (
        select(events.c.at, events.c.seq, events.c.op, events.c.changes, events.c.record, events.c.action_id)
        .where(events.c.table == asked.view.table.fullname, events.c.record_id == asked.key)
        .where(events.c.op.in_(("insert", "update")))
        .order_by(events.c.seq.desc())
        .limit(EVENTS_AT_MOST)
        .subquery()
    )
    return (
        select(newest, actions.c.slug, actions.c.via, actions.c.asked, actions.c.undoes, actions.c.undone_by)
        .add_columns(User.full_name)
        .outerjoin(actions, actions.c.id == newest.c.action_id)
        .outerjoin(User, User.id == actions.c.actor_id)
        .order_by(newest.c.seq)
    )


def event_of(row: Any) -> Event:
    """A row of the statement."""
    return Event(
        row["at"],
        row["op"],
        row["changes"] or {},
        row["record"] or {},
        row["slug"] or "",
        row["full_name"] or _("Somebody"),
        row["via"] or "",
        row["asked"] if isinstance(row["asked"], dict) else {},
        row["undoes"] is not None,
        row["undone_by"] is not None,
    )


async def entries_of(asked: Asked, name: str) -> list[Entry]:
    """Every change of a money column, the newest first."""
    found = [event for event in await events_of(asked) if tells(event, name)]
    return [entry_of(event, name) for event in reversed(found)]


def tells(event: Event, name: str) -> bool:
    """Whether an event wrote the column."""
    return name in (event.record if event.op == "insert" else event.changes)


def entry_of(event: Event, name: str) -> Entry:
    """A change in words."""
    old = None if event.op == "insert" else event.changes[name][0]
    return Entry(
        event.at, sentence(event), _(VIA.get(event.via, event.via)) if event.via else "", money_text(old),
        money_text(event.new(name)), event.is_undone,
    )  # fmt: skip


def sentence(event: Event) -> str:
    """Who did what."""
    return sentence_of(event.slug, event.who, load()) if event.slug else event.who


def money_text(value: Any) -> str:
    """A sum as the log has it."""
    return show_money(amount_of(value))


def amount_of(value: Any) -> Decimal | None:
    """A number of the log's JSON as roubles and kopecks."""
    return None if value is None else Decimal(str(value)).quantize(Decimal("0.01"))


async def written_at(asked: Asked, name: str, *others: str) -> datetime:
    """When the column became what it is: by the last event that was no undoing; without the log when it was made."""
    amount = getattr(asked.row, name)
    wrote = [
        event.at
        for event in await events_of(asked)
        if event.touches(name, *others) and not event.is_undoing and became(event, name, amount)
    ]
    return wrote[-1] if wrote else made_at(asked)


def made_at(asked: Asked) -> datetime:
    """When the record was made."""
    moment: datetime = asked.row.created_at
    return moment


def became(event: Event, name: str, amount: Decimal) -> bool:
    """Whether the event left the column as it is now; one that did not write it did."""
    return not tells(event, name) or amount_of(event.new(name)) == amount


def steps_of(found: Sequence[Event], name: str) -> list[tuple[Event, Decimal]]:
    """By how much each event changed a sum; the first one from nothing."""
    steps, before = [], Decimal(0)
    for event in found:
        if tells(event, name):
            now = amount_of(event.new(name)) or Decimal(0)
            was = before if event.op == "insert" else amount_of(event.changes[name][0]) or Decimal(0)
            steps.append((event, now - was))
            before = now
    return [(event, step) for event, step in steps if step]
