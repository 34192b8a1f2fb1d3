"""Workbooks brought again: longer, of people known by name alone, of namesakes; and numbers that must stay the same."""

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from jobs.portfolio.people import People
from jobs.portfolio.writing import Written
from models.choices import DealStage
from models.clock import today
from models.identifiers import BadIdentifier, parse_policy_number
from models.policy import Policy
from tests.seeds.brokerage import bring_in, number, picture, take_back
from tests.world import World

CLIENTS = ("ФИО", "Дата рождения", "Телефон")
POLICIES = ("Страхователь", "Компания", "Вид", "Номер полиса", "Начало", "Окончание", "Премия", "КВ, %", "Объект")
PAYMENTS = ("Полис", "№", "Дата план", "Сумма план", "Дата оплаты", "Оплачено", "КВ получено")
Rows = Sequence[Sequence[Any]]
YEAR = timedelta(364)
LONG_AGO, NOW = today() - timedelta(500), today() - timedelta(30)


def book(path: Path, clients: Rows, policies: Rows = (), payments: Rows = ()) -> Path:
    workbook = xlsxwriter.Workbook(path)
    sheets = (("Клиенты", CLIENTS, clients), ("Полисы", POLICIES, policies), ("Взносы", PAYMENTS, payments))
    for name, titles, rows in sheets:
        sheet = workbook.add_worksheet(name)
        for at, row in enumerate((titles, *rows)):
            sheet.write_row(at, 0, [f"{cell:%d.%m.%Y}" if isinstance(cell, date) else cell for cell in row])
    workbook.close()
    return path


def policy(holder: str, n: str, start: date, thing: str = "") -> list[object]:
    return [holder, "ВСК", "КАСКО", n, start, start + YEAR, 1000, 10, thing]


def instalment(n: str, sequence: int, due: date, paid: int | str = "") -> list[object]:
    return [n, sequence, due, 500, due if paid else "", paid, ""]


async def counted(world: World, file: Path) -> dict[str, int]:
    """What a workbook adds."""
    return (await bring_in(world.database, world.admin, file))[1].counts


async def test_a_longer_workbook_adds_what_is_new(brokerage: World, tmp_path: Path) -> None:
    people = [["Соснин Лев Ильич", date(1980, 1, 1), "89001112233"]]
    short = book(tmp_path / "a.xlsx", people, [policy(people[0][0], "МТ 1", NOW)], [instalment("МТ 1", 1, NOW, 500)])
    people.append(["Дубов Егор Львович", date(1981, 1, 1), "89001112244"])
    policies = [policy("Соснин Лев Ильич", "МТ 1", NOW), policy("Соснин Лев Ильич", "МТ 2", NOW)]
    parts = [
        instalment("МТ 1", 1, NOW, 500), instalment("МТ 1", 2, NOW + timedelta(90)), instalment("МТ 2", 1, NOW),
        instalment("МТ 3", 1, NOW),
    ]  # fmt: skip
    policies.append(policy("Дубов Егор Львович", "МТ 3", NOW))
    assert await counted(brokerage, short) == {
        "client": 1,
        "deal": 1,
        "need": 1,
        "policy": 1,
        "payment": 1,
        "income": 1,
    }
    before = await picture(brokerage.database, brokerage.admin)
    long = book(tmp_path / "b.xlsx", people, policies, parts)
    _, written = await bring_in(brokerage.database, brokerage.admin, long)
    assert written.counts == {"client": 1, "deal": 1, "need": 1, "policy": 2, "payment": 3, "income": 3}
    assert await counted(brokerage, long) == {}
    await take_back(brokerage.database, brokerage.admin, written)
    assert await picture(brokerage.database, brokerage.admin) == before


