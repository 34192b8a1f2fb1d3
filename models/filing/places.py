"""Where files lie: `<client>/<deal's code>/<subfolders>/<name>`, readable, and found again after any renaming.

A deal's folder is its code, a client's folder ends in the client's mark: names may change, these do not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from uuid import UUID

from models.filing.names import safe_part

DEAL = re.compile(r"D-\d{4}-\d{4,}")
CLIENT = re.compile(r" \(([0-9a-f]{12})\)$")
CLIENTS_OWN = "Клиент"
POLICIES = "Полисы"
CALCULATIONS = "Расчёты"
TRASH = ".trash"
LONGEST_CLIENT = 150
"""Bytes of a client's name in the name of the folder."""


@dataclass(frozen=True)
class Owner:
    """Whose files: a deal's (with its code) or a client's own; `client_name` is what the client is called now."""

    client_id: UUID
    client_name: str
    deal_id: UUID | None = None
    code: str = ""

    @property
    def folder(self) -> str:
        """The folder of the owner, without a slash at its end."""
        top = client_folder(self.client_id, self.client_name)
        return f"{top}/{self.code}" if self.deal_id else top

    def key(self, folder: str, name: str) -> str:
        """Where a file of the owner lies."""
        return "/".join(part for part in (self.folder, folder, name) if part)

    def trashed(self, document: UUID, name: str) -> str:
        """Where a file lies that was put into the trash: out of sight, its name free for another."""
        return f"{self.folder}/{TRASH}/{document}/{name}"


@dataclass(frozen=True)
class Place:
    """What a key says: the mark of the client's folder, the deal's code, subfolder and name."""

    mark: str
    code: str
    folder: str
    name: str
    is_trash: bool = False


def client_folder(key: UUID, name: str) -> str:
    """`Попов Максим (0123456789ab)`: the name and the last part of the client's key."""
    short = safe_part(name).encode()[:LONGEST_CLIENT].decode("utf-8", "ignore").rstrip(" .")
    return f"{short} ({mark_of(key)})"


def mark_of(key: UUID) -> str:
    """The part of a client's key that stands in the name of the folder."""
    return key.hex[-12:]


def place_of(key: str) -> Place | None:
    """What a key says of its file; None for what lies in no folder of ours."""
    client, *rest = key.split("/")
    found = CLIENT.search(client)
    if not rest or not (found or DEAL.fullmatch(rest[0])):
        return None
    code = rest.pop(0) if DEAL.fullmatch(rest[0]) and len(rest) > 1 else ""
    is_trash = rest[0] == TRASH
    return Place(found[1] if found else "", code, "/".join(rest[:-1]) if not is_trash else "", rest[-1], is_trash)


def policy_folder(number: str | None) -> str:
    """The subfolder of a policy; a draft has no number yet."""
    return f"{POLICIES}/{safe_part(number)}" if number else POLICIES
