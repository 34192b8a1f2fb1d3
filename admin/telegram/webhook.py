"""`POST /telegram/webhook`: an update becomes a row, and only then the answer is 200."""

from __future__ import annotations

import hashlib
import hmac
import json

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from admin.auth.tokens import is_same
from jobs.updates import receive
from models.errors import Denied, Invalid, NotFound
from settings import settings

HEADER = "x-telegram-bot-api-secret-token"
SIGNATURE = "x-telegram-signature"
SCHEME = "sha256="


async def webhook(request: Request) -> Response:
    """Keep the update. Raises `NotFound` where no webhook is set, `Denied` without its secret or its signature."""
    if not settings.telegram_token or not settings.telegram_webhook_secret:
        raise NotFound
    if not is_same(request.headers.get(HEADER, ""), settings.telegram_webhook_secret):
        raise Denied
    body = await request.body()
    if settings.telegram_signature_key and not is_signed(body, request.headers.get(SIGNATURE, "")):
        raise Denied
    try:
        await receive(request.state.database, json.loads(body))
    except (KeyError, ValueError, TypeError):
        raise Invalid from None
    return Response()


def is_signed(body: bytes, given: str) -> bool:
    """Whether the proxy signed these bytes: HMAC-SHA-256 in hex, with or without `sha256=` before it."""
    expected = hmac.new(settings.telegram_signature_key.encode(), body, hashlib.sha256).hexdigest()
    return is_same(given.strip().removeprefix(SCHEME).lower(), expected)


ROUTES = (Route("/telegram/webhook", webhook, methods=["POST"], name="telegram_webhook"),)
