"""PostgreSQL and Valkey from wheels, under our own supervisor: nothing to install, data in DATA_DIR."""

from jobs.embedded.errors import CannotStart
from jobs.embedded.running import running
from jobs.embedded.urls import admin_url, libpq_url, redis_url, role_url

__all__ = ["CannotStart", "admin_url", "libpq_url", "redis_url", "role_url", "running"]
