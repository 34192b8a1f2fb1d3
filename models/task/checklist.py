"""The steps of a task."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Mapped

from models.base import Record, Rows, Trashable, reference, same_deal


class ChecklistItem(Trashable, Record):
    """One step, and when it was done."""

    __tablename__ = "checklists"
    __table_args__: Any = (same_deal("task_id", "tasks.tasks"), {"schema": "tasks"})
    __identity__ = "checklist-item"
    __event__ = "tasks.checklist_item"
    __rows__ = Rows.UNDER_DEAL
    __title__ = "title"

    deal_id: Mapped[UUID] = reference("crm.deals")
    task_id: Mapped[UUID] = reference("tasks.tasks")
    position: Mapped[int]
    title: Mapped[str]
    done_at: Mapped[datetime | None]
