import os
import socket
import subprocess
import sys
from collections.abc import Mapping

import pytest

from jobs.embedded.errors import CannotStart
from jobs.embedded.urls import embedded_url
from jobs.preflight import check_database, check_port, check_redis

NOBODY_LISTENS = "127.0.0.1:1"


def stack(environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "jobs", "stack"]
    return subprocess.run(command, env={**os.environ, **environment}, capture_output=True, text=True, check=False)


def test_a_port_in_use_is_one_sentence_and_2(data_dir):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        done = stack({"PORT": str(port), "DATA_DIR": str(data_dir)})
    assert done.stderr == f"Port {port} is in use: stop the program that has it or choose another PORT.\n"
    assert done.returncode == 2
    assert not (data_dir / "postgres").exists()


def test_a_host_that_is_not_ours_is_refused():
    with pytest.raises(CannotStart, match=r"impossible to listen on 192\.0\.2\.1"):
        check_port("192.0.2.1", 8000)


def test_a_data_dir_that_cannot_be_made_is_one_sentence_and_2():
    done = stack({"DATA_DIR": "/dev/null/var"})
    assert done.stderr == "DATA_DIR is /dev/null/var, which cannot be made: Not a directory.\n"
    assert done.returncode == 2


def test_a_database_that_does_not_answer_is_one_sentence_and_2(data_dir):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    done = stack(
        {"PORT": str(port), "DATA_DIR": str(data_dir), "DATABASE_URL": f"postgresql://me:secret@{NOBODY_LISTENS}/crm"}
    )
    assert done.stderr.startswith(f"DATABASE_URL leads to {NOBODY_LISTENS}/crm, which does not answer: ")
    assert "secret" not in done.stderr
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)


async def test_a_good_database_passes_and_an_older_one_is_refused(cluster):
    address = embedded_url(cluster.data_dir).render_as_string(hide_password=False)
    await check_database(address)
    with pytest.raises(CannotStart, match="a PostgreSQL 18: PostgreSQL 19 or later is needed"):
        await check_database(address, oldest=190000)


async def test_a_database_user_who_may_not_create_roles_is_refused(cluster):
    cluster.psql("CREATE ROLE visitor LOGIN PASSWORD 'visitor'")
    address = embedded_url(cluster.data_dir).set(username="visitor", password="visitor")
    with pytest.raises(CannotStart, match="visitor, who may not create roles"):
        await check_database(address.render_as_string(hide_password=False))
    cluster.psql("DROP ROLE visitor")


def test_a_queue_that_does_not_answer_is_refused():
    with pytest.raises(CannotStart, match="REDIS_URL leads to a server that does not answer"):
        check_redis(f"redis://{NOBODY_LISTENS}")
