"""What is left as it is says why; rights are the person's own, for each record and each field."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from models import clock
from models.actor import Actor
from models.deal import Deal
from models.errors import Denied, Invalid, NotFound
from models.many.change import BulkStatus, Verdict
from models.many.steps import step_of
from models.payment import Payment
from models.rights import rights
from tests.crowd import apply, deals_of, picture, preview, reasons, tick, verdicts
from tests.many.conftest import Paid
from tests.trade import get
from tests.world import World

ALREADY = "Nothing would change: it is so already."
TRASHED = "This record is in the trash; restore it first."
GONE = "You no longer see this record, or it is gone."


async def step(world: World, who: Actor, identity: str, keys: list[UUID], what: str, told: Any = None) -> Any:
    return await preview(world, who, await tick(world, who, identity, keys), what, told)


async def test_each_that_is_left_says_why(world: World) -> None:
    """Of six deals one is closed, one in the trash, one has the executor already, one is another team's."""
    keys = await deals_of(world, world.anna, 5)
    foreign = await deals_of(world, world.vera, 1)
    async with world.database.transaction(world.admin, action="deal.update") as work:
        lost, trashed, given = [await work.get_record(Deal, key, lock=True) for key in keys[:3]]
        await Deal.__verbs__["lose"].do(lost, work.act(), Deal.__verbs__["lose"].asks(reason="дорого"))
        await Deal.__verbs__["trash"].do(trashed, work.act())
        given.executor_id = world.boris.id
    chosen = [*keys, *foreign]
    change = await step(world, world.head, "deal", chosen, "hand_off", {"executor_id": str(world.boris.id)})
    wrong_state = "“Hand off for calculation” is not possible now: the state is “lost”."
    assert await reasons(world, world.head, change) == {wrong_state: 1, TRASHED: 1, GONE: 1}
    assert (change.status, change.will, change.skipped, change.done) == (BulkStatus.READY, 3, 3, 0)
    transfer = await step(world, world.head, "deal", keys, "transfer", {"executor_id": str(world.boris.id)})
    assert await reasons(world, world.head, transfer) == {TRASHED: 1, ALREADY: 1}
    assert transfer.will == 3


async def test_a_preview_writes_nothing(world: World) -> None:
    keys = await deals_of(world, world.anna, 4)
    async with world.database.transaction(world.admin) as work:
        events = await work.scalar(text("SELECT count(*) FROM audit.events"))
        tasks = await work.scalar(text("SELECT count(*) FROM tasks.tasks"))
    before = await picture(world, "crm.deals", keys)
    change = await step(world, world.anna, "deal", keys, "hand_off")
    assert change.will == 4 and await picture(world, "crm.deals", keys) == before
    async with world.database.transaction(world.admin) as work:
        assert events == await work.scalar(text("SELECT count(*) FROM audit.events"))
        assert tasks == await work.scalar(text("SELECT count(*) FROM tasks.tasks"))


async def test_a_closed_month_is_told_before(world: World, paid: Paid) -> None:
    """Two instalments are paid today; the month of another day is closed."""
    keys = [one.id for one in paid.instalments[1:3]]
    closed = {"paid_on": paid.closed_day.isoformat(), "amount": ""}
    change = await step(world, world.olga, "payment", keys, "pay", closed)
    assert await reasons(world, world.olga, change) == {
        f"{paid.closed_day:%m.%Y} is closed; money in it no longer moves.": 2
    }
    change = await step(world, world.olga, "payment", keys, "pay", {"paid_on": clock.today().isoformat(), "amount": ""})
    assert (change.will, (await apply(world, world.olga, change)).done) == (2, 2)
    assert {(await get(world, world.olga, Payment, key)).status for key in keys} == {"paid"}


async def test_fields_get_one_value_and_are_emptied(world: World) -> None:
    keys = await deals_of(world, world.anna, 3)
    async with world.database.transaction(world.anna, action="deal.update") as work:
        (await work.get_record(Deal, keys[0], lock=True)).source = "Сайт"
    change = await step(world, world.anna, "deal", keys, "edit", {"source": "Сайт", "title": "Осень"})
    assert (change.will, (await apply(world, world.anna, change)).done) == (3, 3)
    rows = [await get(world, world.anna, Deal, key) for key in keys]
    assert {(row.source, row.title) for row in rows} == {("Сайт", "Осень")}
    change = await step(world, world.anna, "deal", keys, "edit", {"source": ""})
    assert (await apply(world, world.anna, change)).done == 3
    assert {(await get(world, world.anna, Deal, key)).source for key in keys} == {None}
    again = await step(world, world.anna, "deal", keys, "edit", {"source": ""})
    assert await reasons(world, world.anna, again) == {ALREADY: 3}


