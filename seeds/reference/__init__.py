"""What every brokerage starts with: roles, insurers, products, task kinds, rules. Safe to repeat."""

from __future__ import annotations

from models.actor import SYSTEM, Via
from models.session import Database
from seeds.reference.people import ensure_roles, ensure_system_user


async def plant(database: Database) -> None:
    """Make what is missing; what people changed, or threw away, stays as they left it."""
    async with database.transaction(SYSTEM, Via.JOB, "seeds.reference") as work:
        roles = await ensure_roles(work)
        await ensure_system_user(work, roles["admin"])
