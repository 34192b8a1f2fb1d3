"""By each of its names a record is found by whoever sees it, and by nobody else."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from sqlalchemy import text

from admin.palette.commands import commands_for
from admin.palette.found import kinds_of
from admin.palette.marking import marked
from models.client import Client
from models.deal import Deal, Need
from models.insured import InsuredObject
from models.policy import Policy
from models.rights import rights
from tests.admin.conftest import SignIn
from tests.stories import Story, made, story
from tests.world import World

NAMES = {
    "a word of the client's name": "палитр",
    "words in any order": "палитры клиент",
    "the other layout": "gfkbnh",
    "the deal's title": "дело палитры",
    "a phone as it is dialled": "8 929 700-11-22",
    "a phone as it is stored": "+79297001122",
    "its last digits are no beginning, its first are": "929700",
    "INN": "7707083893",
    "a policy's number": "XXX 7700112233",
    "a policy's number without signs": "ххх7700112233",
    "the middle of a policy's number": "770011",
    "VIN": "XTA210990Y2766389",
    "a plate in Latin": "a777bc77",
    "a plate in Cyrillic": "А 777 ВС 77",
}
"""What it is → what is typed."""


@pytest.fixture(scope="module")
async def known(world: World) -> Story:
    """Anna's deal with all the names that a search may use."""
    begun = await story(world.database, world.anna, "палитры")
    car = await made(
        world.database, world.anna, InsuredObject,
        client_id=begun.client, title="Лада палитры", plate="А777ВС77", vin="XTA210990Y2766389",
    )  # fmt: skip
    async with world.database.transaction(world.anna, action="client.update") as work:
        client = await work.get_record(Client, begun.client)
        client.phone, client.inn = "+79297001122", "7707083893"
        (await work.get_record(Need, begun.need)).insured_object_id = car.id
        policy = await work.get_record(Policy, begun.policy)
        policy.number = "ХХХ 7700112233"
    return begun


def lines(page: str) -> list[str]:
    """Addresses of the records in the palette."""
    return re.findall(r'href="(/admin/[a-z-]+/details/[^"]+)"', page)


@pytest.mark.parametrize("what", NAMES)
async def test_a_record_is_found_by_its_name_and_by_nobody_else(
    browser: SignIn, world: World, known: Story, what: str
) -> None:
    found = {}
    for name in ("anna", "head", "admin", "vera"):
        answer = await (await browser(getattr(world, name))).get("/admin/palette", params={"q": NAMES[what]})
        assert answer.status_code == 200
        found[name] = lines(answer.text)
    assert found["anna"], what
    assert found["anna"] == found["head"] == found["admin"]
    assert found["vera"] == []


async def test_a_deal_is_found_by_code_and_by_its_number_alone(browser: SignIn, world: World, known: Story) -> None:
    anna, vera = await browser(world.anna), await browser(world.vera)
    async with world.database.transaction(world.anna) as work:
        code = (await work.get_record(Deal, known.deal)).code
    for term in (code, code.lower(), code.rsplit("-", 1)[1].lstrip("0")):
        assert lines((await anna.get("/admin/palette", params={"q": term})).text) == [
            f"/admin/deal/details/{known.deal}"
        ]
        assert lines((await vera.get("/admin/palette", params={"q": term})).text) == []


async def test_before_anything_is_typed_recent_records_stand_there(browser: SignIn, world: World, known: Story) -> None:
    anna, vera = [(await (await browser(who)).get("/admin/palette")).text for who in (world.anna, world.vera)]
    assert f"/admin/deal/details/{known.deal}" in lines(anna)
    assert lines(vera) == []
    assert "Новый звонок" in vera


async def test_what_is_in_the_trash_is_not_found(browser: SignIn, world: World) -> None:
    client = await made(world.database, world.anna, Client, name="Выброшенный мусоров")
    anna = await browser(world.anna)
    assert lines((await anna.get("/admin/palette?q=мусоров")).text)
    async with world.database.transaction(world.anna, action="client.trash") as work:
        (await work.get_record(Client, client.id)).deleted_at = work.at
    assert not lines((await anna.get("/admin/palette?q=мусоров")).text)


async def test_signs_of_patterns_and_markup_are_letters(browser: SignIn, world: World, known: Story) -> None:
    anna = await browser(world.anna)
    for term in ("%", "___", "\\", "<script>alert(1)</script>", "' OR 1=1 --", "a\x00b", "д" * 5000):
        answer = await anna.get("/admin/palette", params={"q": term})
        assert answer.status_code == 200 and lines(answer.text) == []
        assert "<script>" not in answer.text


async def test_who_may_not_read_a_field_does_not_search_it(world: World, known: Story) -> None:
    less = replace(world.anna, rights=rights((*world.anna.rights.grants, "-client.phone:read")))
    assert kinds_of(world.anna) and kinds_of(less) == []


async def test_a_stranger_gets_nothing(browser: SignIn) -> None:
    answer = await (await browser()).get("/admin/palette?q=а", headers={"HX-Request": "true"})
    assert answer.status_code == 401


async def test_nobody_calls_the_parts_of_the_search(world: World) -> None:
    async with world.database.engine.connect() as connection:
        parts = text(
            "SELECT proname FROM pg_proc CROSS JOIN unnest(ARRAY['crm_own', 'crm_panel']) AS caller"
            " WHERE proname LIKE 'palette%' AND pronamespace = 'crm'::regnamespace"
            " AND has_function_privilege(caller, pg_proc.oid, 'EXECUTE')"
        )
        assert set((await connection.execute(parts)).scalars()) == {"palette", "palette_recent"}


@pytest.mark.parametrize(
    ("typed", "first"),
    [("сделк", "Сделки"), ("cltkr", "Сделки"), ("тем тёмн", "Тёмная тема"), ("язык", "Сменить язык: English"),
     ("language", "Сменить язык: English"), ("создать клиент", "Создать: Клиент"), ("dsqnb", "Выйти"),
     ("deals", "Сделки")],
)  # fmt: skip
async def test_pages_and_commands_are_found(
    browser: SignIn, world: World, known: Story, typed: str, first: str
) -> None:
    page = (await (await browser(world.anna)).get("/admin/palette", params={"q": typed})).text
    titles = re.findall(r'palette-title">(.*?)</span>', page)
    assert re.sub("<.*?>", "", titles[0]) == first


async def test_what_a_role_may_not_do_is_not_offered(browser: SignIn, world: World, known: Story) -> None:
    admin, olga = await browser(world.admin), await browser(world.olga)
    for who, is_offered in ((admin, True), (olga, False)):
        page = (await who.get("/admin/palette?q=создать польз")).text
        assert ("/admin/user/create" in page) is is_offered
    assert commands_for(world.anna.rights, ["пользователь создать"]) is None


@pytest.mark.parametrize(
    ("shown", "term", "told"),
    [
        ("Пётр Семёнов", "семенов", "Пётр <mark>Семёнов</mark>"),
        ("Иван & Ко", "иван", "<mark>Иван</mark> &amp; Ко"),
        ("+7 929 700‑11‑22", "89297001122", "<mark>+7 929 700‑11‑22</mark>"),
        ("А777ВС77", "a777bc", "<mark>А777ВС77</mark>"),
        ("Анна", "", "Анна"),
        ("анна", "ан на нна", "<mark>анна</mark>"),
    ],
)
def test_the_term_is_marked(shown: str, term: str, told: str) -> None:
    assert str(marked(shown, term)) == told
