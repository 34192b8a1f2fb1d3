"""Bare Starlette, asyncpg and Jinja2: the practical limit of pages rendered by Python on this machine."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
from itsdangerous import BadSignature, Signer
from jinja2 import Environment, FileSystemLoader
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from bench.floor import grid, statements
from jobs.embedded import libpq_url

PER_PAGE = 25
CHUNK = 1 << 16
environment = Environment(
    autoescape=True, auto_reload=False, loader=FileSystemLoader(Path(__file__).with_name("templates"))
)
PAGES = ("list.html", "deal.html", "form.html", "today.html", "palette.html", "rows.html")
LIST, DEAL, FORM, TODAY, PALETTE, ROWS = (environment.get_template(name) for name in PAGES)
EMPTY_POLICY = dict.fromkeys(
    ("deal", "need", "client", "insurer", "product", "number", "premium", "starts_on", "ends_on")
)
signer = Signer("only for measuring")
Page = Callable[[Request, str, UUID], Awaitable[Response]]


def signed_in(page: Page) -> Callable[[Request], Awaitable[Response]]:
    """The scope and the person of the cookie."""

    async def checked(request: Request) -> Response:
        try:
            scope, person = signer.unsign(request.cookies.get("floor", "")).decode().split()
        except BadSignature:
            return RedirectResponse("/login", 303)
        return await page(request, scope, UUID(person))

    return checked


async def sign_in(request: Request) -> Response:
    """Nobody checks a password here: it is not part of any case."""
    if request.method == "GET":
        return HTMLResponse('<form method="post"><input name="username"></form>')
    username = str((await request.form())["username"])
    person = await request.app.state.pool.fetchval(statements.USER, username)
    response = RedirectResponse("/deals", 303)
    response.set_cookie("floor", signer.sign(f"{username.partition('@')[0]} {person}").decode())
    return response


@signed_in
async def deals(request: Request, scope: str, person: UUID) -> Response:
    """The list: its first page, a page by number, a stage, a search."""
    query = request.query_params
    page, stage, term = int(query.get("page", 1)), query.get("stage", ""), query.get("q", "")
    mine = (person,) if scope == "own" else ()
    pool = request.app.state.pool
    if term:
        rows = await pool.fetch(statements.SEARCH[scope], f"%{term.casefold()}%", *mine)
    elif stage:
        rows = await pool.fetch(statements.FILTER[scope], (page - 1) * PER_PAGE, *mine, stage)
    else:
        rows = await pool.fetch(statements.LIST[scope], (page - 1) * PER_PAGE, *mine)
    more = len(rows) > PER_PAGE
    return HTMLResponse(LIST.render(title="Сделки", rows=rows[:PER_PAGE], more=more, page=page, term=term, stage=stage))


@signed_in
async def narrowed(request: Request, scope: str, person: UUID) -> Response:
    """The list by a condition that has a name."""
    name = request.path_params["name"]
    mine = (person,) if scope == "own" else ()
    rows = await request.app.state.pool.fetch(grid.LISTS[name][scope], 0, *mine)
    return HTMLResponse(LIST.render(title="Сделки", rows=rows[:PER_PAGE], more=len(rows) > PER_PAGE, page=1))


@signed_in
async def asked_beside(request: Request, scope: str, person: UUID) -> Response:
    """What a list is asked beside its rows: numbers, sums, columns of a board, days of a calendar."""
    mine = (person,) if scope == "own" else ()
    rows = await request.app.state.pool.fetch(grid.GRID[request.path_params["name"]][scope], *mine)
    return HTMLResponse(ROWS.render(rows=rows))


@signed_in
async def asked_of_one(request: Request, scope: str, person: UUID) -> Response:
    """A row of the list, the head of a record, the story of a field."""
    key = UUID(request.path_params["id"])
    return HTMLResponse(
        ROWS.render(rows=await request.app.state.pool.fetch(grid.OF_ONE[request.path_params["name"]], key))
    )


@signed_in
async def deal(request: Request, scope: str, person: UUID) -> Response:
    """A deal with its calculations, policies and payments."""
    key = UUID(request.path_params["id"])
    async with request.app.state.pool.acquire() as connection:
        found = await connection.fetchrow(statements.DEAL, key)
        calculations = await connection.fetch(statements.CALCULATIONS, key)
        policies = await connection.fetch(statements.POLICIES, key)
        payments = await connection.fetch(statements.PAYMENTS, key)
    shown = {"deal": found, "calculations": calculations, "policies": policies, "payments": payments}
    return HTMLResponse(DEAL.render(title=found["title"], **shown))


@signed_in
async def today(request: Request, scope: str, person: UUID) -> Response:
    """What needs somebody now: the rows of each part with what their reasons are told from."""
    mine = (person,) if scope == "own" else ()
    rows = await request.app.state.pool.fetch(statements.TODAY[scope], *mine)
    return HTMLResponse(TODAY.render(title="Сегодня", rows=rows))


@signed_in
async def palette(request: Request, scope: str, person: UUID) -> Response:
    """A few records of each kind by a word."""
    term, mine = request.query_params["q"], (person,) if scope == "own" else ()
    rows = await request.app.state.pool.fetch(statements.PALETTE[scope], f"%{term.casefold()}%", *mine)
    return HTMLResponse(PALETTE.render(rows=rows))


@signed_in
async def edit(request: Request, scope: str, person: UUID) -> Response:
    """The form of a deal, and its saving."""
    key = UUID(request.path_params["id"])
    pool = request.app.state.pool
    if request.method == "POST":
        form = await request.form()
        await pool.execute(statements.SAVE, key, form["title"], form["source"])
        return RedirectResponse("/deals", 303)
    found = await pool.fetchrow(statements.DEAL, key)
    return HTMLResponse(FORM.render(title="Сделка", fields={name: found[name] for name in ("title", "source")}))


@signed_in
async def new_policy(request: Request, scope: str, person: UUID) -> Response:
    """An empty form with relations, none of which is loaded."""
    return HTMLResponse(FORM.render(title="Полис", fields=EMPTY_POLICY))


@signed_in
async def export(request: Request, scope: str, person: UUID) -> Response:
    """CSV by COPY, at most 50,000 rows."""
    where = [statements.LIVING]
    if stage := request.query_params.get("stage"):
        where.append(f"stage = {literal(stage)}")
    if scope == "own":
        where.append(f"(seller_id = '{person}' OR executor_id = '{person}')")
    statement = statements.EXPORT.format(where=" AND ".join(where))
    return StreamingResponse(copied(request.app.state.pool, statement), media_type="text/csv; charset=utf-8")


def literal(word: str) -> str:
    """COPY takes no parameters; a stage is one word."""
    if not word.isidentifier():
        raise ValueError(word)
    return f"'{word}'"


async def copied(pool: asyncpg.Pool, statement: str) -> AsyncIterator[bytes]:
    """What COPY gives, in pieces."""
    pieces: asyncio.Queue[bytes | None] = asyncio.Queue(16)

    async def run() -> None:
        async with pool.acquire() as connection:
            await connection.copy_from_query(
                statement, output=lambda data: pieces.put(bytes(data)), format="csv", header=True
            )
        await pieces.put(None)

    task = asyncio.create_task(run())
    waiting = bytearray()
    while (piece := await pieces.get()) is not None:
        waiting += piece
        if len(waiting) > CHUNK:
            yield bytes(waiting)
            waiting.clear()
    yield bytes(waiting)
    await task


@contextlib.asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[None]:
    """A pool of the administrator with triggers off: no policies, no log, nothing but the rows."""
    told: dict[str, Any] = {"session_replication_role": "replica", "application_name": "floor"}
    async with asyncpg.create_pool(libpq_url(), min_size=2, max_size=10, server_settings=told) as app.state.pool:
        yield


app = Starlette(
    lifespan=lifespan,
    routes=[
        Route("/login", sign_in, methods=["GET", "POST"]),
        Route("/deals", deals),
        Route("/deals/export.csv", export),
        Route("/today", today),
        Route("/palette", palette),
        Route("/deals/by/{name}", narrowed),
        Route("/grid/{name}", asked_beside),
        Route("/grid/{name}/{id}", asked_of_one),
        Route("/deals/{id}", deal),
        Route("/deals/{id}/edit", edit, methods=["GET", "POST"]),
        Route("/policies/new", new_policy),
    ],
)
