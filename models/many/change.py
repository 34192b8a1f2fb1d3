"""A bulk change: one step for many records, tried first, then done under one action, so that one undo takes it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    Uuid,
    delete,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column
from uuid_utils.compat import uuid7

from models.actor import Actor, Via
from models.base import Base, Record, Rows, choice, reference
from models.changes import already
from models.choices import Choice
from models.errors import NotFound, Problem, Refused
from models.many.reasons import pack
from models.many.selection import LASTS, Selection, selections
from models.session import Work
from models.texts import N_

EDIT = "edit"
"""What a bulk change does that is no verb: gives fields one value each."""
IMPORT = "import"
"""The other one: each row of a file makes a record or changes the one that it names."""
CREATE, UPDATE = "create", "update"
"""What a row of a file does."""
KEPT, KEPT_OF_FILES = timedelta(days=90), timedelta(days=400)
"""Of a file the rows go with the others; what its columns were is remembered for the next file of a year."""
STALE = N_("This was tried too long ago. Choose the rows again, please.")
FILL = text(
    "INSERT INTO auth.bulk_rows (change_id, user_id, place, record_id)"
    " SELECT :change, s.user_id, o.place, o.id FROM auth.selections s, unnest(s.ids) WITH ORDINALITY AS o (id, place)"
    " WHERE s.id = :selection"
)


class BulkStatus(Choice):
    """How far a bulk change has come."""

    CHECKING = "checking", N_("Being checked")
    READY = "ready", N_("Waits for your word")
    RUNNING = "running", N_("Being done")
    DONE = "done", N_("Carried out")
    STOPPED = "stopped", N_("Stopped")
    UNDOING = "undoing", N_("Being undone")
    FAILED = "failed", N_("Broke off")


S = BulkStatus
BUSY = (S.CHECKING, S.RUNNING)
"""States in which rows are worked off."""


class Verdict(Choice):
    """What is to become, or has become, of a row; none: it was not looked at yet."""

    WILL = "will", N_("Will change")
    DONE = "done", N_("Changed")
    SKIPPED = "skipped", N_("Left as it is")


class BulkChange(Record):
    """One step for many records: what, with which values, how many, how far, under which action.

    It is not in the log, since it is the bookkeeping of a work whose every change is.
    """

    __tablename__ = "bulk_changes"
    __table_args__: Any = (
        CheckConstraint("reached BETWEEN 0 AND number", name="reached"),
        Index("ix_bulk_changes_action", "action_id"),
        {"schema": "auth"},
    )
    __identity__ = "bulk-change"
    __event__ = "auth.bulk_change"
    __rows__ = Rows.PERSONAL
    __logged__ = False
    __title__ = "title"
    __search__ = ("title",)
    __state__ = "status"

    user_id: Mapped[UUID] = reference("auth.users")
    title: Mapped[str]
    identity: Mapped[str]
    what: Mapped[str]
    told: Mapped[dict[str, Any]]
    """What was typed, by field: of the verb's form, or the new value of each column."""
    asked: Mapped[str]
    by_hand: Mapped[bool] = mapped_column(default=False)
    selection_id: Mapped[UUID | None]
    """The chosen rows; none where a file brings its own."""
    status: Mapped[str] = choice(BulkStatus, BulkStatus.CHECKING)
    number: Mapped[int]
    reached: Mapped[int] = mapped_column(default=0)
    """The place of the last row that was worked off, in the transaction that did it."""
    will: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    skipped: Mapped[int] = mapped_column(default=0)
    new_rows: Mapped[int] = mapped_column(default=0)
    """Of those that will change or have changed, the rows of a file that make a record."""
    same_rows: Mapped[int] = mapped_column(default=0)
    """Of those that are left, the ones that are so already."""
    action_id: Mapped[UUID]
    via: Mapped[str]
    problem: Mapped[list[Any] | None] = mapped_column(JSONB(none_as_null=True))
    expires_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]

    @property
    def slug(self) -> str:
        """The action's name in the log: the same as for one record."""
        return f"{self.identity}.{'update' if self.what == EDIT else self.what}"

    @property
    def is_import(self) -> bool:
        """Whether its rows are those of a file."""
        return self.what == IMPORT

    @property
    def taken(self) -> int:
        """Rows that will change or have changed."""
        return self.will if self.started_at is None else self.number - self.skipped

    @property
    def can_go_on(self) -> bool:
        """Whether it was stopped, or broke off, before its last row."""
        return self.status in (S.STOPPED, S.FAILED) and self.reached < self.number

    def begin(self, at: datetime, *, by_job: bool = False) -> None:
        """Somebody has seen what would become of it and says so. Raises `Refused` in another state or too late.

        What a job does rings no bell for each record: `via` says so to the readers of the log.
        """
        if self.status != S.READY:
            raise Refused(N_("This has been decided already."))
        if self.expires_at < at:
            raise Refused(STALE)
        self.status, self.reached, self.started_at = S.RUNNING, 0, at
        if by_job and not self.is_import:
            self.via = Via.BULK

    def reach(self, place: int, at: datetime, *, is_end: bool) -> None:
        """Rows up to a place are worked off; at the end the next state comes."""
        self.reached = self.number if is_end else place
        if is_end and self.status == S.CHECKING:
            self.status = S.READY
        elif is_end:
            self.status, self.finished_at = S.DONE, at

    def stop(self, at: datetime) -> None:
        """No further rows: what is done stays done, and can be undone. Raises `Refused` where nothing is under way."""
        if self.status not in (*BUSY, S.READY):
            raise Refused(N_("There is nothing to stop any more."))
        self.status, self.finished_at = S.STOPPED, at

    def go_on(self) -> None:
        """From the row at which it was stopped. Raises `Refused` where nothing is left to be done."""
        if not self.can_go_on:
            raise Refused(N_("There is nothing to go on with."))
        self.status = S.RUNNING if self.started_at else S.CHECKING
        self.problem, self.finished_at = None, None

    def forget(self, verdict: str | None, *, is_new: bool = False, is_same: bool = False) -> None:
        """A row is corrected and will be tried once more. Raises `Refused` once it is decided."""
        if self.status != S.READY:
            raise Refused(N_("This has been decided already."))
        self.will -= verdict == Verdict.WILL
        self.new_rows -= verdict == Verdict.WILL and is_new
        self.skipped -= verdict == Verdict.SKIPPED
        self.same_rows -= verdict == Verdict.SKIPPED and is_same

    def break_off(self, problem: Problem, at: datetime) -> None:
        """It cannot go on at all: whoever asked may not work here any more."""
        self.status, self.problem, self.finished_at = S.FAILED, pack(problem), at

    def undo_later(self) -> None:
        """A large one is taken back by a job. Raises `Refused` while it is under way and where nothing was done."""
        if self.status not in (S.DONE, S.STOPPED, S.FAILED) or not self.done:
            raise Refused(N_("There is nothing to undo here."))
        self.status, self.problem = S.UNDOING, None

    def undone(self, problem: Problem | None = None) -> None:
        """The job has taken it back, or tells why it could not."""
        self.status, self.problem = S.DONE, pack(problem) if problem else None


