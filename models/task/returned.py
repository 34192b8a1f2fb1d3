"""What came back, and why: counted by people, kinds and reasons."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Record, Rows, choice, reference, same_deal
from models.choices import ReturnCause


class TaskReturn(Record):
    """A task that was given back to its author: by whom, the kind of reason, and the reason in words."""

    __tablename__ = "task_returns"
    __table_args__: Any = (
        same_deal("task_id", "tasks.tasks"),
        Index("ix_task_returns_created_at", "created_at"),
        {"schema": "tasks"},
    )
    __identity__ = "task-return"
    __event__ = "tasks.return"
    __rows__ = Rows.UNDER_DEAL
    __title__ = "reason"
    __search__ = ("reason",)

    deal_id: Mapped[UUID] = reference("crm.deals")
    task_id: Mapped[UUID] = reference("tasks.tasks")
    returned_by_id: Mapped[UUID] = reference("auth.users")
    cause: Mapped[str] = choice(ReturnCause, ReturnCause.OTHER)
    reason: Mapped[str] = mapped_column(info={"long": True})