async def test_a_living_policy_takes_a_closed_deal_of_its_object_back_to_work(brokerage: World, tmp_path: Path) -> None:
    holder, vin = "Рябинин Глеб Захарович", "X9F00000000012345"
    people = [[holder, date(1970, 1, 1), ""]]
    stage = "SELECT stage FROM crm.deals WHERE id = (SELECT deal_id FROM crm.policies WHERE number_key = 'МТ11')"
    await counted(brokerage, book(tmp_path / "a.xlsx", people, [policy(holder, "МТ 11", LONG_AGO, vin)]))
    assert await number(brokerage.database, brokerage.admin, stage) == DealStage.CLOSED
    both = [policy(holder, "МТ 11", LONG_AGO, vin), policy(holder, "МТ 12", NOW, vin)]
    _, written = await bring_in(brokerage.database, brokerage.admin, book(tmp_path / "b.xlsx", people, both))
    assert written.counts == {"policy": 1}
    assert await number(brokerage.database, brokerage.admin, stage) == DealStage.WON
    await take_back(brokerage.database, brokerage.admin, written)
    assert await number(brokerage.database, brokerage.admin, stage) == DealStage.CLOSED


@pytest.mark.parametrize(
    "people",
    [
        [["Безымянная Ада", "", ""]],
        [["Тёзкин Юлий", date(1980, 1, 1), ""], ["Тёзкин Юлий", date(1990, 1, 1), ""], ["Тёзкин Юлий", "", ""]],
        [["Журавлёв Илья", "", "89005550001, 89005550002"], ["ЖУРАВЛЕВ ИЛЬЯ", "", "8 900 555-00-02"]],
        [["Грачёв Артём", date(1980, 1, 1), ""], ["Грачёв Артём", "", ""]],
    ],
    ids=["by name alone", "three namesakes", "two telephones", "a bare row joins"],
)
async def test_people_are_the_same_the_second_time(brokerage: World, tmp_path: Path, people: Rows) -> None:
    file = book(tmp_path / "a.xlsx", people)
    assert (await counted(brokerage, file))["client"] > 0
    assert await counted(brokerage, file) == {}


async def test_a_namesake_who_is_another_is_made(brokerage: World, tmp_path: Path) -> None:
    name = "Воробьёв Семён"
    assert (await counted(brokerage, book(tmp_path / "a.xlsx", [[name, date(1980, 1, 1), ""]])))["client"] == 1
    assert (await counted(brokerage, book(tmp_path / "b.xlsx", [[name, date(1990, 1, 1), ""]])))["client"] == 1


async def test_rows_without_an_insurer_and_more_than_owed_are_taken(brokerage: World, tmp_path: Path) -> None:
    row = policy("Ивушкин Матвей", "МТ 21", NOW)
    row[1] = row[2] = ""
    file = book(tmp_path / "a.xlsx", [["Ивушкин Матвей", "", ""]], [row], [instalment("МТ 21", 1, NOW, 700)])
    portfolio, written = await bring_in(brokerage.database, brokerage.admin, file)
    assert written.counts["policy"] == 1
    assert "700" in str(portfolio.payments[0].warnings[0])
    paid = "SELECT paid_amount FROM crm.payments JOIN crm.policies p ON p.id = policy_id WHERE number_key = 'МТ21'"
    assert await number(brokerage.database, brokerage.admin, paid) == 700
    await take_back(brokerage.database, brokerage.admin, Written(written.action))


def test_colleagues_are_found_and_never_guessed() -> None:
    names = {"a": "Анна Сергеева", "b": "Борис Орлов", "c": "Анна Белова"}
    people = People(names)  # type: ignore[arg-type]
    found = {name: people.named(name) for name in ("борис", "Сергеева А.", "Анна", "А.", "Орлова", "", "Анна Белова")}
    assert found == {"борис": "b", "Сергеева А.": "a", "Анна": None, "А.": None, "Орлова": None, "": None,
                     "Анна Белова": "c"}  # fmt: skip


WRITTEN = st.text(alphabet="XХTТABCАВС0123456789 -№/.", max_size=16)


@given(WRITTEN, WRITTEN)
def test_a_policy_keeps_the_key_by_which_its_row_was_judged(series: str, written: str) -> None:
    try:
        judged = parse_policy_number(written, series)
    except BadIdentifier:
        return
    assert Policy(number=str(judged)).number_key == judged.key
