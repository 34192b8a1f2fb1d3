"""Short messages after a change: at once through htmx, or on the page that a redirect leads to, by a sealed cookie."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import asdict, dataclass
from typing import TypeVar
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from admin.auth import cookies
from admin.auth.tokens import is_same, signature
from admin.i18n import say
from models.errors import Problem
from models.texts import Text

R = TypeVar("R", bound=Response)
SECONDS = 60
LONGEST = 1000
"""A cookie holds 4 kB; a longer sentence is cut."""


@dataclass(frozen=True)
class Toast:
    """A sentence, its kind (done, note, problem), and the action that it can undo."""

    text: str
    kind: str = "done"
    undo: str = ""


def toast(
    request: Request, response: R, sentence: Problem | Text | str, *, kind: str = "done", undo: UUID | None = None
) -> R:
    """Show a sentence (a msgid or an already worded one) when the response arrives; `undo` gives it an Undo button."""
    shown = Toast(say(sentence)[:LONGEST], "problem" if isinstance(sentence, Problem) else kind, str(undo or ""))
    if "hx-request" in request.headers and "location" not in response.headers:
        response.headers["HX-Trigger"] = json.dumps({"toast": asdict(shown)})
    elif request.state.session_token:
        cookies.remember(response, cookies.TOAST, sealed(request, shown), SECONDS)
    return response


def waiting(request: Request) -> list[Toast]:
    """What an earlier response left to be shown on this page."""
    raw, _, seal = request.cookies.get(cookies.TOAST, "").partition(".")
    if not raw or not request.state.session_token or not is_same(seal, signature(request.state.session_token, raw)):
        return []
    try:
        return [Toast(**json.loads(base64.urlsafe_b64decode(raw)))]
    except (binascii.Error, ValueError, TypeError):
        return []


def taken(response: Response) -> None:
    """It has been shown."""
    cookies.forget(response, cookies.TOAST)


def sealed(request: Request, shown: Toast) -> str:
    """The cookie's value, which only this session can have written."""
    raw = base64.urlsafe_b64encode(json.dumps(asdict(shown)).encode()).decode()
    return f"{raw}.{signature(request.state.session_token, raw)}"
