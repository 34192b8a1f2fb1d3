"""The operating-system account of the embedded servers: PostgreSQL refuses to run as root."""

import os
import pwd
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from jobs.embedded.errors import CannotStart

DEDICATED = "polisdesk"


@dataclass(frozen=True)
class Account:
    """Whom the servers run as: ourselves, or the dedicated user when we are root."""

    uid: int
    gid: int
    dedicated: bool

    def run(self, *command: str | Path, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        """Runs a command as this account from the root folder; never raises for its exit code."""
        return subprocess.run(  # noqa: S603 - our own binaries with our own arguments
            [str(part) for part in command],
            cwd="/",
            umask=0o077,
            env={**os.environ, "LC_ALL": "C.UTF-8", **(env or {})},
            capture_output=True,
            stdin=subprocess.DEVNULL,
            text=True,
            check=False,
            user=self.uid if self.dedicated else None,
            group=self.gid if self.dedicated else None,
            extra_groups=[] if self.dedicated else None,
        )

    def reaches(self, folder: Path) -> bool:
        """Whether this account may enter the folder through all of its parents."""
        return self.run("/bin/sh", "-c", 'cd "$0"', folder).returncode == 0

    def make(self, folder: Path) -> Path:
        """Makes a private folder of this account (an existing one is given to it)."""
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if self.dedicated and folder.stat().st_uid != self.uid:
                os.chown(folder, self.uid, self.gid)
            folder.chmod(0o700)
        except OSError as problem:
            raise CannotStart(f"The folder {folder} cannot be used: {problem.strerror}.") from problem
        return folder

    def write(self, path: Path, text: str) -> Path:
        """Writes a private file of this account."""
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(text)
        if self.dedicated:
            os.chown(path, self.uid, self.gid)
        return path


def command_of(pid: int) -> str:
    """The command line of a process, empty if there is none."""
    if Path("/proc/self/cmdline").exists():
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except (FileNotFoundError, ProcessLookupError):
            return ""
    command = ["ps", "-p", str(pid), "-o", "command="]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()  # noqa: S603


def server_account() -> Account:
    """Ourselves; for root the user `polisdesk`, which is made at first use."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid(), dedicated=False)
    try:
        entry = pwd.getpwnam(DEDICATED)
    except KeyError:
        entry = _made()
    return Account(entry.pw_uid, entry.pw_gid, dedicated=True)


def _made() -> pwd.struct_passwd:
    command = ["useradd", "--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin", DEDICATED]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
        return pwd.getpwnam(DEDICATED)
    except (FileNotFoundError, KeyError) as problem:
        said = "useradd is missing" if isinstance(problem, FileNotFoundError) else done.stderr.strip()
        raise CannotStart(
            f"PostgreSQL does not run as root and the user {DEDICATED} cannot be made ({said}): "
            "start as a plain user instead."
        ) from problem
