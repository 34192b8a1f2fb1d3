"""The steps of a task."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Mapped

from models.base import Record, Rows, Trashable, reference, same_deal
from models.texts import N_
from models.verbs import Act, verb

NEXT_STEP = text(
    "SELECT coalesce(max(position), 0) + 1 FROM tasks.checklists WHERE task_id = :task AND deleted_at IS NULL"
)


class ChecklistItem(Trashable, Record):
    """One step, and when it was done."""

    __tablename__ = "checklists"
    __table_args__: Any = (same_deal("task_id", "tasks.tasks"), {"schema": "tasks"})
    __identity__ = "checklist-item"
    __event__ = "tasks.checklist_item"
    __rows__ = Rows.UNDER_DEAL
    __title__ = "title"
    __once__ = frozenset({"task_id"})

    deal_id: Mapped[UUID] = reference("crm.deals")
    task_id: Mapped[UUID] = reference("tasks.tasks")
    position: Mapped[int]
    title: Mapped[str]
    done_at: Mapped[datetime | None]

    @verb(N_("Tick off"), only=lambda step, _actor: step.done_at is None)
    def tick(self, act: Act) -> None:
        """The step is done."""
        self.done_at = act.at

    @verb(N_("Take the tick back"), only=lambda step, _actor: step.done_at is not None)
    def untick(self, act: Act) -> None:
        """The step is to be done yet."""
        self.done_at = None

    @classmethod
    async def fill_in(cls, values: dict[str, Any], act: Act) -> None:
        """The next place in the task's list."""
        if not values.get("position") and values.get("task_id"):
            values["position"] = await act.work.scalar(NEXT_STEP, {"task": values["task_id"]})
