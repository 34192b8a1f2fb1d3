"""Every view by its identity; modules of `admin/views/entities` are found by themselves."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from importlib import import_module

import models
from admin.views import entities
from admin.views.base import Category, View
from models.errors import NotFound

views: dict[str, View] = {}
"""Filled by `load()`; one instance for each concrete view."""


def load() -> dict[str, View]:
    """Import the models and all entities' views. Raises `ValueError` for two views of one identity."""
    if views:
        return views
    models.load()
    for module in pkgutil.walk_packages(entities.__path__, f"{entities.__name__}."):
        import_module(module.name)
    for kind in concrete(View):
        view = kind()
        if view.identity in views:
            raise ValueError(
                f"Two views for {view.identity}: {kind.__name__} and {type(views[view.identity]).__name__}"
            )
        views[view.identity] = view
    return views


def concrete(kind: type[View]) -> Iterator[type[View]]:
    """Subclasses that name a record."""
    for child in kind.__subclasses__():
        if "record" in vars(child):
            yield child
        yield from concrete(child)


def view_named(identity: str) -> View:
    """The view of an identity. Raises `NotFound` for unknown and sealed ones."""
    view = load().get(identity)
    if view is None or view.is_sealed:
        raise NotFound
    return view


def view_of_table(name: str) -> View | None:
    """The view of a table such as `crm.deals`, if it has one."""
    return _by_table().get(name)


def _by_table() -> dict[str, View]:
    if not _tables:
        _tables.update({view.table.fullname: view for view in load().values()})
    return _tables


_tables: dict[str, View] = {}


def menu() -> dict[Category, list[View]]:
    """Views for the menu by group, in order."""
    shown = [view for view in load().values() if view.menu and not view.is_sealed]
    return {
        group: sorted((v for v in shown if v.category == group), key=lambda v: (v.order, v.name_plural))
        for group in Category
    }
