"""How large tables are, roughly: it chooses between two ways of the same result and decides nothing else."""

from __future__ import annotations

from time import monotonic

from sqlalchemy import Table

from models.base import Base
from models.session import Work

ASKED = (
    "SELECT n.nspname || '.' || c.relname, c.reltuples FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
    " WHERE n.nspname = ANY ($1) AND c.relkind IN ('r', 'p')"
)
REMEMBERED_SECONDS = 600.0
DENSE = 4
"""A table that has a row for so many of what it points to is found from there soon."""
_known: dict[str, float] = {}
_asked_at: list[float] = []


async def learn_sizes(work: Work) -> None:
    """Ask the database for its own estimates, once in a while."""
    now = monotonic()
    if _asked_at and now - _asked_at[0] < REMEMBERED_SECONDS:
        return
    _asked_at[:] = [now]
    schemas = sorted({table.schema for table in Base.metadata.tables.values() if table.schema})
    _known.update({row[0]: row[1] for row in await work.driver.fetch(ASKED, schemas)})


def is_dense(table: Table, target: Table) -> bool:
    """Whether most rows of `target` have rows of `table`; not known is no."""
    return 0 < _known.get(target.fullname, -1) <= DENSE * _known.get(table.fullname, -1)
