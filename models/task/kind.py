"""Kinds of tasks, with the checklist that each brings."""

from __future__ import annotations

from typing import Any

from sqlalchemy import UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Record, Rows, Trashable


class TaskKind(Trashable, Record):
    """Calculate, issue, collect documents…; days until it is due by default."""

    __tablename__ = "task_kinds"
    __table_args__: Any = (UniqueConstraint("slug"), {"schema": "tasks"})
    __identity__ = "task-kind"
    __event__ = "tasks.kind"
    __rows__ = Rows.REFERENCE
    __title__ = "name"
    __search__ = ("name",)

    slug: Mapped[str]
    name: Mapped[str]
    days: Mapped[int] = mapped_column(default=1)
    checklist: Mapped[list[str]] = mapped_column(server_default=text("'{}'"))
