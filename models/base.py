"""The ground of every table: keys, names of constraints, and what a table says of itself."""

from __future__ import annotations

import enum
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Date,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    Numeric,
    Table,
    Text,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from uuid_utils.compat import uuid7

from models.errors import Refused
from models.facts import Fact
from models.inquiries import has_moved_money
from models.texts import N_
from models.verbs import Act, Foreseen, Verb, verb, verbs_of

if TYPE_CHECKING:
    from models.actor import Actor

CONSTRAINT_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Rows(enum.StrEnum):
    """Who sees and changes the rows of a table; each kind is a set of policies in `migrations/sql/policies.sql`."""

    DEAL = "deal"
    UNDER_DEAL = "under_deal"
    CLIENT = "client"
    UNDER_CLIENT = "under_client"
    TASK = "task"
    DOCUMENT = "document"
    PERSONAL = "personal"
    LENT = "lent"
    REFERENCE = "reference"
    PEOPLE = "people"
    OFFICE = "office"
    PAYEE = "payee"
    ABSENCE = "absence"
    TARGET = "target"
    SEALED = "sealed"
    MEMBERSHIP = "membership"
    EVENTS = "events"
    ACTIONS = "actions"
    JOBS = "jobs"


class Base(DeclarativeBase):
    """What SQLAlchemy maps."""

    metadata = MetaData(naming_convention=CONSTRAINT_NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        str: Text(),
        int: Integer(),
        date: Date(),
        datetime: DateTime(timezone=True),
        Decimal: Numeric(14, 2),
        UUID: Uuid(),
        dict[str, Any]: JSONB(none_as_null=True),
        list[str]: ARRAY(Text()),
    }


class Record(Base):
    """A table with a key of its own, policies, and a place in the log."""

    __abstract__ = True
    __mapper_args__ = {"eager_defaults": False}  # noqa: RUF012 - SQLAlchemy declares it so

    __identity__: ClassVar[str]
    """The name in addresses, rights and verbs: `deal`, `journal-entry`."""
    __event__: ClassVar[str]
    """CloudEvents type without its last part: `crm.deal.calculation`."""
    __rows__: ClassVar[Rows]
    __logged__: ClassVar[bool] = True
    __title__: ClassVar[str]
    """The column that names a record in look-ups, lists and history."""
    __search__: ClassVar[tuple[str, ...]] = ()
    """The columns that search looks into."""
    __natural__: ClassVar[tuple[tuple[str, ...], ...]] = ()
    """Columns by which people know a record: a row of a file that has them all changes it in place of making another.
    The first that a row fills in is taken. Empty: what is unique, else every column that the file has."""
    __state__: ClassVar[str | None] = None
    """The column that only verbs change."""
    __by_verb__: ClassVar[frozenset[str]] = frozenset()
    """More columns that no form writes: verbs, rules and jobs do."""
    __once__: ClassVar[frozenset[str]] = frozenset()
    """Columns that are given when a record is made and stay, unless a verb changes them."""
    __settled__: ClassVar[frozenset[str]] = frozenset()
    """States in which only the note may still be edited."""
    __verbs__: ClassVar[dict[str, Verb]] = {}

    id: Mapped[UUID] = mapped_column(primary_key=True, sort_order=-10)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now(), sort_order=90)

    __status_event__: ClassVar[str] = ""
    """The last part of the event type when the status changes: `status.{}` or `status_changed`."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.__verbs__ = verbs_of(cls)
        if isinstance(table := cls.__dict__.get("__table__"), Table):
            guard_columns(table)

    def __init__(self, **values: Any) -> None:
        values.setdefault("id", uuid7())
        for name, default in scalar_defaults(type(self)):
            values.setdefault(name, default)
        for name in values.keys() - names_of(type(self)):
            if not hasattr(type(self), name):
                raise TypeError(f"{type(self).__name__} has no {name}")
        for name, value in values.items():
            setattr(self, name, value)

    @classmethod
    async def fill_in(cls, values: dict[str, Any], act: Act) -> None:
        """Fill in what a new record can know by itself: its place in a row, the client of its deal."""

    def made(self, act: Act) -> None:
        """The new record stands; tell what that means."""

    def edited(self, fields: frozenset[str], act: Act) -> None:
        """Somebody has changed these columns by hand. Raises `Invalid` where the record is no longer whole."""

    async def foresee(self, verb: Verb, act: Act) -> list[Foreseen]:
        """What a verb that previews will do, counted before it is done."""
        return []

    @property
    def state(self) -> str | None:
        """The status or stage as stored."""
        return getattr(self, self.__state__) if self.__state__ else None


class Trashable:
    """Soft delete: the row stays, the trash shows it."""

    deleted_at: Mapped[datetime | None] = mapped_column(sort_order=91)

    def may_be_trashed_by(self, actor: Actor) -> bool:
        """Whether this person may put it into the trash and take it out, as far as it is not the role's matter."""
        return True

    @verb(N_("Move to trash"), only=lambda record, actor: record.may_be_trashed_by(actor), danger=True, bulk=True)
    async def trash(self, act: Act) -> None:
        """Hide the record; it stays in the trash. Raises where money has moved or the matter is settled."""
        settled = isinstance(self, Record) and self.state in self.__settled__
        if settled or await has_moved_money(act.work, self):
            raise Refused(N_("Money has moved or the matter is settled; it cannot be put into the trash."))
        self.put_away(act)

    def put_away(self, act: Act) -> None:
        """Into the trash without asking; told as `deal.trashed`, `task.trashed` and so on. Called by hooks."""
        self.deleted_at = act.at
        if isinstance(self, Record):
            act.work.tell(Fact(f"{self.__identity__}.trashed", self))

    @verb(N_("Restore from trash"), only=lambda record, actor: record.may_be_trashed_by(actor), bulk=True)
    def restore(self, act: Act) -> None:
        """Take the record out of the trash."""
        self.deleted_at = None


