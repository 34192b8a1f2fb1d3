"""What is being typed during a call, kept as it is typed."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Mapped

from models.base import Record, Rows, reference


class IntakeDraft(Record):
    """A call that has not become a deal yet: the fields of the form as they stand, one row a call.

    It is not in the log: what somebody typed and did not send is nobody's record, and a log that is never rewritten
    would keep the personal data of people who have not become clients. It lives for some days and is then removed.
    """

    __tablename__ = "intake_drafts"
    __table_args__: Any = ({"schema": "crm"},)
    __identity__ = "intake-draft"
    __event__ = "crm.intake_draft"
    __rows__ = Rows.PERSONAL
    __logged__ = False
    __title__ = "title"

    user_id: Mapped[UUID] = reference("auth.users")
    title: Mapped[str]
    fields: Mapped[dict[str, Any]]
    touched_at: Mapped[datetime]
    cleared_at: Mapped[datetime | None]
