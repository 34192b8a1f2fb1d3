"""sqladmin's registration, menu and sign-in hook; every page under `/admin` is ours, its own stay unreachable."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Iterator
from functools import lru_cache, partial
from importlib import import_module
from typing import Any, NamedTuple

from sqladmin import Admin
from sqladmin._menu import ItemMenu
from sqladmin.authentication import AuthenticationBackend
from sqlalchemy.ext.asyncio import async_sessionmaker
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from admin.errors import HANDLERS
from admin.home import search
from admin.rendering import SHELL
from admin.today.counters import numbers_page
from admin.today.pages import today_page
from admin.views import registry
from admin.views.adapter import model_view
from admin.views.base import Category
from models.errors import Denied, NotFound, Unauthenticated
from models.rights import Rights
from models.session import Database
from models.texts import N_

GET, POST, BOTH = ("GET",), ("POST",), ("GET", "POST")
Endpoint = Callable[[Request], Awaitable[Response]]


class Page(NamedTuple):
    """A page of every view: `door` is `async def door(request, view)`, `right` what one must be granted to open it."""

    path: str
    methods: tuple[str, ...]
    name: str
    door: str
    right: str


PAGES = (
    Page("/{identity}/list", GET, "list", "admin.views.listing.pages:list_page", "list"),
    Page("/{identity}/totals", GET, "totals", "admin.views.listing.totals:totals_page", "list"),
    Page("/{identity}/number", GET, "number", "admin.views.listing.patience:number_page", "list"),
    Page("/{identity}/facets", GET, "facets", "admin.views.listing.facets:facets_page", "list"),
    Page("/{identity}/condition", GET, "condition", "admin.views.listing.filter_bar:condition_page", "list"),
    Page("/{identity}/rows", GET, "rows", "admin.views.listing.group_rows:rows_page", "list"),
    Page("/{identity}/block", GET, "block", "admin.views.listing.blocks:block_page", "list"),
    Page("/{identity}/places", GET, "places", "admin.views.listing.blocks:places_page", "list"),
    Page("/{identity}/views", POST, "views", "admin.views.listing.shelf:save_view", "list"),
    Page("/{identity}/lookup", GET, "lookup", "admin.views.record.pages:lookup_page", ""),
    Page("/{identity}/export.csv", GET, "export", "admin.views.listing.pages:export_page", "export"),
    Page("/{identity}/export.xlsx", GET, "export_book", "admin.views.listing.pages:export_page", "export"),
    Page("/{identity}/details/{pk:uuid}", GET, "details", "admin.views.record.pages:details_page", "read"),
    Page("/{identity}/children/{pk:uuid}/{child}", GET, "children", "admin.views.record.pages:children_page", "read"),
    Page("/{identity}/history/{pk:uuid}", GET, "history", "admin.views.record.pages:history_page", "read"),
    Page("/{identity}/authors/{pk:uuid}", GET, "authors", "admin.views.record.pages:authors_page", "read"),
    Page("/{identity}/field/{pk:uuid}/{field}", GET, "field", "admin.views.record.pages:field_page", "read"),
    Page("/{identity}/back/{pk:uuid}", POST, "bring_back", "admin.views.record.pages:bring_back_page", "update"),
    Page("/{identity}/timeline/{pk:uuid}", GET, "timeline", "admin.views.record.pages:timeline_page", "read"),
    Page("/{identity}/cell/{pk:uuid}/{field}", BOTH, "cell", "admin.grid.cells:cell_page", "update"),
    Page("/{identity}/row/{pk:uuid}", GET, "row", "admin.grid.cells:row_page", "list"),
    Page("/{identity}/cells", POST, "cells", "admin.grid.ranges:cells_page", "update"),
    Page("/{identity}/create", BOTH, "create", "admin.views.record.pages:create_page", "create"),
    Page("/{identity}/import", BOTH, "import_rows", "admin.imports.pages:import_page", "create"),
    Page("/{identity}/import/{key:uuid}", BOTH, "import_file", "admin.imports.pages:upload_page", "create"),
    Page("/{identity}/import/{key:uuid}/status", GET, "import_state", "admin.imports.pages:status_page", "create"),
    Page("/{identity}/edit/{pk:uuid}", BOTH, "edit", "admin.views.record.pages:edit_page", "update"),
    Page("/{identity}/delete", POST, "delete", "admin.views.record.pages:delete_page", "trash"),
    Page("/{identity}/board", GET, "board", "admin.boards.pages:board_page", "list"),
    Page("/{identity}/board/sums", GET, "board_sums", "admin.boards.pages:sums_page", "list"),
    Page("/{identity}/board/cards", GET, "board_cards", "admin.boards.pages:cards_page", "list"),
    Page("/{identity}/move/{pk:uuid}", BOTH, "move", "admin.boards.moving:move_page", "list"),
    Page("/{identity}/calendar", GET, "calendar", "admin.boards.calendar:calendar_page", "list"),
    Page("/{identity}/calendar/day", GET, "calendar_day", "admin.boards.calendar:day_page", "list"),
    Page("/{identity}/reschedule/{pk:uuid}", BOTH, "reschedule", "admin.boards.dating:reschedule_page", "list"),
    Page("/{identity}/peek/{pk:uuid}", GET, "peek", "admin.peek.pages:peek_page", "read"),
    Page("/{identity}/pin/{pk:uuid}", POST, "pin", "admin.peek.pinning:pin_page", "read"),
    Page("/{identity}/chosen", POST, "choose", "admin.many.choosing:choose_page", "list"),
    Page("/{identity}/chosen/{token:uuid}", GET, "chosen", "admin.many.choosing:chosen_page", "list"),
    Page("/{identity}/bulk", POST, "bulk", "admin.many.choosing:bulk_page", "list"),
    Page("/{identity}/bulk/{token:uuid}/{what}", BOTH, "bulk_step", "admin.many.asking:step_page", "list"),
    Page("/{identity}/verb/{slug}", BOTH, "verb", "admin.many.by_verb:verb_page", ""),
)
"""`pk` is a UUID in `request.path_params`; anything else is a page that does not exist."""


class MenuItem(NamedTuple):
    """A line of the menu; the name is a msgid."""

    identity: str
    name: str
    icon: str
    path: str = ""

    @property
    def address(self) -> str:
        """Where it leads: the list, unless it is a page of its own."""
        return self.path or f"/admin/{self.identity}/list"


class MenuGroup(NamedTuple):
    """A group of the menu; the name is a msgid."""

    name: str
    items: tuple[MenuItem, ...]


class Extra(NamedTuple):
    """A page of its own that stands in a group after its lists, for who has the right `of:right`."""

    category: Category
    of: str
    right: str
    item: MenuItem


EXTRAS = (
    Extra(Category.WORK, "client", "merge",
          MenuItem("duplicates", N_("Duplicates"), "ti ti-users-minus", "/admin/clients/duplicates")),
    Extra(Category.WORK, "deal", "list",
          MenuItem("dashboards", N_("Dashboards"), "ti ti-chart-histogram", "/admin/dashboards")),
    Extra(Category.WORK, "task", "act_for_others",
          MenuItem("returns", N_("Report on returns"), "ti ti-chart-bar", "/admin/reports/returns")),
    Extra(Category.WORK, "deal", "import",
          MenuItem("import", N_("Import"), "ti ti-file-import", "/admin/import")),
    Extra(Category.MONEY, "bank-operation", "list",
          MenuItem("reconciliation", N_("Reconciliation"), "ti ti-scale", "/admin/reconciliation")),
    Extra(Category.MONEY, "bank-operation", "import",
          MenuItem("bank", N_("Bank"), "ti ti-building-bank", "/admin/bank")),
    Extra(Category.MONEY, "closed-month", "close",
          MenuItem("months", N_("Month close"), "ti ti-calendar-check", "/admin/months")),
    Extra(Category.MONEY, "payout", "list",
          MenuItem("earnings", N_("My earnings"), "ti ti-pig-money", "/admin/earnings")),
    Extra(Category.MONEY, "act", "export",
          MenuItem("ledger", N_("For 1C"), "ti ti-file-export", "/admin/ledger")),
    Extra(Category.LOG, "operations", "watch",
          MenuItem("operations", N_("Operations"), "ti ti-heartbeat", "/admin/operations")),
)  # fmt: skip
"""Pages of the menu beside the lists of entities."""


class Gate(AuthenticationBackend):
    """sqladmin's hook for signing in: the middleware has found out already who it is."""

    def __init__(self) -> None:
        self.middlewares = []

    async def authenticate(self, request: Request) -> bool:
        """Raises `Unauthenticated`, which leads to the sign-in page."""
        if request.state.actor is None:
            raise Unauthenticated
        return True


