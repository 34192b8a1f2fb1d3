"""What is checked before anything starts, so that a wrong setting is one sentence and not a traceback."""

import errno
import os
import socket
from pathlib import Path

import asyncpg
from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy.engine import make_url

from jobs.embedded.errors import CannotStart

OLDEST_SERVER = 180000
CONNECT_SECONDS = 10


def check_port(host: str, port: int) -> None:
    """Raises CannotStart where we could not listen."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except socket.gaierror as problem:
        raise CannotStart(f"HOST is {host}, which is no address of this machine.") from problem
    except OSError as problem:
        reasons = {
            errno.EADDRINUSE: f"Port {port} is in use: stop the program that has it or choose another PORT.",
            errno.EACCES: f"Port {port} may not be used by this user: choose a PORT above 1023.",
        }
        reason = reasons.get(problem.errno or 0, f"It is impossible to listen on {host}:{port}: {problem.strerror}.")
        raise CannotStart(reason) from problem


def check_folder(data_dir: Path) -> None:
    """Raises CannotStart where DATA_DIR cannot be made, read or written."""
    try:
        data_dir.mkdir(mode=0o711, parents=True, exist_ok=True)
    except OSError as problem:
        raise CannotStart(f"DATA_DIR is {data_dir}, which cannot be made: {problem.strerror}.") from problem
    if not os.access(data_dir, os.R_OK | os.W_OK | os.X_OK):
        raise CannotStart(f"DATA_DIR is {data_dir}, which this user may not read and write.")


async def check_database(address: str, oldest: int = OLDEST_SERVER) -> None:
    """Raises CannotStart where DATABASE_URL cannot be reached, is too old or may not create roles."""
    url = make_url(address)
    where = f"DATABASE_URL leads to {url.host or url.query.get('host')}:{url.port or 5432}/{url.database}"
    try:
        connection = await asyncpg.connect(address, timeout=CONNECT_SECONDS)
    except (OSError, asyncpg.PostgresError, TimeoutError) as problem:
        raise CannotStart(f"{where}, which does not answer: {problem or 'no answer in time'}.") from problem
    try:
        version = int(await connection.fetchval("SHOW server_version_num"))
        may = await connection.fetchval("SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user")
    finally:
        await connection.close()
    if version < oldest:
        raise CannotStart(f"{where}, a PostgreSQL {version // 10000}: PostgreSQL {oldest // 10000} or later is needed.")
    if not may:
        raise CannotStart(f"{where} as {url.username}, who may not create roles: a user with CREATEROLE is needed.")


def check_redis(address: str) -> None:
    """Raises CannotStart where REDIS_URL does not answer."""
    try:
        with Redis.from_url(address, socket_connect_timeout=CONNECT_SECONDS) as client:
            client.ping()
    except RedisError as problem:
        raise CannotStart(f"REDIS_URL leads to a server that does not answer: {problem}.") from problem
