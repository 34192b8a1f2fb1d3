"""What is said about a task."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from models.base import Record, Rows, Trashable, reference, same_deal


class TaskComment(Trashable, Record):
    """A remark of a colleague; what happened to the task itself stands in the log."""

    __tablename__ = "task_activity"
    __table_args__: Any = (same_deal("task_id", "tasks.tasks"), {"schema": "tasks"})
    __identity__ = "task-comment"
    __event__ = "tasks.comment"
    __rows__ = Rows.UNDER_DEAL
    __title__ = "body"
    __search__ = ("body",)
    __once__ = frozenset({"task_id"})

    deal_id: Mapped[UUID] = reference("crm.deals")
    task_id: Mapped[UUID] = reference("tasks.tasks")
    author_id: Mapped[UUID] = reference("auth.users")
    body: Mapped[str] = mapped_column(info={"long": True})
