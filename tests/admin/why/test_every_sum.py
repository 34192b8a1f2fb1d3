"""Every sum of every page answers: the columns of all entities, those of tomorrow included, and all that pages show."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from admin.views.base import View
from admin.views.registry import load
from admin.why.asking import money_columns
from models.policy import Policy
from models.session import Database
from tests import databases
from tests.access.rows import plant
from tests.admin.conftest import Browser, SignIn
from tests.admin.why.conftest import HX
from tests.trade import Trade, begin, drafted, issue
from tests.world import World

BUTTON = re.compile(r'<button type="button" class="why" data-why="([^"]+)">.*?</button>', re.DOTALL)
LINK = re.compile(r"/admin/([a-z-]+)/details/([0-9a-f-]{36})")
ROW = re.compile(r"<tr.*?(?=<tr|</table>)", re.DOTALL)
NOT_SUMS = re.compile(
    r"<a [^>]*>.*?</a>|<(h1|thead|label|legend|dt|summary|option|time|script|style)\b.*?</\1>|<input[^>]*>|<[^>]*>",
    re.DOTALL,
)
"""What names a record leads to it, where its sums answer; labels and headings name a unit."""


@pytest.fixture(scope="module")
async def planted(world: World, database: Database) -> dict[str, UUID]:
    """A row in every table, made by the owner of the schema behind the panel's back."""
    engine = create_async_engine(databases.url(str(database.engine.url.database), "crm_owner"))
    async with engine.begin() as connection:
        await connection.execute(text("SELECT set_config('app.actor_id', :id, true)"), {"id": str(world.admin.id)})
        found = await plant(connection, world.anna, world.boris)
    await engine.dispose()
    return found


@pytest.fixture(scope="module")
async def policy(world: World, trade: Trade) -> Policy:
    policy = await drafted(world, await begin(world, trade), trade.ingos, "100001.01", plan="40-20-20-20")
    await issue(world, policy)
    return policy


def views() -> Iterator[View]:
    """Everything that has pages."""
    return (view for view in load().values() if not view.is_sealed)


async def test_every_money_column_of_every_entity_answers(
    world: World, planted: dict[str, UUID], browser: SignIn
) -> None:
    """Whether it has an explainer or not; a column that is added tomorrow has its history without a line of ours."""
    admin = await browser(world.admin)
    asked = [(view, name) for view in views() for name in money_columns(view) if view.table.fullname in planted]
    assert len(asked) >= 25 and {view.identity for view, _name in asked} >= {"income", "policy", "loan-balance"}
    for view, name in asked:
        answer = await admin.get(f"/admin/why/{view.identity}/{planted[view.table.fullname]}/{name}", headers=HX)
        assert answer.status_code == 200 and 'id="why-title"' in answer.text, (view.identity, name, answer.status_code)


async def test_every_sum_that_a_page_shows_is_a_button_and_answers(
    world: World, planted: dict[str, UUID], policy: Policy, browser: SignIn
) -> None:
    """Lists, records, their sections, clients, comparison, Today: no sum without its answer, no answer that fails."""
    admin = await browser(world.admin)
    keys = {name: [key] for name, key in planted.items()} | {
        "crm.deals": [policy.deal_id, planted["crm.deals"]],
        "crm.policies": [policy.id, planted["crm.policies"]],
        "crm.clients": [policy.client_id],
    }
    paths = ["/admin/", "/admin/?who=team", f"/admin/deal/{policy.deal_id}/compare"]
    for view in views():
        paths.append(f"/admin/{view.identity}/list")
        paths += [f"/admin/{view.identity}/details/{key}" for key in keys.get(view.table.fullname, [])]
    paths += [
        f"/admin/{view.identity}/children/{key}/{child.identity}"
        for view in views()
        for key in keys.get(view.table.fullname, [])[:1]
        for child in view.children
        if child.identity in load()
    ]
    answered: set[str] = set()
    for path in paths:
        answered |= await sums_of(admin, path, answered)
    assert len(answered) > 40


THEIR_OWN = "/admin/bulk-change/details/"
"""A step for many is the page of who asked for it."""


async def sums_of(browser: Browser, path: str, known: set[str]) -> set[str]:
    """The answers that a page's sums lead to, each asked for once. Fails for a sum that is no button."""
    answer = await browser.get(path, headers=HX if "/children/" in path else {})
    if answer.status_code == 403 or path.startswith(THEIR_OWN):
        return set()
    assert answer.status_code in (200, 303), path
    main = answer.text.partition("<main")[2].partition("</main>")[0] or answer.text
    bare = NOT_SUMS.sub(" ", BUTTON.sub("", main))
    assert "₽" not in unescape(bare), (path, unescape(bare)[max(0, unescape(bare).find("₽") - 400) :][:420])
    found = set(addresses(main)) - known
    for address in found:
        told = await browser.get(f"/admin/why/{address}", headers=HX)
        assert told.status_code == 200, (path, address)
    return found


def addresses(main: str) -> Iterator[str]:
    """What the buttons ask for, as `js/why.js` reads it: in full, or a field of the record that the row links first."""
    for told in BUTTON.findall(main):
        if "/" in told:
            yield told
    for row in ROW.findall(main):
        link = LINK.search(row)
        for told in BUTTON.findall(row):
            if "/" not in told:
                assert link, row[:200]
                yield f"{link[1]}/{link[2]}/{told}"
