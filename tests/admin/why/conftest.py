"""A small brokerage whose sums are asked about."""

from __future__ import annotations

import re
from datetime import date
from html import unescape
from typing import Any

import pytest

from admin.i18n import use_locale
from tests.admin.conftest import Browser
from tests.trade import Trade, reference_rows
from tests.world import World

HX = {"HX-Request": "true"}
GAPS = str.maketrans("\u00a0\u202f", "  ")


@pytest.fixture(scope="module")
async def trade(world: World) -> Trade:
    use_locale("ru")
    return await reference_rows(world.database)


async def why(browser: Browser, identity: str, key: Any, name: str) -> str:
    """What is said of a sum, in plain words."""
    answer = await browser.get(f"/admin/why/{identity}/{key}/{name}", headers=HX)
    assert answer.status_code == 200, (answer.status_code, answer.text[:400])
    return words(answer.text)


async def status(browser: Browser, identity: str, key: Any, name: str) -> int:
    """How the door answers."""
    return (await browser.get(f"/admin/why/{identity}/{key}/{name}", headers=HX)).status_code


def words(html: str) -> str:
    """The text of a part of a page, in one line."""
    text = unescape(re.sub(r"<[^>]+>", " ", html)).translate(GAPS)
    return re.sub(r"\s+([.,:;])", r"\1", re.sub(r"\s+", " ", text)).replace("− ", "−")


def day(value: date) -> str:
    """A day as the page writes it."""
    return f"{value:%d.%m.%Y}"