@pytest.mark.parametrize(
    ("what", "told", "problem"),
    [
        ("edit", {"stage": "won"}, Invalid),
        ("edit", {"seller_id": str(UUID(int=1))}, Invalid),
        ("edit", {"code": "D-1"}, Invalid),
        ("edit", {"nothing": "x"}, Invalid),
        ("close", {}, NotFound),
        ("nothing", {}, NotFound),
        ("transfer", {"seller_id": "x"}, Invalid),
        ("hand_off", {"due_on": "32.13.2026"}, Invalid),
    ],
)
async def test_what_only_verbs_change_and_what_cannot_be_read_is_refused(
    world: World, what: str, told: dict[str, str], problem: type[Exception]
) -> None:
    with pytest.raises(problem):
        step_of("deal", what, told, world.head)


async def test_a_step_needs_its_right_and_a_field_its_own(world: World) -> None:
    with pytest.raises(Denied):
        step_of("deal", "transfer", {}, world.boris)
    for taken, told in (("-deal:update", {"title": "x"}), ("-deal.source:write", {"source": "x"})):
        poorer = replace(world.anna, rights=rights((*world.anna.rights.grants, taken)))
        with pytest.raises(Denied):
            step_of("deal", "edit", told, poorer)
        assert step_of("deal", "edit", told, world.anna)


async def test_rights_are_those_of_the_moment_that_a_row_is_worked_off(world: World) -> None:
    """Who loses the right between the preview and the end changes nothing more."""
    keys = await deals_of(world, world.anna, 2)
    change = await step(world, world.anna, "deal", keys, "edit", {"source": "Сайт"})
    poorer = replace(world.anna, rights=rights((*world.anna.rights.grants, "-deal:update")))
    with pytest.raises(Denied):
        await apply(world, poorer, change)
    assert {(await get(world, world.anna, Deal, key)).source for key in keys} == {None}


async def test_who_gives_deals_away_sees_no_more_than_before(world: World) -> None:
    """The scope that a giving verb takes ends with its row: Anna's next row is still hers or nobody's."""
    mine, foreign = await deals_of(world, world.anna, 1), await deals_of(world, world.vera, 3)
    told = {"seller_id": str(world.boris.id)}
    change = await step(world, world.anna, "deal", [*mine, *foreign], "transfer", told)
    assert (change.will, change.skipped) == (1, 3)
    change = await apply(world, world.anna, change)
    assert await verdicts(world, world.anna, change) == {
        mine[0]: Verdict.DONE, **dict.fromkeys(foreign, Verdict.SKIPPED),
    }  # fmt: skip
    assert {(await get(world, world.admin, Deal, key)).seller_id for key in foreign} == {world.vera.id}


async def test_a_defect_at_one_row_is_told_and_the_others_are_done(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = await deals_of(world, world.anna, 4)
    body = Deal.put_off

    def stumbling(self: Any, act: Any, asked: Any) -> None:
        if self.id == keys[1]:
            raise KeyError("defect")
        body(self, act, asked)

    verb = replace(Deal.__verbs__["put_off"], body=stumbling)
    monkeypatch.setitem(Deal.__verbs__, "put_off", verb)
    change = await step(world, world.anna, "deal", keys, "put_off", {"review_on": "2031-01-01"})
    assert change.will == 3
    (said,) = await reasons(world, world.anna, change)
    assert said.startswith("Something went wrong with this record.")
    change = await apply(world, world.anna, change)
    assert change.done == 3
    assert {str((await get(world, world.anna, Deal, key)).review_on) for key in keys} == {"2031-01-01", "None"}


async def test_what_only_the_commit_refuses_is_left_alone_too(world: World) -> None:
    """A check at the end of the transaction refuses one row of a batch; the others of the batch are done."""
    keys = await deals_of(world, world.anna, 5)
    change = await step(world, world.anna, "deal", keys, "edit", {"source": "Сайт"})
    async with world.database.transaction(world.admin) as work:
        code = (await work.get_record(Deal, keys[2])).code
    await as_owner(
        world,
        "CREATE FUNCTION crm.refuse_late() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" IF NEW.code = '{code}' THEN RAISE EXCEPTION 'late' USING ERRCODE = 'check_violation'; END IF; RETURN NULL;"
        " END $$; CREATE CONSTRAINT TRIGGER late AFTER UPDATE ON crm.deals DEFERRABLE INITIALLY DEFERRED"
        " FOR EACH ROW EXECUTE FUNCTION crm.refuse_late()",
    )
    change = await apply(world, world.anna, change)
    await as_owner(world, "DROP TRIGGER late ON crm.deals; DROP FUNCTION crm.refuse_late()")
    assert (change.status, change.done, change.skipped) == (BulkStatus.DONE, 4, 1)
    found = await verdicts(world, world.anna, change)
    assert [key for key in keys if found[key] == Verdict.SKIPPED] == [keys[2]]
    assert (await get(world, world.anna, Deal, keys[2])).source is None


async def as_owner(world: World, statements: str) -> None:
    """Change the schema."""
    import asyncpg
    from sqlalchemy.engine import make_url

    from jobs.embedded import libpq_address
    from tests import databases

    url = databases.url(world.database.engine.url.database or "", "crm_owner")
    connection = await asyncpg.connect(libpq_address(make_url(url)))
    await connection.execute(statements)
    await connection.close()
