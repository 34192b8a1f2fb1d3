"""Addresses of the database and the queue, embedded or given, for each role."""

from pathlib import Path
from typing import Final

from sqlalchemy.engine import URL, make_url

from jobs.embedded.places import socket_folder
from jobs.embedded.postgres import DATABASE, SUPERUSER
from jobs.embedded.secret import password, secret_of
from settings import settings

LOGIN_ROLES: Final = ("crm_owner", "crm_panel", "crm_jobs", "crm_bot", "crm_backup", "crm_reader")
"""The roles with a password; migrations create them with `role_password(role)`."""


def role_password(role: str) -> str:
    """The password of a login role, derived from INSTALLATION_SECRET or the secret in DATA_DIR."""
    if role not in LOGIN_ROLES:
        raise ValueError(f"{role} is not a login role")
    return password(role, installation_secret())


def installation_secret() -> str:
    """INSTALLATION_SECRET or the secret in DATA_DIR: what everything secret of this installation is derived from."""
    return settings.installation_secret or secret_of(settings.data_dir)


def role_url(role: str) -> str:
    """The SQLAlchemy address (asyncpg) of the database for a login role."""
    return _asyncpg(_base().set(username=role, password=role_password(role)))


def admin_url() -> str:
    """The SQLAlchemy address of the user who may create roles; for migrations' first step only."""
    return _asyncpg(_base())


def libpq_url(role: str | None = None) -> str:
    """The address for psql, pg_dump and pg_restore; without a role, of the administrator."""
    base = _base().set(drivername="postgresql")
    url = base.set(username=role, password=role_password(role)) if role else base
    return url.render_as_string(hide_password=False)


def libpq_address(url: URL) -> str:
    """SQLAlchemy's address as asyncpg itself reads it."""
    query = {"sslmode" if name == "ssl" else name: value for name, value in url.query.items()}
    return url.set(drivername="postgresql", query=query).render_as_string(hide_password=False)


def redis_url() -> str:
    """The address of the queue: REDIS_URL or the socket of the embedded Valkey."""
    return settings.redis_url or embedded_redis_url(settings.data_dir)


def embedded_redis_url(data_dir: Path) -> str:
    """The address of the Valkey that belongs to a data folder."""
    return f"unix://:{password('valkey', secret_of(data_dir))}@{socket_folder(data_dir)}/valkey.sock"


def embedded_url(data_dir: Path) -> URL:
    """The superuser's address of the cluster that belongs to a data folder."""
    return URL.create(
        "postgresql",
        username=SUPERUSER,
        password=password(SUPERUSER, secret_of(data_dir)),
        database=DATABASE,
        query={"host": str(socket_folder(data_dir))},
    )


def _base() -> URL:
    return make_url(settings.database_url) if settings.database_url else embedded_url(settings.data_dir)


def _asyncpg(url: URL) -> str:
    """asyncpg calls libpq's `sslmode` `ssl`."""
    query = {"ssl" if name == "sslmode" else name: value for name, value in url.query.items()}
    return url.set(drivername="postgresql+asyncpg", query=query).render_as_string(hide_password=False)
