"""`POST /telegram/webhook`: an update becomes a row, and only then the answer is 200."""

from __future__ import annotations

import json

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from admin.auth.tokens import is_same
from jobs.updates import receive
from models.errors import Denied, Invalid, NotFound
from settings import settings

HEADER = "x-telegram-bot-api-secret-token"


async def webhook(request: Request) -> Response:
    """Keep the update. Raises `NotFound` where no webhook is set, `Denied` without its secret."""
    if not settings.telegram_token or not settings.telegram_webhook_secret:
        raise NotFound
    if not is_same(request.headers.get(HEADER, ""), settings.telegram_webhook_secret):
        raise Denied
    try:
        await receive(request.state.database, json.loads(await request.body()))
    except (KeyError, ValueError, TypeError):
        raise Invalid from None
    return Response()


ROUTES = (Route("/telegram/webhook", webhook, methods=["POST"], name="telegram_webhook"),)
