"""One secret for an installation; every password is derived from it."""

import hashlib
import hmac
import json
import os
import secrets
from pathlib import Path

from jobs.embedded.errors import CannotStart


def password(purpose: str, secret: str) -> str:
    """The password for a purpose such as `crm_panel`: the same for the same secret, telling nothing of others."""
    return hmac.new(secret.encode(), purpose.encode(), hashlib.sha256).hexdigest()


def secret_of(data_dir: Path) -> str:
    """The secret in DATA_DIR/secrets.json, generated at first use; raises CannotStart where it cannot be read."""
    path = data_dir / "secrets.json"
    try:
        if not path.exists():
            _generate(path)
        return str(json.loads(path.read_text())["secret"])
    except OSError as problem:
        raise CannotStart(f"The secrets in {path} cannot be read or made: {problem.strerror}.") from problem
    except (ValueError, KeyError) as problem:
        raise CannotStart(
            f"{path} is damaged: restore it from a backup, the embedded database opens only with it."
        ) from problem


def _generate(path: Path) -> None:
    path.parent.mkdir(mode=0o711, parents=True, exist_ok=True)
    if (path.parent / "postgres" / "PG_VERSION").exists():
        raise CannotStart(f"{path} is missing: restore it from a backup, the embedded servers open only with it.")
    draft = path.with_suffix(f".{os.getpid()}")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump({"secret": secrets.token_hex(32)}, file)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)  # whoever links first decides: two processes may start at once
    except FileExistsError:
        pass
    finally:
        draft.unlink()