class Panel(Admin):
    """The panel at `/admin`, with every view that is registered."""

    def __init__(self, app: Starlette, database: Database, more: Iterable[BaseRoute] = ()) -> None:
        self.gate = Gate()
        own_sessions = async_sessionmaker(database.engine)
        super().__init__(app, session_maker=own_sessions, title="Polisdesk", authentication_backend=self.gate)
        self.admin.router.routes = [
            *more,
            Route("/", partial(self.signed_in, today_page), name="index"),
            Route("/today/numbers", partial(self.signed_in, numbers_page), name="numbers"),
            Route("/search", partial(self.signed_in, search), name="search"),
            Route("/palette", partial(self.signed_in, palette), name="palette"),
            Route("/undo/last", partial(self.signed_in, undo), methods=["POST"], name="undo_last"),
            Route("/undo/{action_id:uuid}", partial(self.signed_in, undo), methods=["POST"], name="undo"),
            *(Route(p.path, partial(self.open, p), methods=list(p.methods), name=p.name) for p in PAGES),
        ]
        self.admin.exception_handlers = HANDLERS
        SHELL.menu = self.menu_of

    async def signed_in(self, endpoint: Endpoint, request: Request) -> Response:
        """A page for anyone who is signed in."""
        await self.gate.authenticate(request)
        return await endpoint(request)

    async def open(self, page: Page, request: Request) -> Response:
        """A page of a view. Raises `NotFound` for an unknown one, `Denied` without the right."""
        await self.gate.authenticate(request)
        view = registry.view_named(request.path_params["identity"])
        if page.right and not request.state.actor.rights.may(view.identity, page.right):
            raise Denied if request.state.actor.rights.may(view.identity, "list") else NotFound
        response: Response = await door(page.door)(request, view)
        return response

    def menu_of(self, rights: Rights) -> tuple[MenuGroup, ...]:
        """What these rights list, by group."""
        groups = (MenuGroup(category.name, tuple(lines(category, rights))) for category in self._menu.items)
        return tuple(group for group in groups if group.items)


