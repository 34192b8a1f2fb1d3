"""Pages of signing in and of one's own choices."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import text
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from admin.auth import cookies
from admin.auth.identify import THEMES
from admin.auth.signing import Wait, change_password, sign_in, sign_out
from admin.errors import LOGIN
from admin.i18n import LOCALES, say, use_locale
from admin.rendering import page
from admin.toasts import toast
from models.actor import Via
from models.errors import Invalid, Problem, Unauthenticated
from models.texts import N_
from settings import settings

HOME = "/admin/"
FIELDS = 20


async def login(request: Request) -> Response:
    """The sign-in form; what it posts begins a session, always with a new token."""
    target = safe_target(request.query_params.get("next", ""))
    if request.method == "GET":
        return RedirectResponse(target, 303) if request.state.actor else page(request, "login.html", **empty(target))
    form = await request.form(max_files=0, max_fields=FIELDS)
    name, password = str(form.get("username", "")), str(form.get("password", ""))
    target = safe_target(str(form.get("next", "")) or target)
    try:
        token = await sign_in(request, name, password)
    except Problem as problem:
        return refused(request, problem, name, target)
    if request.state.actor:
        await sign_out(request)
    response = RedirectResponse(target, 303)
    cookies.set_session(response, token, settings.session_max_hours * 3600)
    return response


def refused(request: Request, problem: Problem, name: str, target: str) -> Response:
    """The form again, with the sentence and without the password."""
    headers = {"Retry-After": str(problem.seconds)} if isinstance(problem, Wait) else {}
    shown = {**empty(target), "username": name, "sentence": say(problem)}
    return page(request, "login.html", status=problem.status, headers=headers, **shown)


def empty(target: str) -> dict[str, Any]:
    """The form as it is first seen."""
    return {"username": "", "sentence": "", "target": target if target != HOME else ""}


async def logout(request: Request) -> Response:
    """The end of the session, at once and on every device that has its cookie."""
    if request.state.actor:
        await sign_out(request)
    response = RedirectResponse(LOGIN, 303)
    cookies.drop_session(response)
    cookies.forget(response, cookies.TOAST)
    return response


async def password(request: Request) -> Response:
    """One's own password."""
    if request.state.actor is None:
        raise Unauthenticated
    if request.method == "GET":
        return page(request, "password.html", errors={}, sentence="")
    form = await request.form(max_files=0, max_fields=FIELDS)
    current, new, again = (str(form.get(name, "")) for name in ("current", "new", "again"))
    try:
        await change_password(request, current, new, again)
    except (Invalid, Wait) as problem:
        fields = problem.fields if isinstance(problem, Invalid) else {}
        errors = {name: say(p) for name, p in fields.items()}
        return page(request, "password.html", status=problem.status, errors=errors, sentence=say(problem))
    return toast(request, RedirectResponse(HOME, 303), N_("Your password has been changed. Other sessions have ended."))


async def language(request: Request) -> Response:
    """The language from now on, in this browser and for this person everywhere."""
    form = await request.form(max_files=0, max_fields=FIELDS)
    chosen = str(form.get("language", ""))
    if chosen not in LOCALES:
        raise Invalid.at("language", N_("There is no such language."))
    if request.state.actor:
        async with request.state.database.transaction(request.state.actor, Via.PANEL, "user.choose_language") as work:
            await work.execute(text("SELECT auth.choose_locale(:locale)"), {"locale": chosen})
    use_locale(chosen)
    response = RedirectResponse(back(request), 303)
    cookies.remember(response, cookies.LANGUAGE, chosen)
    return response


async def theme(request: Request) -> Response:
    """Light, dark, or as the device has it."""
    form = await request.form(max_files=0, max_fields=FIELDS)
    chosen = str(form.get("theme", ""))
    if chosen not in THEMES:
        raise Invalid.at("theme", N_("There is no such theme."))
    response = RedirectResponse(back(request), 303)
    cookies.remember(response, cookies.THEME, chosen)
    return response


def back(request: Request) -> str:
    """The page that the person was on."""
    came_from = urlsplit(request.headers.get("referer", ""))
    same = came_from.netloc == request.headers.get("host")
    return safe_target(came_from.path + (f"?{came_from.query}" if came_from.query else "")) if same else HOME


def safe_target(address: str) -> str:
    """An address of this site, or the home page: never another site."""
    parts = urlsplit(address)
    plain = address.startswith("/") and not address.startswith("//") and "\\" not in address
    printable = all(" " < letter < "\x7f" for letter in address)
    is_ours = plain and printable and not parts.scheme and not parts.netloc
    return address if is_ours and not parts.path.rstrip("/").endswith(("/login", "/logout")) else HOME


ROUTES = (
    Route("/login", login, methods=["GET", "POST"], name="login"),
    Route("/logout", logout, methods=["POST"], name="logout"),
    Route("/password", password, methods=["GET", "POST"], name="password"),
    Route("/language", language, methods=["POST"], name="language"),
    Route("/theme", theme, methods=["POST"], name="theme"),
)
"""At the root and, as sqladmin has them, under `/admin`."""
