import os
import signal
from pathlib import Path

import pytest
from redis import Redis
from redis.exceptions import AuthenticationError

from jobs.embedded.urls import embedded_redis_url
from jobs.embedded.users import in_use
from jobs.embedded.valkey import Valkey


def test_what_was_written_survives_kill_9_and_a_restart(data_dir):
    server = Valkey(data_dir)
    with in_use(server):
        with Redis.from_url(embedded_redis_url(data_dir), decode_responses=True) as client:
            client.set("deal", "42")
            client.execute_command("WAITAOF", 1, 0, 10_000)
        kill(server)
        server.start()
        with Redis.from_url(embedded_redis_url(data_dir), decode_responses=True) as client:
            assert client.get("deal") == "42"
    assert not server.alive()


def test_nobody_enters_without_the_password(data_dir):
    server = Valkey(data_dir)
    with in_use(server):
        with Redis(unix_socket_path=server.socket) as stranger, pytest.raises(AuthenticationError):
            stranger.ping()
        assert Path(server.socket).parent.stat().st_mode & 0o777 == 0o700


def kill(server: Valkey) -> None:
    os.kill(int((server.data_dir / "valkey" / "valkey.pid").read_text()), signal.SIGKILL)
    while server.alive():
        os.sched_yield()
