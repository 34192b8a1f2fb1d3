"""Saved lists that a person keeps in the menu, or wants to be told of when a record enters them."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import UniqueConstraint, Uuid
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Record, Rows, reference

HIDDEN = {"hidden": True}


class FollowedView(Record):
    """What one person wants of one saved list, their own or a lent one."""

    __tablename__ = "followed_views"
    __table_args__: Any = (UniqueConstraint("user_id", "saved_view_id"), {"schema": "auth"})
    __identity__ = "followed-view"
    __event__ = "auth.followed_view"
    __rows__ = Rows.PERSONAL
    __title__ = "saved_view_id"
    __once__ = frozenset({"saved_view_id"})

    user_id: Mapped[UUID] = reference("auth.users", index=False)
    saved_view_id: Mapped[UUID] = reference("auth.saved_views")
    is_pinned: Mapped[bool] = mapped_column(default=False)
    """It stands in the menu with the number of its records."""
    tells: Mapped[bool] = mapped_column(default=False)
    """The person hears of records that enter it."""
    known: Mapped[list[UUID] | None] = mapped_column(ARRAY(Uuid()), info=HIDDEN)
    """Records that were in it when it was last looked through; none where it has not been yet."""
    known_query: Mapped[str] = mapped_column(default="", info=HIDDEN)
    """The list's address for which they are known."""
    looked_at: Mapped[datetime | None] = mapped_column(info=HIDDEN)
    told_at: Mapped[datetime | None] = mapped_column(info=HIDDEN)

    def begin(self) -> None:
        """Forget what was known: what stands in the list when it is next looked through is nothing new."""
        self.known = None

    def remember(self, known: list[UUID], query: str, at: datetime) -> None:
        """What stands in the list now and need not be told any more."""
        self.known, self.known_query, self.looked_at = known, query, at