def lines(category: ItemMenu, rights: Rights) -> Iterator[MenuItem]:
    """The lines of a group that these rights open."""
    child: Any
    for child in category.children:
        if child.view.polisdesk.menu and rights.may(child.view.identity, "list"):
            view = child.view.polisdesk
            path = f"/admin/{view.identity}/list?{view.first_look}" if view.first_look else ""
            yield MenuItem(view.identity, child.display_name, str(child.icon), path)
    for extra in EXTRAS:
        if category.name == extra.category and rights.may(extra.of, extra.right):
            yield extra.item


async def palette(request: Request) -> Response:
    """What a term names anywhere."""
    response: Response = await door("admin.palette.pages:palette")(request)
    return response


async def undo(request: Request) -> Response:
    """Take an action back."""
    response: Response = await door("admin.many.undoing:undo_page")(request)
    return response


@lru_cache(maxsize=64)
def door(place: str) -> Any:
    """The function that serves a page."""
    module, _, name = place.partition(":")
    return getattr(import_module(module), name)


def add_views(panel: Panel) -> None:
    """Register every view, in the order of the menu."""
    shown = [view for views in registry.menu().values() for view in views]
    for view in [*shown, *(view for view in registry.load().values() if view not in shown)]:
        if not view.is_sealed:
            panel.add_view(model_view(view))
