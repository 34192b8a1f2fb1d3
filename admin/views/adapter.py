"""What sqladmin needs to know of a view: menu, address, metadata. Its own lists, forms and writes stay unused."""

from __future__ import annotations

from types import new_class
from typing import Any

from sqladmin import ModelView

from admin.views.base import View


def model_view(view: View) -> type[ModelView]:
    """A registration for `Admin.add_view`; the identity is the record's own, which the metaclass would invent."""
    attributes: dict[str, Any] = {
        "name": view.name,
        "name_plural": view.name_plural,
        "category": str(view.category),
        "icon": f"ti ti-{view.icon}",
        "column_list": [column for column in view.columns if column in view.table.c],
        "column_details_list": [view.title],
        "can_create": view.creatable,
        "can_edit": view.editable,
        "can_delete": False,
        "can_import": False,
        "polisdesk": view,
        "is_visible": lambda self, request: view.menu and may_list(view, request),
        "is_accessible": lambda self, request: may_list(view, request),
    }
    name = f"{type(view).__name__}Registration"
    kind: Any = new_class(name, (ModelView,), {"model": view.record}, lambda body: body.update(attributes))
    kind.identity = view.identity
    return kind  # type: ignore[no-any-return]


def may_list(view: View, request: Any) -> bool:
    """Whether the person of the request may open the list."""
    actor = getattr(request.state, "actor", None)
    return actor is not None and not view.is_sealed and actor.rights.may(view.identity, "list")
