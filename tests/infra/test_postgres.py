import os
import shutil
import signal
import threading
import time
from collections.abc import Callable
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar

import pytest

from jobs.embedded.account import command_of
from jobs.embedded.errors import CannotStart
from jobs.embedded.places import socket_folder
from jobs.embedded.postgres import STILL_IN_USE, Postgres
from jobs.embedded.running import postgres_running
from jobs.embedded.urls import embedded_url

fork = get_context("fork")
T = TypeVar("T")


def test_the_cluster_knows_russian_and_checks_its_pages(cluster):
    cluster.psql("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    assert cluster.psql("SELECT cardinality(show_trgm('Иванов'))") == "7"
    assert cluster.psql("SELECT 'ЁЛКИН' ILIKE 'ёлкин'") == "t"
    assert cluster.psql("SHOW data_checksums") == "on"
    assert cluster.psql("SELECT datlocprovider, datlocale FROM pg_database WHERE datname = current_database()") == (
        "b|C.UTF-8"
    )


def test_nobody_enters_without_a_password(cluster):
    assert cluster.psql("SELECT DISTINCT auth_method FROM pg_hba_file_rules") == "scram-sha-256"
    assert cluster.psql("SHOW listen_addresses") == ""
    folder = socket_folder(cluster.data_dir)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert (cluster.data_dir / "secrets.json").stat().st_mode & 0o777 == 0o600


def test_what_was_committed_survives_kill_9(data_dir):
    with postgres_running(data_dir) as server:
        server.psql("CREATE TABLE deals (number int); INSERT INTO deals VALUES (42)")
        kill(server)
        assert not server.alive()
        server.start()
        assert server.psql("SELECT number FROM deals") == "42"


def test_the_start_waits_for_sessions_that_outlive_a_killed_server(data_dir):
    server = Postgres(data_dir, durable=False)
    server.start()
    endless = threading.Thread(target=work_for_ever, args=(server,))
    endless.start()
    session = until(lambda: server.psql("SELECT pid FROM pg_stat_activity WHERE query LIKE 'DO%'"))
    kill(server)
    start = threading.Thread(target=server.start)
    start.start()
    until(lambda: STILL_IN_USE in (data_dir / "log" / "postgresql-start.log").read_text())
    assert not server.alive()
    os.kill(int(session), signal.SIGTERM)
    start.join()
    endless.join()
    assert server.psql("SELECT 1") == "1"
    server.stop()


def test_a_number_that_another_program_has_now_does_not_stop_the_start(data_dir):
    server = Postgres(data_dir, durable=False)
    server.start()
    kill(server)
    pid_file = data_dir / "postgres" / "postmaster.pid"
    lines = pid_file.read_text().split("\n")
    pid_file.write_text("\n".join([str(os.getpid()), *lines[1:]]))
    server.start()
    assert server.alive()
    server.stop()
    assert not server.alive()


def test_a_second_start_finds_the_server_and_the_last_one_out_stops_it(data_dir):
    with postgres_running(data_dir, durable=False) as mine:
        pid = mine.pid()
        with postgres_running(data_dir, durable=False) as yours:
            assert yours.pid() == pid
        assert mine.pid() == pid
        assert mine.psql("SELECT 1") == "1"
    assert command_of(pid) == ""


def test_a_server_whose_users_were_killed_is_found_and_stopped_later(data_dir):
    killed = fork.Process(target=use_and_die, args=(data_dir,))
    killed.start()
    killed.join()
    assert killed.exitcode == -signal.SIGKILL
    left = Postgres(data_dir)
    pid = left.pid()
    assert pid is not None
    with postgres_running(data_dir) as server:
        assert server.pid() == pid
    assert not left.alive()


def test_a_plain_user_needs_no_root(data_dir):
    os.chmod(data_dir, 0o777)
    plain = fork.Process(target=start_and_stop_as_nobody, args=(data_dir,))
    plain.start()
    plain.join()
    assert plain.exitcode == 0


def test_a_long_data_dir_gets_a_short_socket(data_dir):
    long = data_dir / ("long-" * 25)
    with postgres_running(long, durable=False) as server:
        assert server.psql("SELECT 1") == "1"
        assert len(f"{socket_folder(long)}/.s.PGSQL.5432.lock") <= 107
        assert str(socket_folder(long)) in embedded_url(long).render_as_string().replace("%2F", "/")
    socket_folder(long).rmdir()


def test_data_of_another_version_is_refused_with_what_to_do(data_dir):
    with postgres_running(data_dir, durable=False):
        pass
    (data_dir / "postgres" / "PG_VERSION").write_text("17\n")
    with pytest.raises(CannotStart, match="is of PostgreSQL 17, this release brings 18: make a backup"):
        Postgres(data_dir).start()


def test_data_whose_secret_is_lost_is_refused_and_no_other_secret_is_made(data_dir):
    with postgres_running(data_dir, durable=False):
        pass
    (data_dir / "secrets.json").unlink()
    with pytest.raises(CannotStart, match=r"secrets\.json is missing: restore it"):
        Postgres(data_dir).start()
    assert not (data_dir / "secrets.json").exists()


def test_a_folder_that_the_servers_may_not_enter(data_dir):
    """Root's servers move to where their user may go and DATA_DIR leads there; a plain user is told."""
    private = data_dir / "private"
    private.mkdir(mode=0o700)
    if os.geteuid() != 0:
        private.chmod(0o000)
        with pytest.raises(CannotStart, match="cannot be used: Permission denied"):
            Postgres(private / "var").start()
        private.chmod(0o700)
        return
    with postgres_running(private / "var", durable=False) as server:
        assert server.psql("SELECT 1") == "1"
    for link in (private / "var").iterdir():
        if link.is_symlink():
            shutil.rmtree(link.resolve())


def test_a_folder_that_is_a_file_is_one_sentence(data_dir):
    (data_dir / "file").write_text("")
    with pytest.raises(CannotStart, match="cannot be used: Not a directory"):  # noqa: SIM117
        with postgres_running(data_dir / "file" / "var"):
            pass


def until(condition: Callable[[], T]) -> T:
    """Waits for a condition, a minute at most."""
    end = time.monotonic() + 60
    while not (result := condition()):
        assert time.monotonic() < end
    return result


def kill(server: Postgres) -> None:
    pid = server.pid()
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    while server.alive():
        os.sched_yield()


def work_for_ever(server: Postgres) -> None:
    with pytest.raises(CannotStart, match="terminating connection"):
        server.psql("DO 'BEGIN LOOP END LOOP; END'")


def use_and_die(data_dir: Path) -> None:
    with postgres_running(data_dir, durable=False):
        os.kill(os.getpid(), signal.SIGKILL)


def start_and_stop_as_nobody(data_dir: Path) -> None:
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)
    with postgres_running(data_dir / "var", durable=False) as server:
        assert server.psql("SELECT current_user") == "postgres"
        assert (data_dir / "var" / "postgres").stat().st_uid == os.getuid()