R = TypeVar("R", bound=Record)


@cache
def scalar_defaults(record: type[Record]) -> tuple[tuple[str, Any], ...]:
    """The plain defaults of a record's columns, so that a new object is whole before it is written."""
    columns = ((prop.key, getattr(prop.columns[0], "default", None)) for prop in record.__mapper__.column_attrs)
    return tuple((key, default.arg) for key, default in columns if default is not None and default.is_scalar)


@cache
def names_of(record: type[Record]) -> frozenset[str]:
    """Names of a record's columns, as its objects have them."""
    return frozenset(prop.key for prop in record.__mapper__.column_attrs)


def records() -> list[type[Record]]:
    """Every mapped record, in the order of their tables."""
    found = [m.class_ for m in Base.registry.mappers if issubclass(m.class_, Record)]
    return sorted(found, key=lambda record: str(record.__table__))


def columns_marked(record: type[Record], mark: str) -> list[str]:
    """Names of the columns whose `info` carries the mark: `derived`, `hidden`."""
    return sorted(column.name for column in record.__table__.columns if column.info.get(mark))


def reference(target: str, *, index: bool = True, **options: Any) -> Any:
    """A foreign key to `schema.table`, checked at commit so that undo can put rows back in any order."""
    key = ForeignKey(f"{target}.id", deferrable=True, initially="IMMEDIATE")
    return mapped_column(key, index=index, **options)


def pointer(target: str, **options: Any) -> Any:
    """A key to `schema.table` that the database does not watch: what it points to may go, as in working data."""
    key = ForeignKey(f"{target}.id", deferrable=True, initially="IMMEDIATE", info={"unwatched": True})
    return mapped_column(key, **options)


def list_index(name: str, *columns: str) -> Index:
    """An index that a list is read from in its order: rows outside of the trash, their key last."""
    return Index(name, *columns, "id", postgresql_where=text("deleted_at IS NULL"))


def same_deal(column: str, parent: str) -> ForeignKeyConstraint:
    """A key to a parent of the same deal: `deal_id` cannot differ from the parent's."""
    targets = [f"{parent}.id", f"{parent}.deal_id"]
    return ForeignKeyConstraint([column, "deal_id"], targets, deferrable=True, initially="IMMEDIATE")


def choice(options: type[enum.StrEnum], default: enum.StrEnum | None = None, **more: Any) -> Any:
    """A text column that takes the values of an enumeration only."""
    info = {"choices": options} | more.pop("info", {})
    return mapped_column(Text, default=default.value if default is not None else None, info=info, **more)


def guard_columns(table: Table) -> None:
    """Choices take their values only, and no sum is NaN."""
    for column in table.columns:
        if choices := column.info.get("choices"):
            values = ", ".join(repr(option.value) for option in choices)
            table.append_constraint(CheckConstraint(f"{column.name} IN ({values})", name=column.name))
        if isinstance(column.type, Numeric):
            table.append_constraint(CheckConstraint(f"{column.name} <> 'NaN'", name=f"{column.name}_number"))
