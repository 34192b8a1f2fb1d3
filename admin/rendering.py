"""One synchronous Jinja2 environment; `page` for whole pages, `fragment` for parts that htmx puts in place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse

from admin import i18n, toasts
from admin.amounts import why_html
from admin.labels import label_of
from admin.static_files import static
from models.rights import Rights
from settings import settings

ENVIRONMENT = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    auto_reload=False,
    trim_blocks=True,
    lstrip_blocks=True,
    undefined=StrictUndefined,
    cache_size=-1,
)
ENVIRONMENT.globals |= {name: getattr(i18n, name) for name in i18n.__all__ if name != "use_locale"}
ENVIRONMENT.globals |= {
    "static": static,
    "label_of": label_of,
    "why_html": why_html,
    "largest_document": lambda: settings.largest_document_mb,
}


class Shell:
    """What stands around every page; the panel gives the menu when its views are registered."""

    def __init__(self) -> None:
        self.menu: Callable[[Rights], Sequence[Any]] = lambda _rights: ()


SHELL = Shell()


@lru_cache(maxsize=1024)
def menu_html(rights: Rights, locale: str, active: str) -> Markup:
    """The menu of these rights; rendered once, since every page has it."""
    return part(
        "parts/menu.html",
        menu=SHELL.menu(rights),
        locale=locale,
        active=active,
        has_queue=rights.may("task", "accept"),
        may_take_calls=rights.may("deal", "create"),
    )


@lru_cache(maxsize=256)
def topbar_html(name: str, csrf: str, locale: str, theme: str) -> Markup:
    """The bar above every page of a session."""
    return part("parts/topbar.html", name=name, csrf=csrf, locale=locale, theme=theme)


@lru_cache(maxsize=8)
def shortcuts_html(locale: str) -> Markup:
    """The list of keys."""
    return part("parts/shortcuts.html", locale=locale)


@lru_cache(maxsize=8)
def live_html(locale: str) -> Markup:
    """What the live stream says on every page."""
    return part("parts/live.html", locale=locale)


@lru_cache(maxsize=8)
def drawer_html(locale: str) -> Markup:
    """The empty drawer in which a sum is explained."""
    return part("parts/why_drawer.html", locale=locale)


@lru_cache(maxsize=8)
def palette_html(locale: str) -> Markup:
    """The empty palette."""
    return part("parts/palette.html", locale=locale)


def part(template: str, **context: Any) -> Markup:
    """A piece of the shell, in the language of the request."""
    return Markup(ENVIRONMENT.get_template(template).render(context))  # noqa: S704 - our own template, escaped by it


ENVIRONMENT.globals |= {
    "menu_html": menu_html,
    "topbar_html": topbar_html,
    "shortcuts_html": shortcuts_html,
    "live_html": live_html,
    "drawer_html": drawer_html,
    "palette_html": palette_html,
}


def page(
    request: Request, template: str, *, status: int = 200, headers: dict[str, str] | None = None, **context: Any
) -> HTMLResponse:
    """A whole page in the shell: menu, toasts that wait, the person's language and theme."""
    waiting = toasts.waiting(request)
    body = ENVIRONMENT.get_template(template).render(surroundings(request), toasts=waiting, **context)
    response = HTMLResponse(body, status, headers)
    if waiting:
        toasts.taken(response)
    return response


def fragment(
    request: Request, template: str, *, block: str = "", status: int = 200, headers: dict[str, str] | None = None,
    **context: Any,
) -> HTMLResponse:  # fmt: skip
    """A part of a page: a whole small template, or one block of a template (its imports stand inside the block)."""
    found = ENVIRONMENT.get_template(template)
    known = {**surroundings(request), "toasts": [], **context}
    if not block:
        return HTMLResponse(found.render(known), status, headers)
    return HTMLResponse("".join(found.blocks[block](found.new_context(known))), status, headers)


def is_partial(request: Request) -> bool:
    """Whether htmx asks for a part, not a whole page."""
    return "hx-request" in request.headers and "hx-boosted" not in request.headers


def surroundings(request: Request) -> dict[str, Any]:
    """What every template may use."""
    state = request.state
    path = request.scope["path"]
    return {
        "request": request,
        "path": path,
        "actor": state.actor,
        "csrf": state.csrf,
        "locale": state.locale,
        "theme": state.theme,
        "request_id": state.request_id,
        "place": state.place,
        "active": request.path_params.get("identity", "") or ("home" if path.rstrip("/") == "/admin" else ""),
    }
