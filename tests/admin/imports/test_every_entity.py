"""Every list whose records one may enter takes a file: its own titles, in either language, are its columns."""

from __future__ import annotations

import pytest

from admin.i18n import LOCALES, use_locale
from admin.imports.describing import fields_for, may_import, shape_of, titles_of
from admin.views.base import View
from admin.views.registry import load
from jobs.imports.shape import guess
from models.actor import SYSTEM
from models.changes.naming import natural_keys
from tests.admin.conftest import SignIn
from tests.world import World

VIEWS = [view for _identity, view in sorted(load().items()) if not view.is_sealed and may_import(view, SYSTEM)]


@pytest.mark.parametrize("view", VIEWS, ids=[view.identity for view in VIEWS])
def test_its_own_titles_are_its_columns(view: View) -> None:
    shape = shape_of(view, SYSTEM.rights)
    names = fields_for(view, SYSTEM.rights)
    assert names and set(shape.fields) == set(names)
    for at, _locale in enumerate((*LOCALES, "column")):
        titles = [titles_of(view, name)[min(at, len(titles_of(view, name)) - 1)] for name in names]
        told = [(1, ["Выгрузка", *[""] * len(titles)]), (3, titles), (4, ["—"] * len(titles))]
        columns = guess(shape, "Лист", told)
        assert columns.head == 3
        alike = {title.casefold() for title in titles if [one.casefold() for one in titles].count(title.casefold()) > 1}
        for place, (name, title) in enumerate(zip(names, titles, strict=True)):
            assert title.casefold() in alike or columns.places.get(name) == place, (view.identity, name, title)


def test_natural_keys_are_columns_that_a_file_can_have() -> None:
    known = 0
    for view in VIEWS:
        for key in natural_keys(view.record):
            assert set(key) <= set(view.table.c.keys()), view.identity
            known += 1
    assert known > 8


async def test_the_button_is_where_the_form_is(world: World, browser: SignIn) -> None:
    use_locale("ru")
    for actor in (world.admin, world.anna):
        one = await browser(actor)
        for view in load().values():
            if view.is_sealed or not actor.rights.may(view.identity, "list"):
                continue
            page = (await one.get(f"/admin/{view.identity}/list")).text
            assert (f'href="/admin/{view.identity}/import"' in page) == may_import(view, actor), view.identity
            expected = {True: (200,), False: (403, 404)}[may_import(view, actor)]
            assert (await one.get(f"/admin/{view.identity}/import")).status_code in expected, view.identity
