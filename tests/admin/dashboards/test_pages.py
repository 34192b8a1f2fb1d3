"""The page of dashboards: tabs by role, what is not shown, senseless addresses, workbooks, a statement's patience."""

from __future__ import annotations

import io
from datetime import date

import pytest
from openpyxl import load_workbook
from sqlalchemy import text

from admin.dashboards import pages
from admin.dashboards.asked import Span, around, before_of
from admin.dashboards.pages import XLSX
from admin.dashboards.registry import PICTURES, TABS
from admin.dashboards.table import Picture
from models.actor import Actor
from models.figures.asked import Asked
from models.session import Work
from models.target import SalesTarget
from models.task.report import Period
from tests.admin.conftest import SignIn
from tests.admin.dashboards.conftest import TODAY
from tests.admin.dashboards.test_rows import asked_in
from tests.trade import add, rows
from tests.world import World

HX = {"HX-Request": "true"}
AT = "/admin/dashboards"


@pytest.mark.parametrize(
    ("login", "tab"), [("anna", "sales"), ("head", "team"), ("olga", "money"), ("admin", "business")]
)
async def test_a_role_begins_with_its_own_tab(past: World, browser: SignIn, login: str, tab: str) -> None:
    page = await (await browser(getattr(past, login))).get(AT)
    assert page.status_code == 200
    pictures = next(one.pictures for one in TABS if one.slug == tab)
    assert [slug for slug in PICTURES if f'id="{slug}"' in page.text] == [slug for slug in PICTURES if slug in pictures]
    assert f'href="{AT}"' in page.text
    assert ("name=&#34;team&#34;" in page.text or 'name="team"' in page.text) == (login in ("olga", "admin"))


async def test_each_picture_is_a_part_and_a_page(past: World, browser: SignIn) -> None:
    olga = await browser(past.olga)
    for slug in PICTURES:
        part = await olga.get(f"{AT}/{slug}", headers=HX)
        assert part.status_code == 200 and "<html" not in part.text, slug
        assert "<table" in part.text or slug == "summary", slug
        assert (await olga.get(f"{AT}/{slug}")).status_code == 200
    assert (await olga.get(f"{AT}/nothing")).status_code == 404
    assert (await olga.get(f"{AT}/nothing.xlsx")).status_code == 404


async def test_addresses_that_make_no_sense_are_the_usual_days(past: World, browser: SignIn) -> None:
    olga = await browser(past.olga)
    for senseless in (
        "tab=x&period=x&on=x&team=x", "period=own&from=9999-12-31&to=0001-01-01", "on=9999-99-99",
        "period=year&on=2200-12-31", "period=own&from=1900-01-01&to=2100-01-01", "period=month&on=2000-01-01",
        f"seller={past.admin.id}",
    ):  # fmt: skip
        assert (await olga.get(f"{AT}?{senseless}")).status_code == 200, senseless
        assert (await olga.get(f"{AT}/money?{senseless}", headers=HX)).status_code == 200, senseless


async def test_figures_of_hidden_fields_are_no_picture(past: World, browser: SignIn) -> None:
    sql = "UPDATE auth.roles SET grants = array_append(grants, '-income.amount:read') WHERE slug = 'seller'"
    back = "UPDATE auth.roles SET grants = array_remove(grants, '-income.amount:read') WHERE slug = 'seller'"
    await change(past, sql)
    try:
        anna = await browser(past.anna)
        page = await anna.get(f"{AT}?tab=money")
        assert 'id="money"' not in page.text and 'id="instalments"' in page.text
        assert (await anna.get(f"{AT}/money", headers=HX)).status_code == 404
    finally:
        await change(past, back)


async def change(past: World, sql: str) -> None:
    """As the administrator."""
    async with past.database.transaction(past.admin, action="role.update") as work:
        await work.execute(text(sql))
        work.has_written = True


@pytest.mark.parametrize("slug", PICTURES)
async def test_a_workbook_has_the_figures(past: World, browser: SignIn, slug: str) -> None:
    answer = await (await browser(past.olga)).get(f"{AT}/{slug}.xlsx?period=year&on={TODAY}")
    assert (answer.status_code, answer.headers["content-type"]) == (200, XLSX)
    picture = await made(past, past.olga, slug)
    book = load_workbook(io.BytesIO(answer.content))
    for sheet, table in zip(book.worksheets, picture.tables, strict=False):
        told = [[cell.value for cell in row] for row in sheet.iter_rows()]
        at = next(n for n, row in enumerate(told) if row[0] == table.head) + 1
        for row, one in zip(told[at:], table.rows, strict=True):
            assert row[0] == one.label
            figures = [None if cell.value is None else float(cell.value) for cell in one.cells]
            assert [
                pytest.approx(value) if value is not None else None for value in row[1 : len(figures) + 1]
            ] == figures
    if picture.said:
        told = [[cell.value for cell in row] for row in book.worksheets[-1].iter_rows()]
        assert {row[0] for row in told} >= {one.label for one in picture.said}


