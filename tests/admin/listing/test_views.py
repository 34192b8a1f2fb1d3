"""Every entity has a view, and every name in a view leads somewhere."""

from __future__ import annotations

import pytest

from admin.views.adapter import model_view
from admin.views.base import View
from admin.views.listing.fields import field_of
from admin.views.registry import load
from models.base import records

VIEWS = list(load().values())


def test_every_record_has_a_view() -> None:
    assert {record.__identity__ for record in records()} <= set(load())


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.identity)
def test_names_lead_somewhere(view: View) -> None:
    if view.is_sealed:
        return
    assert view.name and view.name_plural and view.columns
    for name in (*view.columns, *view.filters, *view.due, view.default_sort.removeprefix("-")):
        assert field_of(view, name).label
    for child in view.children:
        assert child.by in load()[child.identity].table.c


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.identity)
def test_sqladmin_knows_it_by_the_same_identity(view: View) -> None:
    assert model_view(view).identity == view.identity
