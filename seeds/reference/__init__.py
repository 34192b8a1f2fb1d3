"""What every brokerage starts with: roles, insurers, products, task kinds, rules. Safe to repeat."""

from __future__ import annotations

from models.actor import SYSTEM, Via
from models.session import Database
from seeds.reference.catalogue import ensure_catalogue
from seeds.reference.people import ensure_roles, ensure_system_user
from seeds.reference.templates import ensure_templates
from seeds.reference.terms import ensure_terms


async def plant(database: Database) -> None:
    """Make what is missing; what people changed, or threw away, stays as they left it."""
    async with database.transaction(SYSTEM, Via.JOB, "seeds.reference") as work:
        roles = await ensure_roles(work)
        await ensure_system_user(work, roles["admin"])
        await ensure_catalogue(work)
        await ensure_terms(work)
        await ensure_templates(work)
