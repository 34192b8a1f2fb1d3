"""The server: `/bot<token>/<method>`, `/file/bot<token>/<path>`, and beside them the person's side and the faults."""

from __future__ import annotations

import asyncio
import json
import logging
from contextlib import suppress
from pathlib import Path
from time import monotonic
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from bot.local.methods import METHODS, BadCall
from bot.local.person import ROUTES as PERSON
from bot.local.state import Accepted, Fault, Json, State

HERE = Path(__file__).parent
SEEN = frozenset({"sendmessage", "editmessagetext", "editmessagereplymarkup", "answercallbackquery"})
"""Methods whose calls are recorded."""
PAUSES = (0.2, 1.0, 3.0, 10.0)
"""Seconds between tries of a webhook."""
LOG = logging.getLogger(__name__)


async def call(request: Request) -> Response:
    """A method of the Bot API."""
    state: State = request.app.state.memory
    name = request.path_params["method"].lower()
    method = METHODS.get(name)
    if method is None:
        return refused(BadCall(404, "Not Found"))
    if not request.path_params["token"].partition(":")[2]:
        return refused(BadCall(401, "Unauthorized"))
    told = await parameters(request)
    fault = state.fault_for(request.path_params["method"])
    try:
        if fault and fault.kind != "timeout":
            raise ordered(fault)
        result = await method(state, told)
    except BadCall as problem:
        state.refused.append(Accepted(monotonic(), request.path_params["method"], told, problem.code))
        return refused(problem)
    except (KeyError, ValueError) as problem:
        return refused(BadCall(400, f"Bad Request: {problem}"))
    if name in SEEN:
        state.accept(request.path_params["method"], told)
    if fault:
        await asyncio.sleep(fault.seconds)
    return JSONResponse({"ok": True, "result": result})


async def parameters(request: Request) -> Json:
    """What a call brings: JSON, a form, or the query; forms hold nested values as JSON."""
    if request.headers.get("content-type", "").startswith("application/json"):
        return dict(await request.json())
    given = {**request.query_params, **(await request.form())}
    return {name: value if name == "text" else plain(str(value)) for name, value in given.items()}


def plain(value: str) -> Any:
    """A nested value of a form; other texts as they are."""
    if value[:1] in "[{" or value in ("true", "false"):
        with suppress(ValueError):
            return json.loads(value)
    return value


def ordered(fault: Fault) -> BadCall:
    """The error that was ordered."""
    match fault.kind:
        case "429":
            wait = fault.retry_after
            return BadCall(429, f"Too Many Requests: retry after {wait}", retry_after=wait)
        case "403":
            return BadCall(403, "Forbidden: bot was blocked by the user")
        case "500":
            return BadCall(500, "Internal Server Error")
    return BadCall(400, "Bad Request: ordered")


def refused(problem: BadCall) -> Response:
    """An error as the public server words it."""
    told: Json = {"ok": False, "error_code": problem.code, "description": problem.description}
    if problem.parameters:
        told["parameters"] = problem.parameters
    return JSONResponse(told, problem.code)


async def download(request: Request) -> Response:
    """A file's content."""
    file = request.app.state.memory.files.get(request.path_params["path"].split("/")[1])
    return Response(file[1], media_type="application/octet-stream") if file else refused(BadCall(404, "Not Found"))


async def deliver(state: State) -> None:
    """Give updates to the webhook, in their order, each until it is taken or has been tried often enough."""
    async with httpx.AsyncClient(timeout=10) as client:
        while True:
            async with state.news:
                await state.news.wait_for(lambda: state.updates and state.webhook)
                update = state.updates.pop(0)
            for pause in PAUSES:
                if await post(client, state.webhook, update):
                    break
                await asyncio.sleep(pause)


async def post(client: httpx.AsyncClient, webhook: Json, update: Json) -> bool:
    """One try; whether it was taken."""
    headers = {"X-Telegram-Bot-Api-Secret-Token": webhook["secret"]} if webhook.get("secret") else {}
    try:
        return (await client.post(webhook["url"], json=update, headers=headers)).is_success
    except (httpx.HTTPError, KeyError) as problem:
        LOG.warning("the webhook does not take update %s: %r", update["update_id"], problem)
        return False


def asset(name: str) -> Any:
    """A file of the person's page."""

    async def serve(_request: Request) -> Response:
        return FileResponse(HERE / name)

    return serve


def build() -> Starlette:
    """A server with an empty memory."""
    app = Starlette(
        routes=[
            Route("/bot{token}/{method}", call, methods=["GET", "POST"]),
            Route("/file/bot{token}/{path:path}", download),
            *PERSON,
            Route("/", asset("page.html")),
            Route("/page.js", asset("page.js")),
            Route("/page.css", asset("page.css")),
        ]
    )
    app.state.memory = State()
    return app
