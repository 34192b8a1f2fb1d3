"""Rights on folders: `getfacl` and `setfacl` of Debian's package acl, groups by `groupadd` and `gpasswd`.

Reading and writing go by one process each, however many paths there are.
"""

from __future__ import annotations

import grp
import os
import pwd
import re
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from models.errors import OutsideError
from models.texts import N_

SECONDS: Final = 300
ACCOUNT: Final = re.compile(r"[a-z_][a-z0-9_-]{0,31}")
ESCAPED: Final = re.compile(r"\\([0-7]{3})")


@dataclass(frozen=True)
class Rights:
    """Who may do what with a path: accounts and groups; `may_write` for a folder of files, else only a way through."""

    users: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    may_write: bool = True
    is_open: bool = False
    """Anybody may pass, nobody may look around: the folder that holds all others."""

    def lines(self, is_folder: bool) -> frozenset[str]:
        """The entries of the list, as getfacl says them."""
        named = ("rwx" if is_folder else "rw-") if self.may_write else "r-x"
        own = "rwx" if is_folder else "rw-"
        found = {f"user::{own}", "group::---", "other::--x" if self.is_open else "other::---"}
        found |= {f"user:{name}:{named}" for name in self.users} | {f"group:{name}:{named}" for name in self.groups}
        if self.users or self.groups:
            found.add(f"mask::{named}")
        if is_folder and self.may_write and not self.is_open:
            found |= {f"default:{line}" for line in found}
        return frozenset(found)


def known_account(name: str | None) -> bool:
    """Whether the system has the account."""
    try:
        return bool(name and ACCOUNT.fullmatch(name) and pwd.getpwnam(name))
    except KeyError:
        return False


def ensure_group(name: str, members: Iterable[str]) -> bool:
    """Make a group have just these members, where we may; whether it exists."""
    wanted = sorted(members)
    try:
        if sorted(grp.getgrnam(name).gr_mem) == wanted:
            return True
    except KeyError:
        if os.geteuid() != 0:
            return False
        _run(["groupadd", "--system", name])
    if os.geteuid() == 0:
        _run(["gpasswd", "--members", ",".join(wanted), name])
    return True


def read(root: Path) -> dict[str, frozenset[str]]:
    """The lists of everything below a folder, by path; links are not followed."""
    told = _run(["getfacl", "--recursive", "--physical", "--absolute-names", "--no-effective", "--", str(root)])
    found: dict[str, frozenset[str]] = {}
    for block in told.split("\n\n"):
        lines = block.strip("\n").split("\n")
        if lines[0].startswith("# file: "):
            path = ESCAPED.sub(lambda escape: chr(int(escape[1], 8)), lines[0].removeprefix("# file: "))
            found[path] = frozenset(line for line in lines[1:] if line and not line.startswith("#"))
    return found


def write(wanted: Mapping[str, frozenset[str]]) -> None:
    """Set the lists of these paths. Raises `OutsideError` for what is not ours to change."""
    if not wanted:
        return
    blocks = ("\n".join([f"# file: {_escaped(path)}", *sorted(lines, key=_rank)]) for path, lines in wanted.items())
    _run(["setfacl", "--restore=-"], "\n\n".join(blocks) + "\n\n")


def _escaped(path: str) -> str:
    return path.replace("\\", "\\134").replace("\n", "\\012").replace("\r", "\\015")


def _rank(line: str) -> tuple[bool, str]:
    return line.startswith("default:"), line


def _run(command: list[str], told: str = "") -> str:
    try:
        done = subprocess.run(  # noqa: S603 - a fixed program and names that were checked
            command,
            input=told,
            capture_output=True,
            text=True,
            check=False,
            timeout=SECONDS,
            env={"LC_ALL": "C.UTF-8", "PATH": os.environ["PATH"]},
        )
    except FileNotFoundError:
        raise OutsideError(
            N_("{program} is missing: install Debian's package acl."), permanent=True, program=command[0]
        ) from None
    if done.returncode:
        raise OutsideError(
            N_("Rights on folders could not be set: {why}"), permanent=False, why=done.stderr.strip()[:300]
        )
    return done.stdout
