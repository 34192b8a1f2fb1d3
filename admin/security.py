"""The outermost layer: a number for each request, what a request is before anyone is known, and strict headers."""

from __future__ import annotations

from time import perf_counter

from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uuid_utils.compat import uuid7

from admin.auth import cookies
from admin.i18n import use_locale
from admin.metrics import METRICS
from models.actor import Via
from settings import settings

POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",  # `no-referrer` would make browsers send `Origin: null` with our own forms
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(self), geolocation=(), microphone=(), payment=(), usb=()",
}
if cookies.SECURE:
    HEADERS["strict-transport-security"] = "max-age=31536000; includeSubDomains"
UNLESS_GIVEN = [(name.encode(), value.encode()) for name, value in {**HEADERS, "cache-control": "no-store"}.items()]
"""As they go out, made once: every answer has them."""


class Envelope:
    """Wraps the whole application, its error pages included."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = uuid7().hex
        scope["state"] = {**scope.get("state", {}), **nobody(), "request_id": request_id}
        use_locale(settings.language)
        began, status = perf_counter(), 500
        METRICS.running += 1

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                given = message.get("headers", ())
                names = {name for name, _value in given}
                ours = [header for header in UNLESS_GIVEN if header[0] not in names]
                message["headers"] = [*given, *ours, (b"x-request-id", request_id.encode())]
            await send(message)

        try:
            await self.app(scope, receive, send_with_headers)
        finally:
            METRICS.running -= 1
            METRICS.seen(scope["method"], scope["path"], status, perf_counter() - began)


def nobody() -> dict[str, object]:
    """The state of a request of which nothing is known yet."""
    return {
        "actor": None,
        "csrf": "",
        "session_token": "",
        "session_id": None,
        "via": Via.PANEL,
        "locale": settings.language,
        "theme": "auto",
        "place": "",
    }
