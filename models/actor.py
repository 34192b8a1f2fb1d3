"""Who is acting, from where, and how far they see."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from uuid import UUID

from models.rights import Rights, rights


class Scope(enum.StrEnum):
    """How far the rows reach that a person sees."""

    OWN = "own"
    TEAM = "team"
    ALL = "all"


class Via(enum.StrEnum):
    """The door by which a change came."""

    PANEL = "panel"
    API = "api"
    BOT = "bot"
    JOB = "job"
    IMPORT = "import"
    BULK = "bulk"
    SQL = "sql"


@dataclass(frozen=True)
class Actor:
    """A person, or the system itself, with their role's scope and rights."""

    id: UUID
    name: str
    scope: Scope
    rights: Rights
    role: str = ""
    team_id: UUID | None = None
    locale: str = "ru"


SYSTEM_ID = UUID("00000000-0000-7000-8000-000000000001")
SYSTEM = Actor(SYSTEM_ID, "Polisdesk", Scope.ALL, rights(("*",)), role="system")
