"""The run's row and its verbs: the batches themselves are a job's (`jobs/recalculation.py`)."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column
from uuid_utils.compat import uuid7

from models.base import Record, Rows, choice, pointer, reference
from models.catalogue import Entity, Insurer, Product
from models.choices import RecalculationStatus
from models.errors import Refused
from models.rules import CommissionRule, ExpenseRule
from models.texts import N_
from models.verbs import Act, verb

S = RecalculationStatus
COUNTED, HIDDEN, QUIET = {"derived": True, "quiet": True}, {"hidden": True}, {"quiet": True}
EVERYTHING = "Все полисы"
CHOSEN = "Выбранные полисы: {n}"
NAMED_BY = (
    ("commission_rule_id", CommissionRule),
    ("expense_rule_id", ExpenseRule),
    ("insurer_id", Insurer),
    ("product_id", Product),
    ("entity_id", Entity),
)
RATES_KEY = text("SELECT crm.rates_key()")
BUSY = frozenset({S.PLANNED, S.RUNNING, S.UNDOING})
"""States in which a job is at work."""


def counted() -> Any:
    """A figure that the batches keep."""
    return mapped_column(default=0, info=COUNTED)


def summed() -> Any:
    """A sum in roubles that the batches keep."""
    return mapped_column(default=Decimal(0), info=COUNTED)


class Recalculation(Record):
    """Which policies (every one where nothing is said), how far the run is, and what it makes; sums in roubles."""

    __tablename__ = "recalculations"
    __table_args__: Any = (
        CheckConstraint("sold_to >= sold_from", name="order"),
        CheckConstraint("status IN ('planned', 'cancelled') OR previewed_at IS NOT NULL", name="previewed"),
        {"schema": "crm"},
    )
    __identity__ = "recalculation"
    __event__ = "crm.recalculation"
    __status_event__ = "status.{}"
    __rows__ = Rows.OFFICE
    __title__ = "name"
    __search__ = ("name",)
    __state__ = "status"
    __by_verb__ = frozenset(
        {"name", "policies", "previewed_at", "finished_at", "ordered_by_id", "action_id", "undo_action_id"}
    )

    name: Mapped[str] = mapped_column(default=EVERYTHING)
    commission_rule_id: Mapped[UUID | None] = pointer("crm.commission_rules")
    expense_rule_id: Mapped[UUID | None] = pointer("crm.expense_rules")
    insurer_id: Mapped[UUID | None] = pointer("crm.insurers")
    product_id: Mapped[UUID | None] = pointer("crm.products")
    entity_id: Mapped[UUID | None] = pointer("crm.entities")
    sold_from: Mapped[date | None]
    sold_to: Mapped[date | None]
    policies: Mapped[list[UUID] | None] = mapped_column(ARRAY(Uuid()), info=QUIET)
    with_missing: Mapped[bool] = mapped_column(default=False)
    with_imported: Mapped[bool] = mapped_column(default=False)
    status: Mapped[str] = choice(RecalculationStatus, S.PLANNED)
    created_by_id: Mapped[UUID] = reference("auth.users")
    ordered_by_id: Mapped[UUID] = reference("auth.users", info=QUIET)
    """Who asked for the last step: what it writes is theirs."""
    previewed_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    action_id: Mapped[UUID | None] = mapped_column(info=QUIET)
    undo_action_id: Mapped[UUID | None] = mapped_column(info=QUIET)
    place: Mapped[UUID | None] = mapped_column(info=HIDDEN)
    """The last policy that was looked at; what comes after it waits."""
    undo_place: Mapped[UUID | None] = mapped_column(info=HIDDEN)
    rates_key: Mapped[str | None] = mapped_column(info=HIDDEN)
    policies_total: Mapped[int] = counted()
    looked_at: Mapped[int] = counted()
    lines: Mapped[int] = counted()
    applied: Mapped[int] = counted()
    left_alone: Mapped[int] = counted()
    restored: Mapped[int] = counted()
    incomes_before: Mapped[Decimal] = summed()
    incomes_after: Mapped[Decimal] = summed()
    expenses_before: Mapped[Decimal] = summed()
    expenses_after: Mapped[Decimal] = summed()

    @classmethod
    async def fill_in(cls, values: dict[str, Any], act: Act) -> None:
        """Its name is that of what is chosen."""
        chosen: list[Any] = [await act.work.get(kind, values[name]) for name, kind in NAMED_BY if values.get(name)]
        values["ordered_by_id"] = act.actor.id
        values["name"] = " · ".join(one.name for one in chosen if one is not None) or EVERYTHING

    @property
    def is_busy(self) -> bool:
        """Whether a job is at work."""
        return self.status in BUSY

    @verb(N_("Preview anew"), when=(S.PREVIEWED, S.CANCELLED), undoable=False, to=S.PLANNED)
    def preview(self, act: Act) -> None:
        """Look again what would change, as rules and policies are now."""
        self.status, self.place, self.ordered_by_id = S.PLANNED, None, act.actor.id

    @verb(N_("Apply"), when=(S.PREVIEWED,), primary=True, letter="a", undoable=False, to=S.RUNNING)
    async def apply(self, act: Act) -> None:
        """Write what the preview shows. Raises where nothing differs, or rules have changed since."""
        if not self.lines:
            raise Refused(N_("Every line is as the rules have it: there is nothing to apply."))
        if await act.work.scalar(RATES_KEY) != self.rates_key:
            raise Refused(N_("Rules have changed since this preview: preview it anew."))
        self.status, self.place, self.action_id = S.RUNNING, None, uuid7()
        self.applied, self.left_alone, self.ordered_by_id = 0, 0, act.actor.id

    @verb(
        N_("Stop"),
        when=(S.PLANNED, S.PREVIEWED, S.RUNNING),
        undoable=False,
        to={S.PLANNED: S.CANCELLED, S.PREVIEWED: S.CANCELLED, S.RUNNING: S.PAUSED},
    )
    def cancel(self, act: Act) -> None:
        """After the batch at hand; what is applied stays until it is undone."""
        self.status = S.PAUSED if self.status == S.RUNNING else S.CANCELLED

    @verb(N_("Go on"), when=(S.PAUSED,), primary=True, undoable=False, to=S.RUNNING)
    def resume(self, act: Act) -> None:
        """From where it was stopped."""
        self.status = S.RUNNING

    @verb(N_("Undo the recalculation"), when=(S.DONE, S.PAUSED), danger=True, undoable=False, to=S.UNDOING)
    def undo(self, act: Act) -> None:
        """Put every line back that nobody has changed since."""
        self.status, self.undo_place, self.restored = S.UNDOING, None, 0
        self.undo_action_id, self.ordered_by_id = uuid7(), act.actor.id