async def made(past: World, actor: Actor, slug: str) -> Picture:
    """A picture of this year."""
    async with past.database.transaction(actor) as work:
        return await PICTURES[slug].make(work, asked_in(Span.YEAR))


async def test_who_may_not_export_takes_no_workbook(past: World, browser: SignIn) -> None:
    anna, head = await browser(past.anna), await browser(past.head)
    assert "funnel.xlsx" not in (await anna.get(f"{AT}/funnel", headers=HX)).text
    assert (await anna.get(f"{AT}/funnel.xlsx")).status_code == 403
    assert "funnel.xlsx" in (await head.get(f"{AT}/funnel", headers=HX)).text
    async with past.database.transaction(past.admin) as work:
        before = await work.scalar(text("SELECT count(*) FROM audit.events WHERE type = 'crm.dashboard.exported'"))
        assert (await head.get(f"{AT}/funnel.xlsx")).status_code == 200
    async with past.database.transaction(past.admin) as work:
        after = await work.scalar(text("SELECT count(*) FROM audit.events WHERE type = 'crm.dashboard.exported'"))
    assert after == (before or 0) + 1


async def test_what_takes_too_long_says_so(past: World, browser: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    async def slow(work: Work, asked: Asked) -> Picture:
        await work.driver.fetch("SELECT pg_sleep(30)")
        return Picture()

    async def impatient(work: Work) -> None:
        await work.driver.fetch("SELECT set_config('statement_timeout', '50', true)")

    monkeypatch.setitem(PICTURES, "funnel", PICTURES["funnel"]._replace(build=slow))
    monkeypatch.setattr(pages, "be_patient", impatient)
    answer = await (await browser(past.olga)).get(f"{AT}/funnel", headers=HX)
    assert answer.status_code == 200
    assert "Это занимает слишком много времени" in answer.text


async def test_a_plan_is_copied_once_and_taken_back(past: World, browser: SignIn) -> None:
    month = date(TODAY.year + 1, 1, 1)
    december = SalesTarget(month=date(TODAY.year, 12, 1), user_id=past.anna.id, measure="premium", amount=1000)
    await add(past, past.head, december)
    head, anna = await browser(past.head), await browser(past.anna)
    address = f"{AT}/plan/copy?period=month&on={month}"
    assert (await anna.post(address)).status_code == 403
    assert (await head.post(address)).status_code == 303
    assert [one.amount for one in await rows(past, SalesTarget, SalesTarget.month == month)] == [1000]
    assert (await head.post(address)).status_code == 303
    assert len(await rows(past, SalesTarget, SalesTarget.month == month)) == 1
    async with past.database.transaction(past.admin) as work:
        action = await work.scalar(
            text("SELECT id FROM audit.actions WHERE slug = 'sales-target.copy' ORDER BY at LIMIT 1")
        )
    assert (await head.post(f"/admin/undo/{action}", headers=HX)).status_code == 200
    assert await rows(past, SalesTarget, SalesTarget.month == month) == []


@pytest.mark.parametrize(
    ("span", "day", "period", "before"),
    [
        (Span.MONTH, date(2026, 3, 10), (date(2026, 3, 1), date(2026, 3, 31)), (date(2026, 2, 1), date(2026, 2, 10))),
        (Span.MONTH, date(2026, 1, 31), (date(2026, 1, 1), date(2026, 1, 31)), (date(2025, 12, 1), date(2025, 12, 31))),
        (Span.QUARTER, date(2026, 5, 31), (date(2026, 4, 1), date(2026, 6, 30)), (date(2026, 1, 1), date(2026, 3, 2))),
        (Span.YEAR, date(2024, 12, 31), (date(2024, 1, 1), date(2024, 12, 31)), (date(2023, 1, 1), date(2023, 12, 31))),
    ],
)
def test_a_running_period_is_compared_with_as_many_days(
    span: Span, day: date, period: tuple[date, date], before: tuple[date, date]
) -> None:
    found = around(span, day)
    assert found == Period(*period)
    assert before_of(span, found, day) == Period(*before)
