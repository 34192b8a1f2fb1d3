"""Conditions of an address: groups, inversions, days that stay relative, columns along keys, and their rights."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from starlette.datastructures import QueryParams

from admin.views.base import View
from admin.views.listing.asked import asked
from admin.views.listing.dates import SPANS, is_span, span
from admin.views.listing.fields import may_read
from admin.views.listing.offered import parts_of
from admin.views.registry import load, view_named
from models import clock
from models.actor import Actor
from models.rights import Rights
from tests.admin.conftest import SignIn
from tests.admin.listing.conftest import FIRST_DAY, Shelf
from tests.admin.listing.test_hidden_fields import less

AGO = (date(2026, 1, 31), date(2026, 1, 1), date(2028, 2, 29), date(2026, 12, 31))


async def keys(shelf: Shelf, actor: Actor, address: str, identity: str = "deal") -> set[Any]:
    return {row[0] for row in (await shelf.find(actor, identity, f"{address}&per=200")).rows}


async def test_a_row_fits_one_of_the_groups_and_what_stands_beside_them(shelf: Shelf) -> None:
    anna = shelf.world.anna
    won, alone = await keys(shelf, anna, "stage=won"), await keys(shelf, anna, "executor_id=empty")
    both = await keys(shelf, anna, "or.1.stage=won&or.2.executor_id=empty")
    assert both == won | alone and won - alone and alone - won
    assert await keys(shelf, anna, "or.1.stage=won&or.1.executor_id=empty") == won & alone
    titled = await keys(shelf, anna, "title=осаго")
    assert await keys(shelf, anna, "title=осаго&or.1.stage=won&or.2.executor_id=empty") == both & titled
    assert await keys(shelf, anna, "or.1.stage=won&or.7.stage=nothing") == won


@pytest.mark.parametrize("nonsense", ["or.1.stage=nonsense&or.1.title=осаго", "or.1.stage=nonsense&or.2.title=осаго"])
async def test_what_makes_no_sense_in_one_list_leaves_no_trace_in_the_next(shelf: Shelf, nonsense: str) -> None:
    anna = shelf.world.anna
    titled = await keys(shelf, anna, "title=осаго")
    again = nonsense.partition("&")[2]
    for first, second in ((nonsense, again), (f"{again}&sort=code", f"{nonsense}&sort=code")):
        assert titled == await keys(shelf, anna, first) == await keys(shelf, anna, second)
    nobody = await keys(shelf, anna, f"{again}&{again.partition('=')[0]}.not=1")
    assert nobody and not nobody & titled


async def test_an_inverted_condition_has_all_other_rows(shelf: Shelf) -> None:
    anna = shelf.world.anna
    everything = await keys(shelf, anna, "")
    for condition in ("stage=won&stage=lost", "executor_id=filled", "title=осаго", "next_review_at.from=2026-03-04",
                      "policy:deal_id:premium.from=1002", "client_id.inn=empty"):  # fmt: skip
        name = condition.partition("=")[0].removesuffix(".from")
        these, others = await keys(shelf, anna, condition), await keys(shelf, anna, f"{condition}&{name}.not=1")
        assert these and others, condition
        assert (these | others, these & others) == (everything, set()), condition


async def test_what_has_nothing_at_the_end_of_a_path_is_empty(shelf: Shelf) -> None:
    anna = shelf.world.anna
    empty, filled = [await keys(shelf, anna, f"executor_id.team_id={one}") for one in ("empty", "filled")]
    assert await keys(shelf, anna, "executor_id=empty") <= empty
    assert (empty | filled, empty & filled) == (await keys(shelf, anna, ""), set())


async def test_days_are_counted_from_the_day_on_which_the_list_is_looked_at(shelf: Shelf) -> None:
    anna = shelf.world.anna
    ago = (clock.today() - FIRST_DAY).days
    found = await keys(shelf, anna, f"ends_on.ago={ago - 3}&ends_on=", "policy")
    assert found == await keys(shelf, anna, f"ends_on.from={FIRST_DAY + timedelta(days=3)}", "policy")
    assert len(found) == 3
    assert found == await keys(shelf, anna, f"ends_on=last_{ago - 3}", "policy")
    assert not await keys(shelf, anna, "ends_on.within=30", "policy")


@pytest.mark.parametrize("today", AGO)
def test_spans_join_and_lie_where_their_names_say(today: date) -> None:
    day = timedelta(days=1)
    for what in ("week", "month", "quarter", "year"):
        (_, before), (first, last), (after, _) = (span(f"{one}_{what}", today) for one in ("last", "this", "next"))
        assert before and first and last and after
        assert before + day == first <= today <= last == after - day
    assert span("overdue", today) == (None, today - day) and span("ahead", today) == (today, None)
    assert span("next_45", today) == (today, today + 45 * day)
    assert not any(map(is_span, ("next_0", "next_", "next_99999", "last_x", "soon"))) and all(map(is_span, SPANS))


@pytest.mark.parametrize("typed", ["or.1.stage=nothing", "tint.red.stage=nothing", "ends_on.within=soon", "or.9.x=1",
                                   "or.0.stage=won", "or.1.or.2.stage=won", "stage.within=3", "created_at.ago=0",
                                   "or.1.created_at.from=x", "group=nothing", "group=title", "density=none",
                                   "sort=stage,nothing", "sort=,,&sort=-", "tint.pink.stage=won",
                                   "or.1.stage.not=1"])  # fmt: skip
async def test_nonsense_shows_the_list(shelf: Shelf, browser: SignIn, typed: str) -> None:
    page = await (await browser(shelf.world.anna)).get(f"/admin/deal/list?{typed}")
    assert page.status_code == 200 and "row-link" in page.text


@pytest.mark.parametrize("prefix", ["or.1.", "tint.red."])
async def test_hidden_fields_are_no_condition_of_a_group(shelf: Shelf, prefix: str) -> None:
    anna = shelf.world.anna
    for identity, name in (("client", "phone"), ("deal", "client_id.phone"), ("deal", "policy:deal_id:number")):
        query = QueryParams(f"{prefix}{name}=7")
        seen = asked(view_named(identity), query, anna.rights)
        assert (seen.alternatives or seen.tints)[0][1]
        hidden = asked(view_named(identity), query, less(anna).rights)
        assert not any(filters for _prefix, filters in (*hidden.alternatives, *hidden.tints))
        assert [one.parameter for one in hidden.senseless] == [f"{prefix}{name}"]


async def test_only_readable_fields_are_offered_and_given(shelf: Shelf, browser: SignIn) -> None:
    anna = await browser(shelf.world.anna)
    for field, status in (("stage", 200), ("client_id.source", 200), ("policy:deal_id:ends_on", 200),
                          ("password_hash", 404), ("nothing", 404), ("seller_id.phone", 404),
                          ("event:deal_id:type", 404)):  # fmt: skip
        answer = await anna.get("/admin/deal/condition", params={"prefix": "or.2.", "field": field})
        assert (field, answer.status_code) == (field, status)
        assert status != 200 or f'name="or.2.{field}' in answer.text
    assert (await anna.get("/admin/deal/condition?prefix=nothing.&field=stage")).status_code == 404
    assert not may_read(view_named("deal"), "seller_id.phone", shelf.world.anna.rights)
    assert "seller_id.phone" not in offered(view_named("deal"), shelf.world.anna.rights)


def offered(view: View, rights: Rights) -> list[str]:
    return [field.name for part in parts_of(view, rights) for field in part.fields]


@pytest.mark.parametrize("identity", sorted(one for one, view in load().items() if not view.is_sealed))
async def test_every_field_that_is_offered_can_be_asked_for(shelf: Shelf, identity: str) -> None:
    admin = shelf.world.admin
    names = offered(view_named(identity), admin.rights)
    assert names
    for start in range(0, len(names), 8):
        group = "&".join(f"or.{n}.{name}=empty" for n, name in enumerate(names[start : start + 8], start=1))
        wanted = asked(view_named(identity), QueryParams(group), admin.rights)
        assert len(wanted.alternatives) == len(names[start : start + 8])
        await shelf.find(admin, identity, group)


async def test_rows_have_the_tone_of_the_first_rule_that_they_fit_and_say_so(shelf: Shelf, browser: SignIn) -> None:
    anna = await browser(shelf.world.anna)
    page = await anna.get("/admin/deal/list?tint.red.stage=won&tint.green.executor_id=empty&per=200&sort=-code,stage")
    won, alone = [await keys(shelf, shelf.world.anna, one) for one in ("stage=won", "executor_id=empty")]
    rows = re.findall(r'<tr class="([^"]*)"><', page.text)
    assert sum("tone-red" in one for one in rows) == len(won) > 0
    assert sum("tone-green" in one for one in rows) == len(alone - won) > 0
    assert page.text.count('<i class="swatch') == 2
