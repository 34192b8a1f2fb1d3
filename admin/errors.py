"""Problems as pages, parts or JSON: a sentence, what to do next, and the number of the request. Never SQL."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from socket import gaierror
from typing import Any
from urllib.parse import quote

import asyncpg
from sqlalchemy.exc import DBAPIError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from admin.i18n import say
from admin.rendering import is_partial, page
from admin.toasts import toast
from models.errors import Denied, Invalid, NotFound, Problem, TooMany, Unauthenticated
from models.texts import N_

LOGIN = "/admin/login"
LOST = (
    ConnectionError, TimeoutError, gaierror, asyncpg.PostgresConnectionError, asyncpg.InterfaceError,
    asyncpg.InternalClientError, asyncpg.CannotConnectNowError, asyncpg.AdminShutdownError, asyncpg.CrashShutdownError,
)  # fmt: skip
"""A file that is missing is none of these; a connection cut in the middle of an exchange confuses the driver."""
log = logging.getLogger("polisdesk.admin")


class Broken(Problem):
    """Something went wrong on our side. Nothing has been changed."""

    status = 500


class OutOfReach(Problem):
    """The database does not answer. Wait a minute and try again; nothing has been changed."""

    status = 503


class NotThisWay(Problem):
    """This address does not take such a request."""

    status = 405


class TooLarge(Problem):
    """This is too much at once."""

    status = 413


BY_STATUS: dict[int, type[Problem]] = {
    401: Unauthenticated, 403: Denied, 404: NotFound, 405: NotThisWay, 413: TooLarge, 429: TooMany,
}  # fmt: skip
TITLES = {
    400: N_("This cannot be read"),
    403: N_("No right to do this"),
    404: N_("Nothing is here"),
    405: N_("Not this way"),
    409: N_("Not possible now"),
    410: N_("Over"),
    413: N_("Too large"),
    422: N_("Something needs correcting"),
    429: N_("A little later"),
    500: N_("A fault of ours"),
    503: N_("Out of reach"),
}


async def on_problem(request: Request, problem: Exception) -> Response:
    """The answer to a problem of our own tree."""
    assert isinstance(problem, Problem)
    return problem_response(request, problem)


async def on_http_exception(request: Request, error: Exception) -> Response:
    """The answer to what Starlette refuses."""
    assert isinstance(error, HTTPException)
    problem = BY_STATUS.get(error.status_code, Problem)()
    return problem_response(request, problem, error.status_code, error.headers)


async def on_defect(request: Request, error: Exception) -> Response:
    """The answer to a defect of ours; the log has the rest."""
    log.error("Request %s failed", request.state.request_id, exc_info=error)
    return problem_response(request, OutOfReach() if is_out_of_reach(error) else Broken())


def is_out_of_reach(error: BaseException | None) -> bool:
    """Whether the database is away, which passes by itself; drivers wrap it in errors of their own."""
    if error is None:
        return False
    if isinstance(error, LOST) or str(getattr(error, "sqlstate", "")).startswith(("08", "57P")):
        return True
    is_cut = isinstance(error, DBAPIError) and error.connection_invalidated
    return is_cut or is_out_of_reach(error.__cause__) or is_out_of_reach(error.__context__)


HANDLERS: dict[Any, Any] = {Problem: on_problem, HTTPException: on_http_exception, Exception: on_defect}


def problem_response(
    request: Request, problem: Problem, status: int | None = None, headers: Mapping[str, str] | None = None
) -> Response:
    """A problem in the form in which the request asked for its answer."""
    status = status or problem.status
    sentence = say(problem)
    if wants_json(request):
        fields = {name: say(p) for name, p in problem.fields.items()} if isinstance(problem, Invalid) else {}
        told = {"error": sentence, "fields": fields, "request_id": request.state.request_id}
        return JSONResponse(told, status, dict(headers or {}))
    if status == 401:
        return sign_in_first(request)
    if is_partial(request):
        return toast(request, Response(sentence, status, dict(headers or {}), "text/plain"), problem)
    title = TITLES.get(status, TITLES[500] if status > 499 else TITLES[400])
    return page(
        request, "error.html", status=status, headers=dict(headers or {}), code=status, title=title, sentence=sentence
    )


def sign_in_first(request: Request) -> Response:
    """The way to the sign-in page, and back here afterwards where that makes sense."""
    here = request.headers.get("hx-current-url", "") if is_partial(request) else str(request.url)
    back = "/" + here.split("/", 3)[3] if here.count("/") > 2 and request.method == "GET" else ""
    target = f"{LOGIN}?next={quote(back, safe='/')}" if back not in ("", "/", "/admin", "/admin/") else LOGIN
    if is_partial(request):
        return Response(status_code=401, headers={"HX-Redirect": target})
    return RedirectResponse(target, 303)


def wants_json(request: Request) -> bool:
    """Whether a program asks."""
    accept = request.headers.get("accept", "")
    for_programs = request.url.path.startswith(("/api/", "/streams/"))
    return for_programs or ("application/json" in accept and "text/html" not in accept)
