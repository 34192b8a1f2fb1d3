"""Addresses that somebody has made up: the list stands, and says what it left out."""

from __future__ import annotations

import base64
import json
from typing import Any
from uuid import UUID

import pytest

from admin.views.registry import load
from tests.admin.conftest import SignIn
from tests.admin.listing.conftest import Shelf

KEY = str(UUID(int=7))
FORGED: tuple[Any, ...] = (
    "", "x", "\x00", "\ud800", "1e999999", "-1e400", "1e-999999", "NaN", "Infinity", "9" * 40, "9" * 5000, "-1", "2.5",
    "0001-01-01", "9999-12-31T23:59:59", "9999-12-31T23:59:59.999999+00:00", "0001-01-01T00:00:00+14:00", "25:00",
    "12:00", KEY, "True", None, 5, 1e308, True, [], {}, [[1]],
)  # fmt: skip
COLUMNS = (
    "payment/amount", "payment/sequence", "payment/due_on", "payment/status", "payment/created_at", "payment/policy_id",
    "policy/start_time", "policy/commission_percent", "policy/is_renewal", "policy/number", "client/name", "deal/id",
    "event/xid", "event/seq", "event/epoch", "event/at", "action/at", "telegram-link/chat_id", "vehicle/nothing",
)  # fmt: skip
"""One of each type that a list may be sorted by."""


def cursor(value: Any, key: Any = KEY) -> str:
    told = json.dumps([value, key])
    return base64.urlsafe_b64encode(told.encode()).decode().rstrip("=")


@pytest.mark.parametrize("place", [one for one in COLUMNS if one.partition("/")[0] in load()])
async def test_a_forged_place_shows_the_list(shelf: Shelf, browser: SignIn, place: str) -> None:
    identity, _, column = place.partition("/")
    admin = await browser(shelf.world.admin)
    for value in FORGED:
        for way, sort in (("after", column), ("before", f"-{column}")):
            query = {way: cursor(value), "sort": sort, "page": "9"}
            answer = await admin.get(f"/admin/{identity}/list", params=query)
            assert answer.status_code == 200, (value, way, answer.text[-300:])


@pytest.mark.parametrize("nonsense", ["after=AAAA", "before=%25", "page=-1", "per=0", "sort=nothing", "sort=-id;drop"])
async def test_what_makes_no_sense_is_told(shelf: Shelf, browser: SignIn, nonsense: str) -> None:
    anna = await browser(shelf.world.anna)
    assert "chip-wrong" in (await anna.get(f"/admin/deal/list?{nonsense}")).text
    assert "chip-wrong" not in (await anna.get("/admin/deal/list?page=1&per=50&sort=-code")).text


@pytest.mark.parametrize("deep", ["[" * 20_000, "9" * 20_000])
async def test_a_bottomless_place_shows_the_list(shelf: Shelf, browser: SignIn, deep: str) -> None:
    told = base64.urlsafe_b64encode(deep.encode()).decode()
    answer = await (await browser(shelf.world.anna)).get("/admin/deal/list", params={"after": told})
    assert answer.status_code == 200 and "chip-wrong" in answer.text
