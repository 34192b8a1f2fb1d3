"""The panel's cookies: the session's, which scripts cannot read, and two that remember a choice."""

from __future__ import annotations

from starlette.responses import Response

from settings import settings

SECURE = settings.address.startswith("https://")
SESSION = "__Host-session" if SECURE else "session"
LANGUAGE, THEME, TOAST = "language", "theme", "toast"
YEAR = 365 * 24 * 3600


def set_session(response: Response, token: str, seconds: int) -> None:
    """Put the session's token into the browser."""
    response.set_cookie(SESSION, token, max_age=seconds, path="/", secure=SECURE, httponly=True, samesite="lax")


def drop_session(response: Response) -> None:
    """Take it out again."""
    response.delete_cookie(SESSION, path="/", secure=SECURE, httponly=True, samesite="lax")


def remember(response: Response, name: str, value: str, seconds: int = YEAR) -> None:
    """Keep a choice or a message in the browser."""
    response.set_cookie(name, value, max_age=seconds, path="/", secure=SECURE, httponly=True, samesite="lax")


def forget(response: Response, name: str) -> None:
    """Drop it."""
    response.delete_cookie(name, path="/", secure=SECURE, httponly=True, samesite="lax")
