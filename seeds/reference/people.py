"""The first rows of `auth`: roles, and the system's own user."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from models.actor import SYSTEM_ID
from models.people import Role, User
from models.session import Work
from seeds.reference.roles import ROLES


async def ensure_roles(work: Work) -> dict[str, UUID]:
    """Make the roles that are missing; those that are there stay as people changed them."""
    known: dict[str, UUID] = {slug: key for key, slug in await work.execute(select(Role.id, Role.slug))}
    for seed in ROLES:
        if seed.slug not in known:
            role = Role(
                slug=seed.slug, name=seed.name, scope=seed.scope, grants=list(seed.grants),
                approval_limit=seed.approval_limit,
            )  # fmt: skip
            work.add(role)
            known[seed.slug] = role.id
    await work.flush()
    return known


async def ensure_system_user(work: Work, admin_role: UUID) -> None:
    """The actor of sign-in, jobs and imports without a person; nobody signs in as it."""
    if await work.get(User, SYSTEM_ID) is None:
        work.add(User(id=SYSTEM_ID, username="system", full_name="Polisdesk", role_id=admin_role))
        await work.flush()
