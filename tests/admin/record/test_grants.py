"""A role's grants are read in words, and nothing of the first roles is left in its spelling."""

from __future__ import annotations

import re

import pytest

from admin.i18n import LOCALES, use_locale
from admin.views.record.grants import grants_in_words
from admin.views.record.history import changes_of
from admin.views.registry import load
from seeds.reference.roles import ROLES
from tests.world import World

SPELLED = re.compile(r"\*|\w:\w|[a-z]_[a-z]|[a-z]-[a-z]+:")


@pytest.fixture(params=LOCALES)
def locale(request: pytest.FixtureRequest):
    use_locale(request.param)
    yield request.param
    use_locale("ru")


def test_grants_of_one_entity_stand_together(locale: str):
    said = grants_in_words(("deal:create", "*:read", "deal:update", "-user.phone:read"))
    assert (
        said
        == {
            "ru": "Сделка: создание, изменение; Все записи: просмотр; кроме Пользователь, Телефон: просмотр",
            "en": "Deal: creating, changing; All records: reading; except User, Phone: reading",
        }[locale]
    )


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.slug)
def test_every_first_role_is_in_words(locale: str, role):
    said = grants_in_words(role.grants)
    assert not SPELLED.search(said), said
    assert locale == "en" or not re.search(r"[a-z]{3,}", said.replace("Telegram", "").replace("API", "")), said


def test_what_nobody_calls_so_is_said_as_it_is():
    assert grants_in_words(("thing:do",)) == "thing: do"


async def test_history_says_what_came_and_what_went(world: World):
    use_locale("ru")
    change = {"grants": [["*:read", "deal:create"], ["*:read", "deal:update"]]}
    (line,) = changes_of(load()["role"], change, world.anna, {})
    assert line[1:] == ("Сделка: создание", "Сделка: изменение")
