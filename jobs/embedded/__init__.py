"""PostgreSQL and Valkey from wheels, under our own supervisor: nothing to install, data in DATA_DIR."""

from jobs.embedded.errors import CannotStart
from jobs.embedded.places import client_program
from jobs.embedded.running import running
from jobs.embedded.urls import (
    LOGIN_ROLES,
    admin_url,
    installation_secret,
    libpq_address,
    libpq_url,
    redis_url,
    role_password,
    role_url,
)

__all__ = [
    "LOGIN_ROLES",
    "CannotStart",
    "admin_url",
    "client_program",
    "installation_secret",
    "libpq_address",
    "libpq_url",
    "redis_url",
    "role_password",
    "role_url",
    "running",
]
