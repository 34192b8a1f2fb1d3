"""Databases of the tests: one is migrated, the others are copies of it."""

from __future__ import annotations

import asyncio
import uuid

from sqlalchemy.engine import make_url

import models
from jobs.embedded import admin_url, role_url
from jobs.embedded.postgres import Postgres
from jobs.embedded.urls import LOGIN_ROLES, role_password
from migrations.runner import Addresses, upgrade
from models.session import Database
from tests.world import people


def url(name: str, role: str | None = None) -> str:
    """The address of a database for a role; the administrator's without one."""
    return make_url(role_url(role) if role else admin_url()).set(database=name).render_as_string(hide_password=False)


def addresses(name: str) -> Addresses:
    """What migrations need to know of a database."""
    return Addresses(url(name), url(name, "crm_owner"), {role: role_password(role) for role in LOGIN_ROLES})


def create(cluster: Postgres, name: str, template: str = "template0") -> str:
    """Make a database."""
    cluster.psql(f'CREATE DATABASE "{name}" TEMPLATE "{template}"', database="postgres")
    return name


def drop(cluster: Postgres, name: str) -> None:
    """Remove a database."""
    cluster.psql(f'DROP DATABASE "{name}" WITH (FORCE)', database="postgres")


def template(cluster: Postgres) -> str:
    """Migrate a fresh database and put the people into it."""
    models.load()
    name = create(cluster, f"template_{uuid.uuid4().hex[:8]}")
    upgrade(addresses(name))
    asyncio.run(_people(name))
    return name


def copy(cluster: Postgres, template: str) -> str:
    """A copy of the template."""
    return create(cluster, f"test_{uuid.uuid4().hex[:8]}", template)


async def _people(name: str) -> None:
    opened = Database(url(name, "crm_panel"))
    await people(opened)
    await opened.close()
