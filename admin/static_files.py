"""Static files under an address that changes with their content, so that browsers may keep them for a year."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from starlette.middleware.gzip import GZipMiddleware
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

FOLDER = Path(__file__).parent / "static"
FOR_EVER = b"public, max-age=31536000, immutable"
ASK_AGAIN = b"no-cache"


@cache
def version() -> str:
    """A digest of every file; a module's relative imports stay under the same one."""
    seen = hashlib.sha256()
    for file in sorted(path for path in FOLDER.rglob("*") if path.is_file()):
        seen.update(file.relative_to(FOLDER).as_posix().encode())
        seen.update(file.read_bytes())
    return seen.hexdigest()[:12]


def static(path: str) -> str:
    """The address of a static file."""
    return f"/static/{version()}/{path}"


class Versioned:
    """Serves `/{version}/path` for a year and any other address with a question each time."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        prefix = f"{scope.get('root_path', '')}/{version()}/"
        kept = scope["path"].startswith(prefix)
        if kept:
            scope = {**scope, "path": scope["path"].replace(f"/{version()}", "", 1)}

        async def send_with_age(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] in (200, 304):
                message["headers"] = [*message["headers"], (b"cache-control", FOR_EVER if kept else ASK_AGAIN)]
            await send(message)

        await self.app(scope, receive, send_with_age)


def static_app() -> ASGIApp:
    """What is mounted at `/static`."""
    return GZipMiddleware(Versioned(StaticFiles(directory=FOLDER)), minimum_size=1024, compresslevel=6)
