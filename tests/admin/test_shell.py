"""The shell around every page: headers, no inline scripts, languages, addresses that lead nowhere."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

from admin.rendering import ENVIRONMENT
from tests.admin.conftest import SignIn
from tests.world import World


class Inline(HTMLParser):
    """Collects what a strict policy forbids: scripts and styles in the page, handlers in attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "style" or (tag == "script" and "src" not in given):
            self.found.append(tag)
        self.found += [n for n in given if n.startswith(("on", "hx-on")) or n == "style"]
        addresses = (given.get(name) or "" for name in ("src", "href", "action"))
        self.found += [a for a in addresses if a.startswith(("http:", "https:", "//", "javascript:", "data:"))]


def test_the_parser_finds_what_is_forbidden():
    page = '<p onclick="x()" style="y"><script>z()</script><script src="https://cdn.test/x.js"></script>'
    assert Inline(page).found == ["onclick", "style", "script", "https://cdn.test/x.js"]


@pytest.mark.parametrize("path", ["/admin/", "/admin/password", "/admin/deal/details/nothing", "/admin/login"])
async def test_pages_hold_no_inline_scripts_and_strict_headers(browser: SignIn, world: World, path: str):
    client = await browser(None if path.endswith("login") else world.anna)
    answer = await client.get(path)
    assert Inline(answer.text).found == []
    policy = answer.headers["content-security-policy"]
    assert "unsafe" not in policy and "default-src 'self'" in policy and "frame-ancestors 'none'" in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "same-origin"
    assert answer.headers["x-request-id"]


def test_templates_hold_no_inline_scripts():
    for name in ENVIRONMENT.list_templates():
        source = ENVIRONMENT.loader.get_source(ENVIRONMENT, name)[0]  # type: ignore[union-attr]
        assert " style=" not in source and "<style" not in source and " onclick=" not in source, name


@pytest.mark.parametrize(
    "path",
    [
        "/admin/deal/details/not-a-uuid",
        "/admin/deal/details/0192",
        "/admin/deal/edit/1;2",
        "/admin/deal/history/%00",
        "/admin/credential/list",
        "/admin/nothing/list",
        "/admin/deal/ajax/lookup",
        "/admin/deal/export/csv",
        "/admin/statics/js/main.js",
        "/nowhere",
    ],
)
async def test_addresses_that_lead_nowhere_say_so_in_words(browser: SignIn, world: World, path: str):
    answer = await (await browser(world.admin)).get(path)
    assert answer.status_code == 404
    assert "Такой записи нет." in answer.text and answer.headers["x-request-id"] in answer.text


async def test_a_stranger_is_led_to_the_sign_in_page_and_back(browser: SignIn):
    answer = await (await browser()).get("/admin/deal/list?stage=draft&q=a")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/admin/login?next=/admin/deal/list%3Fstage%3Ddraft%26q%3Da"


async def test_a_stranger_behind_htmx_is_led_there_too(browser: SignIn):
    headers = {"HX-Request": "true", "HX-Current-URL": "http://panel.test/admin/deal/list"}
    answer = await (await browser()).get("/admin/deal/lookup", headers=headers)
    assert (answer.status_code, answer.headers["hx-redirect"]) == (401, "/admin/login?next=/admin/deal/list")


async def test_the_language_follows_the_person(browser: SignIn, world: World):
    client = await browser(world.head)
    assert "<h1>Сегодня" in (await client.get("/admin/")).text
    answer = await client.post(
        "/admin/language", data={"language": "en"}, headers={"Referer": "http://panel.test/admin/"}
    )
    assert (answer.status_code, answer.headers["location"]) == (303, "/admin/")
    assert 'lang="en"' in (page := (await client.get("/admin/")).text) and "<h1>Today" in page
    elsewhere = await browser(world.head)
    assert "<h1>Today" in (await elsewhere.get("/admin/")).text
    assert (await client.post("/admin/language", data={"language": "xx"})).status_code == 422


async def test_the_theme_stays_in_the_browser(browser: SignIn, world: World):
    client = await browser(world.anna)
    await client.post("/admin/theme", data={"theme": "dark"})
    assert 'data-bs-theme="dark"' in (await client.get("/admin/")).text


async def test_the_bar_above_searches_deals(browser: SignIn, world: World):
    answer = await (await browser(world.anna)).get("/admin/search", params={"q": "Попов & К"})
    assert answer.headers["location"].startswith("/admin/deal/list?q=%D0%9F")
    assert "%26" in answer.headers["location"]


async def test_the_menu_shows_what_one_may_list(browser: SignIn, world: World):
    assert "/admin/session/list" not in (await (await browser(world.anna)).get("/admin/")).text
    assert "/admin/session/list" in (await (await browser(world.admin)).get("/admin/")).text


async def test_static_files_are_kept_for_a_year_under_an_address_of_their_content(browser: SignIn):
    client = await browser()
    page = (await client.get("/admin/login")).text
    address = page.partition('rel="stylesheet" href="')[2].partition('"')[0].replace("vendor/tabler.min.css", "app.css")
    answer = await client.get(address)
    assert answer.status_code == 200 and "immutable" in answer.headers["cache-control"]
    assert (await client.get("/static/app.css")).headers["cache-control"] == "no-cache"
    assert (await client.get("/static/../app.py")).status_code == 404
