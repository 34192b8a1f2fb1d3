"""Whom a rule or an own entity touches: what its lines are now, what they would be, and a few of the policies."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import text

from admin.views.record.children import Table
from models.actor import Actor
from models.session import Work

MOST = 2000
"""Policies that are looked at, the newest; a preview looks at all."""
SHOWN = 8
REACH = text(Path(__file__).with_suffix(".sql").read_text("utf-8"))


@dataclass(frozen=True)
class Policy:
    """One of those touched; sums in roubles."""

    id: UUID
    number: str
    client: str
    premium: Decimal
    before: Decimal
    after: Decimal
    differ: int


@dataclass(frozen=True)
class Reach:
    """Figures over the policies that were looked at; sums in roubles."""

    policies: int
    premium: Decimal
    before: Decimal
    after: Decimal
    differ: int
    missing: int
    is_all: bool
    sample: tuple[Policy, ...]

    @property
    def change(self) -> Decimal:
        """What a recalculation would add."""
        return self.after - self.before


async def reach_of(work: Work, _actor: Actor, table: Table) -> Mapping[str, Any]:
    """For a section: `by` is the column of a recalculation that names the parent."""
    return {"reach": await reach(work, table.child.by, table.parent_id), "by": table.child.by, "key": table.parent_id}


async def reach(work: Work, by: str, key: UUID) -> Reach:
    """Whom it touches as rules and policies are in this transaction."""
    told = {"chosen": json.dumps({by: str(key)}), "rule": None if by == "entity_id" else key, "most": MOST}
    rows = (await work.execute(REACH, told)).mappings().all()
    looked_at = rows[0]["looked_at"] if rows else 0
    found = [row for row in rows if row["id"] is not None]
    return Reach(
        len(found),
        sum((row["premium"] for row in found), Decimal(0)),
        sum((row["before"] for row in found), Decimal(0)),
        sum((row["after"] for row in found), Decimal(0)),
        sum(row["differ"] for row in found),
        sum(row["missing"] for row in found),
        looked_at < MOST,
        tuple(
            Policy(**{name: row[name] for name in ("id", "number", "client", "premium", "before", "after", "differ")})
            for row in found[:SHOWN]
        ),
    )