bulk_rows = Table(
    "bulk_rows",
    Base.metadata,
    Column(
        "change_id",
        Uuid,
        ForeignKey("auth.bulk_changes.id", deferrable=True, initially="IMMEDIATE", ondelete="CASCADE"),
        nullable=False,
    ),
    Column("user_id", Uuid, nullable=False),
    Column("place", Integer, nullable=False),
    Column("record_id", Uuid, nullable=False),
    Column("verdict", Text),
    Column("reason", JSONB(none_as_null=True)),
    Column("was", JSONB(none_as_null=True)),
    Column("becomes", JSONB(none_as_null=True)),
    Column("line", Integer),
    Column("told", JSONB(none_as_null=True)),
    Column("does", Text),
    Column("key", Text),
    PrimaryKeyConstraint("change_id", "place"),
    CheckConstraint("verdict IN ('will', 'done', 'skipped')", name="verdict"),
    CheckConstraint("does IN ('create', 'update')", name="does"),
    Index("ix_bulk_rows_key", "change_id", "key", postgresql_where=text("key IS NOT NULL")),
    Index("ix_bulk_rows_verdict", "change_id", "verdict", "place"),
    schema="auth",
    info={"rows": Rows.PERSONAL},
)
"""Each record of a bulk change in its place, what becomes of it, why not, and its fields before and after. A row of a
file has its line, what it says by field, what it does, and the key that two rows must not share."""


async def open_change(
    work: Work, chosen: Selection, what: str, told: dict[str, Any], title: str, key: UUID | None = None
) -> BulkChange:
    """A bulk change of a selection, not yet tried. The same `key` a second time gives the one there is."""
    key = key or uuid7()
    if (made := await already(work, BulkChange, key)) is not None:
        return made
    change = await opened(work, key, chosen.identity, what, told, title, chosen)
    await work.execute(FILL, {"change": key, "selection": chosen.id})
    return change


async def opened(
    work: Work, key: UUID, identity: str, what: str, told: dict[str, Any], title: str, chosen: Selection | None = None
) -> BulkChange:
    """A bulk change whose rows are still to come: those of a selection, or of a file."""
    change = BulkChange(
        id=key, user_id=work.actor.id, title=title, identity=identity, what=what, told=told,
        asked=chosen.asked if chosen else "", by_hand=chosen is not None and chosen.by_hand,
        selection_id=chosen.id if chosen else None, number=chosen.number if chosen else 0, action_id=uuid7(),
        via=work.via.value, expires_at=chosen.expires_at if chosen else work.at + LASTS,
    )  # fmt: skip
    work.add(change)
    await work.flush()
    return change


async def own_change(work: Work, key: UUID, *, lock: bool = False) -> BulkChange:
    """A bulk change of the actor's own. Raises `NotFound`, also for another's whom the policies would show it."""
    found = await work.get_record(BulkChange, key, lock=lock)
    if found.user_id != work.actor.id:
        raise NotFound
    return found


async def change_of_action(work: Work, action: UUID, actor: Actor) -> BulkChange | None:
    """The actor's bulk change that an action in the log belongs to."""
    mine = BulkChange.action_id == action, BulkChange.user_id == actor.id
    return (await work.scalars(select(BulkChange).where(*mine))).first()


async def sweep(work: Work) -> None:
    """Delete selections that are no longer kept and bulk changes of long ago, with their rows."""
    await work.execute(delete(selections).where(selections.c.expires_at < work.at))
    over = BulkChange.status.not_in((*BUSY, S.UNDOING))
    old, oldest = (BulkChange.created_at < work.at - kept for kept in (KEPT, KEPT_OF_FILES))
    await work.execute(delete(BulkChange).where(over, old & ((BulkChange.what != IMPORT) | oldest)))
    files = select(BulkChange.id).where(over, old)
    await work.execute(delete(bulk_rows).where(bulk_rows.c.change_id.in_(files)))
