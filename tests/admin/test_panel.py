"""What sqladmin is used for, and what of it must stay out of reach."""

from __future__ import annotations

from functools import partial
from inspect import ismethod
from typing import Any

from sqladmin import Admin
from sqladmin.application import BaseAdmin
from starlette.routing import Mount, Route

from admin.app import Application
from admin.panel import PAGES, Panel
from admin.views import registry


def panel_of(app: Application) -> Any:
    """The application that sqladmin has mounted."""
    return next(route for route in app.routes if isinstance(route, Mount) and route.name == "admin").app


def unwrapped(endpoint: Any) -> Any:
    while isinstance(endpoint, partial):
        endpoint = endpoint.func
    return endpoint


async def test_no_page_of_sqladmin_can_be_reached(panel: Application):
    own = {name for kind in (Admin, BaseAdmin) for name in vars(kind)}
    endpoints = [unwrapped(route.endpoint) for route in panel_of(panel).routes if isinstance(route, Route)]
    assert len(endpoints) == len(panel_of(panel).routes) > len(PAGES)
    assert [
        e for e in endpoints if ismethod(e) and e.__name__ in own and e.__func__.__module__ != Panel.__module__
    ] == []
    assert all(e.__module__.startswith("admin.") for e in endpoints)


async def test_every_view_that_is_not_sealed_is_registered(panel: Application):
    open_method = next(unwrapped(r.endpoint) for r in panel_of(panel).routes if r.name == "list")
    registered = {view.identity for view in open_method.__self__.views}
    assert registered == {identity for identity, view in registry.load().items() if not view.is_sealed}


async def test_no_address_that_changes_something_answers_to_get(panel: Application):
    changing = {"delete", "undo", "logout", "language", "theme"}
    for route in panel_of(panel).routes:
        if route.name in changing:
            assert route.methods == {"POST"}, route.name
