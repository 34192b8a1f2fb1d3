"""No change without proof that this person's own page asked for it: origin, Fetch metadata and the form's token.

The token of a form is looked for at its beginning, so that an upload is never held in memory; scripts send a header.
"""

from __future__ import annotations

import re
from urllib.parse import unquote_plus, urlsplit

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from admin.auth.tokens import is_same
from admin.errors import TooLarge, problem_response
from models.actor import Via
from models.errors import Denied
from models.texts import N_
from settings import settings

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
HEADER = "x-csrf-token"
LOOK_INTO = 64 * 1024
"""Bytes of a form among which its token must be."""
LARGEST, LARGEST_OF_STRANGERS = 64 * 1024 * 1024, 64 * 1024
"""Bytes of a body, files included; who is not signed in has a name and a password to send."""
DOCUMENTS = "/admin/document/upload/"
IN_MULTIPART = re.compile(rb'name="csrf_token"\r\n(?:[^\r\n]+\r\n)*\r\n([0-9a-f]*)\r\n')
IN_FORM = re.compile(rb"(?:^|&)csrf_token=([^&]*)(?:&|$)")
ELSEWHERE = N_("This request came from another site and was not carried out.")
STALE = N_("This page is out of date. Load it again and repeat the step, nothing has been changed.")


class Guard:
    """Refuses a change whose origin or token is not ours; sits inside `Identify`."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in SAFE:
            await self.app(scope, receive, send)
            return
        limit = limit_of(scope)
        receive = limited(receive, limit)
        request = Request(scope, receive)
        state = request.state
        if int_of(request.headers.get("content-length", "")) > limit:
            await problem_response(request, TooLarge())(scope, receive, send)
        elif state.via is Via.API:
            await self.app(scope, receive, send)  # a bearer token is sent by programs only, and no cookie counts then
        elif not is_same_origin(request):
            await problem_response(request, Denied(ELSEWHERE))(scope, receive, send)
        elif state.actor is None and not state.csrf:
            await self.app(scope, receive, send)  # there is no session to misuse
        else:
            given, receive = await token_of(request, receive)
            if is_same(given, state.csrf):
                await self.app(scope, receive, send)
            else:
                await problem_response(request, Denied(STALE))(scope, receive, send)


def limit_of(scope: Scope) -> int:
    """Bytes of a body that are taken: most for a document, which goes to the disk as it comes."""
    if not scope["state"]["actor"]:
        return LARGEST_OF_STRANGERS
    is_document = scope["method"] == "PUT" and scope["path"].startswith(DOCUMENTS)
    return settings.largest_document if is_document else LARGEST


def limited(receive: Receive, limit: int) -> Receive:
    """Reads no more than so many bytes of a body. Raises `TooLarge`."""
    total = 0

    async def receive_within() -> Message:
        nonlocal total
        message = await receive()
        total += len(message.get("body", b""))
        if total > limit:
            raise TooLarge
        return message

    return receive_within


def int_of(text: str) -> int:
    """A length as the client gives it; 0 for none or nonsense."""
    return int(text) if text.isascii() and text.isdigit() else 0


def is_same_origin(request: Request) -> bool:
    """Whether the browser says that the request comes from a page of ours; programs say nothing."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = request.headers.get("origin")
    return origin is None or origin == settings.address or urlsplit(origin).netloc == request.headers.get("host")


async def token_of(request: Request, receive: Receive) -> tuple[str, Receive]:
    """The token that the request carries, and a way to read its body again from the beginning."""
    if given := request.headers.get(HEADER, ""):
        return given, receive
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in ("application/x-www-form-urlencoded", "multipart/form-data"):
        return "", receive
    pattern = IN_MULTIPART if kind.startswith("multipart") else IN_FORM
    read: list[Message] = []
    body = b""
    more = True
    found = None
    while more and found is None and len(body) < LOOK_INTO:
        message = await receive()
        read.append(message)
        body += message.get("body", b"")
        more = message.get("more_body", False)
        found = pattern.search(body if not more else body[: body.rfind(b"&") + 1] if pattern is IN_FORM else body)
    return unquote_plus(found[1].decode("ascii", "replace")) if found else "", replaying(read, receive)


def replaying(read: list[Message], receive: Receive) -> Receive:
    """Gives again what was read, then what follows."""
    waiting = iter(read)

    async def again() -> Message:
        message = next(waiting, None)
        return message if message is not None else await receive()

    return again
