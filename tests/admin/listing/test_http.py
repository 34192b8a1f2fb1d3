"""Lists over HTTP: what an address may contain, how many statements a page takes, and the export."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event, text

from admin.views.registry import load
from tests.admin.conftest import SignIn
from tests.admin.listing.conftest import Shelf

SENSELESS = tuple(
    r"""page=-1|page=x|page=999999999999|per=0|per=9999999|sort=nothing|sort=-id;drop|sortBy=%00|sort=password_hash
    |after=%%%|after=AAAA|after=WzEsIDJd|stage=nothing|client_id=x|q=%00|q=%25%25%27%22%5C_|next_review_at=32.13.2026
    |seller_id=00000000-0000-0000-0000-00000000000g|next_review_at.from=x|code.from=1|created_at=x|win_back=maybe|trash=2
    |lost_difference.from=NaN|lost_difference.to=1e999999|nothing:x:y=1|policy:deal_id:premium.from=x
    |deal_id.client_id.name.x=1|executor_id=empty&executor_id=x""".replace("\n    ", "").split("|")
)
PAGES = ["", "per=200", "stage=won", "page=3", "q=осаго", "sort=client_id", "stage=won&q=осаго"]
EXPORTS = ["", "stage=won&stage=lost", "sort=-client_id", "q=осаго", "executor_id=empty&sort=-code"]
ALLOWED = 5


@contextmanager
def statements(shelf: Shelf) -> Iterator[list[str]]:
    """What is sent to the database meanwhile, without what opens and ends a transaction."""
    sent: list[str] = []
    engine = shelf.database.engine.sync_engine

    def note(connection, cursor, statement, *rest):  # type: ignore[no-untyped-def]
        sent.append(statement)

    def note_of_driver(record):  # type: ignore[no-untyped-def]
        if record.query not in ("BEGIN", "COMMIT"):
            sent.append(record.query)

    def lent(connection, *rest):  # type: ignore[no-untyped-def]
        connection.driver_connection.add_query_logger(note_of_driver)

    def returned(connection, *rest):  # type: ignore[no-untyped-def]
        connection.driver_connection.remove_query_logger(note_of_driver)

    told = {"before_cursor_execute": note, "checkout": lent, "checkin": returned}
    for name, listener in told.items():
        event.listen(engine, name, listener)
    yield sent
    for name, listener in told.items():
        event.remove(engine, name, listener)


@pytest.mark.parametrize("query", SENSELESS)
async def test_a_senseless_address_shows_a_list(shelf: Shelf, browser: SignIn, query: str) -> None:
    page = await (await browser(shelf.world.anna)).get(f"/admin/deal/list?{query}")
    assert page.status_code == 200


async def test_a_bad_value_is_a_marked_chip(shelf: Shelf, browser: SignIn) -> None:
    page = await (await browser(shelf.world.anna)).get("/admin/deal/list?stage=nothing")
    assert "chip-wrong" in page.text


@pytest.mark.parametrize("identity", sorted(load()))
async def test_every_list_opens(shelf: Shelf, browser: SignIn, identity: str) -> None:
    for actor in (shelf.world.admin, shelf.world.anna):
        page = await (await browser(actor)).get(f"/admin/{identity}/list")
        assert page.status_code == 200 or (page.status_code in (403, 404) and "<table" not in page.text)
        assert actor is shelf.world.anna or page.status_code == 200 or load()[identity].is_sealed


@pytest.mark.parametrize("query", PAGES)
async def test_a_page_takes_few_statements_whatever_its_rows(shelf: Shelf, browser: SignIn, query: str) -> None:
    anna = await browser(shelf.world.anna)
    await anna.get("/admin/deal/list")
    with statements(shelf) as sent:
        assert (await anna.get(f"/admin/deal/list?{query}")).status_code == 200
    assert 1 < len(sent) <= ALLOWED, sent


async def test_htmx_gets_the_results_only(shelf: Shelf, browser: SignIn) -> None:
    part = await (await browser(shelf.world.anna)).get("/admin/deal/list", headers={"HX-Request": "true"})
    assert "<html" not in part.text and "row-link" in part.text


async def test_names_are_shown_as_text(shelf: Shelf, browser: SignIn) -> None:
    anna = await browser(shelf.world.anna)
    page = await anna.get("/admin/deal/list?q=%3Cscript%3Ealert(1)%3C/script%3E")
    assert "<script>alert" not in page.text


async def exported(shelf: Shelf, browser: SignIn, query: str, identity: str = "deal") -> list[list[str]]:
    answer = await (await browser(shelf.world.admin)).get(f"/admin/{identity}/export.csv?{query}")
    assert answer.status_code == 200 and answer.content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))


@pytest.mark.parametrize("query", EXPORTS)
async def test_the_export_is_the_list(shelf: Shelf, browser: SignIn, query: str) -> None:
    rows = await exported(shelf, browser, query)
    shown = await shelf.titles(shelf.world.admin, "deal", query + "&per=200")
    assert [row[0] for row in rows[1:]] == shown
    assert len(rows[0]) == len(load()["deal"].columns)


async def test_formulas_are_disarmed_and_phones_are_not(shelf: Shelf, browser: SignIn) -> None:
    rows = await exported(shelf, browser, "", "client")
    assert any(row[0].startswith("'=ЭТО()") for row in rows)
    assert all(row[2].startswith("+7") for row in rows[1:])
    assert not any(cell[:1] in ("=", "@") for row in rows for cell in row)


async def test_an_export_is_a_right_and_stands_in_the_log(shelf: Shelf, browser: SignIn) -> None:
    assert (await (await browser(shelf.world.boris)).get("/admin/deal/export.csv")).status_code == 403
    await exported(shelf, browser, "stage=draft")
    async with shelf.database.transaction(shelf.world.admin) as work:
        told = await work.scalar(
            text("SELECT record FROM audit.events WHERE type = 'crm.deal.exported' ORDER BY seq DESC LIMIT 1")
        )
    drafts = await shelf.find(shelf.world.admin, "deal", "stage=draft&per=200")
    assert told["rows"] == len(drafts.rows) and told["query"] == "stage=draft"


async def test_the_trash_is_a_list_of_its_own(shelf: Shelf, browser: SignIn) -> None:
    async with shelf.database.transaction(shelf.world.admin, action="test.trash") as work:
        await work.execute(text("UPDATE crm.deals SET deleted_at = now() WHERE code = 'D-2026-00119'"))
    kept = await shelf.titles(shelf.world.vera, "deal", "per=200")
    assert "D-2026-00119" not in kept
    assert await shelf.titles(shelf.world.vera, "deal", "trash=1") == ["D-2026-00119"]
    assert await shelf.titles(shelf.world.vera, "deal", "trash=1&q=D-2026-0011") == ["D-2026-00119"]
    assert not await shelf.titles(shelf.world.anna, "deal", "trash=1")
