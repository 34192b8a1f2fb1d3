"""Who is where, of any record: told to those who see it when it is told, without asking the database who says it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from admin.app import Application
from admin.auth import cookies
from admin.auth.tokens import form_token
from admin.streams import presence
from models.actor import Actor
from models.catalogue import Insurer
from models.deal import Deal
from models.payment import Income
from models.people import Role, User
from tests import databases
from tests.admin.streams.conftest import PATIENCE, Ear, Listen, Told
from tests.stories import Story, made, story
from tests.world import World


@pytest.fixture(scope="module")
async def deal(world: World) -> Story:
    return await story(world.database, world.anna, "присутствия")


@pytest.fixture(scope="module")
async def income(world: World, deal: Story) -> UUID:
    keys = {"deal_id": deal.deal, "payment_id": deal.payment, "kind": "bonus"}
    return (await made(world.database, world.olga, Income, amount=Decimal(500), **keys)).id


class Desk:
    """A person's stream, and their way to say what is on the screen."""

    def __init__(self, ear: Ear, client: httpx.AsyncClient, token: str) -> None:
        self.ear, self._client, self._csrf = ear, client, form_token(token)
        self.handle = ear.heard[0]["data"]["stream"]

    async def shows(self, *open_: str, csrf: str = "", handle: str = "") -> int:
        """Say that this is on the screen now; the answer's status."""
        answer = await self._client.post(
            f"/streams/here?stream={handle or self.handle}",
            content="&".join(f"open={one}" for one in open_),
            headers={"X-CSRF-Token": csrf or self._csrf},
        )
        return answer.status_code

    async def sees(self, *people: tuple[Actor, tuple[str, ...]]) -> Told:
        """Wait until exactly these are told to be there, with what they write in."""
        wanted = [(person.name, list(fields)) for person, fields in people]
        return await self.ear.until(
            lambda told: (
                told["event"] == "presence"
                and [(one["name"], one["fields"]) for one in told["data"]["people"]] == wanted
            )
        )


@asynccontextmanager
async def desk(listen: Listen, panel: Application, served: str, who: Actor, **asked: str) -> AsyncIterator[Desk]:
    token = (await panel.state.sessions.open(who)).token
    cookie = {"Cookie": f"{cookies.SESSION}={token}"}
    async with httpx.AsyncClient(base_url=served, timeout=PATIENCE, headers=cookie) as client:
        yield Desk(await listen(who, token=token, **asked), client, token)


async def test_who_looks_at_a_list_hears_who_writes_where_and_that_they_have_left(
    listen: Listen, panel: Application, served: str, world: World, income: UUID
) -> None:
    async with (
        desk(listen, panel, served, world.anna, list="income") as anna,
        desk(listen, panel, served, world.vera, list="income") as vera,
        desk(listen, panel, served, world.olga) as olga,
    ):
        assert await olga.shows(f"income/{income}/amount") == 204
        told = await anna.sees((world.olga, ("amount",)))
        assert (told["data"]["identity"], told["data"]["record_id"]) == ("income", str(income))
        assert await olga.shows(f"income/{income}/not_a_field", "income/none", "nothing/at/all") == 204
        await anna.sees((world.olga, ()))
        assert await olga.shows() == 204
        await anna.sees()
        assert await olga.shows(f"income/{income}") == 204
        await anna.sees((world.olga, ()))
        await olga.ear.response.aclose()
        await anna.sees()
        assert "presence" not in [one["event"] for one in vera.ear.heard]


async def test_a_field_that_one_may_not_read_is_not_told(
    listen: Listen, panel: Application, served: str, world: World, income: UUID
) -> None:
    """Boris sees the record and the field, until the role loses the field; then only that somebody is there."""
    async with (
        desk(listen, panel, served, world.olga) as olga,
        desk(listen, panel, served, world.anna, list="income") as anna,
    ):
        await olga.shows(f"income/{income}/amount")
        await anna.sees((world.olga, ("amount",)))
        async with (
            granted(world, world.anna, "-income.amount:read"),
            desk(listen, panel, served, world.anna, list="income") as again,
        ):
            await again.sees((world.olga, ()))


@asynccontextmanager
async def granted(world: World, who: Actor, grant: str) -> AsyncIterator[None]:
    """Their role with one grant more."""

    async def turn(grants: list[str] | None) -> list[str]:
        async with world.database.transaction(world.admin, action="role.update") as work:
            role = await work.get_record(Role, (await work.get_record(User, who.id)).role_id)
            before, role.grants = list(role.grants), grants or [*role.grants, grant]
        return before

    before = await turn(None)
    yield
    await turn(before)


async def test_who_loses_the_record_hears_no_more_and_is_told_no_more(
    listen: Listen, panel: Application, served: str, world: World, deal: Story, income: UUID
) -> None:
    """The stream stays the same; only the row's policies have changed. The head's stream is the control."""
    await hand(world, deal, world.boris.id)
    async with (
        desk(listen, panel, served, world.boris, list="income") as boris,
        desk(listen, panel, served, world.head, list="income") as head,
        desk(listen, panel, served, world.olga) as olga,
    ):
        await olga.shows(f"income/{income}/amount")
        await boris.sees((world.olga, ("amount",)))
        await head.sees((world.olga, ("amount",)))
        await hand(world, deal, None)
        await olga.shows(f"income/{income}/note")
        await head.sees((world.olga, ("note",)))
        await boris.sees()  # who was shown is taken back, once
        heard = len(boris.ear.heard)
        await olga.shows(f"income/{income}/amount")
        await head.sees((world.olga, ("amount",)))
        await boris.shows(f"income/{income}")
        await olga.shows(f"income/{income}/kind")
        await head.sees((world.olga, ("kind",)))
        await hand(world, deal, world.boris.id)
        await boris.ear.until(lambda told: told["event"] == "change")
        assert [one for one in boris.ear.heard[heard:] if one["event"] == "presence"] == []


async def hand(world: World, deal: Story, executor: UUID | None) -> None:
    async with world.database.transaction(world.anna, action="deal.update") as work:
        (await work.get_record(Deal, deal.deal)).executor_id = executor


async def test_what_hangs_on_no_deal_changes_under_those_who_look_at_it(
    listen: Listen, panel: Application, served: str, world: World
) -> None:
    """A reference record: in its list one hears of the change, beside it one hears nothing."""
    kept = await made(world.database, world.admin, Insurer, name="Партнёр")
    here, elsewhere = await listen(world.admin, list="insurer"), await listen(world.admin, list="deal")
    async with world.database.transaction(world.admin, action="insurer.update") as work:
        (await work.get_record(Insurer, kept.id)).name = "Партнёр и сын"
    told = await here.until(lambda one: one["event"] == "change" and one["data"]["record_id"] == str(kept.id))
    assert (told["data"]["identity"], told["data"]["op"]) == ("insurer", "update")
    async with world.database.transaction(world.anna, action="deal.update") as work:
        row = await work.scalar(text("SELECT id FROM crm.deals LIMIT 1"))
        (await work.get_record(Deal, row)).title = "После партнёра"
    await elsewhere.until(lambda one: one["event"] == "change" and one["data"]["record_id"] == str(row))
    assert str(kept.id) not in str(elsewhere.heard)


async def test_a_browser_that_says_nothing_any_more_is_gone_in_seconds(
    listen: Listen, panel: Application, served: str, world: World, income: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its connection stands, as after a power cut; one that goes on saying so stays."""
    monkeypatch.setattr(presence, "SILENT_SECONDS", 2.0)
    monkeypatch.setattr(presence, "REFRESH_SECONDS", 0.5)
    async with (
        desk(listen, panel, served, world.anna, list="income") as anna,
        desk(listen, panel, served, world.olga, open=f"income/{income}") as olga,
        desk(listen, panel, served, world.head, open=f"income/{income}") as head,
    ):
        await anna.sees((world.head, ()), (world.olga, ()))

        async def goes_on() -> None:
            while True:
                await head.shows(f"income/{income}")
                await asyncio.sleep(0.3)

        living = asyncio.create_task(goes_on())
        await anna.sees((world.head, ()))
        living.cancel()
        assert not olga.ear.response.is_closed


async def test_only_the_own_page_says_it_and_no_session_lives_by_it(
    listen: Listen, panel: Application, served: str, world: World, income: UUID
) -> None:
    async with desk(listen, panel, served, world.olga, list="income") as olga:
        assert await olga.shows(f"income/{income}", csrf="0" * 64) == 403
        assert await olga.shows(f"income/{income}", handle="unknown") == 204
        await stale(world, world.olga)
        assert await olga.shows(f"income/{income}") == 204
        await olga.sees((world.olga, ()))
        assert not await lives(world, world.olga)
        said = [await olga.shows() for _ in range(60)]
        assert set(said) == {204, 429}
    async with httpx.AsyncClient(base_url=served) as stranger:
        assert (await stranger.post(f"/streams/here?stream={olga.handle}")).status_code == 401


async def stale(world: World, who: Actor) -> None:
    """Their sessions as if they had been quiet for two minutes."""
    owner = create_async_engine(databases.url(str(world.database.engine.url.database), "crm_owner"))
    async with owner.begin() as work:
        await work.execute(text("SELECT set_config('app.actor_id', :id, true)"), {"id": str(world.admin.id)})
        await work.execute(
            text("UPDATE auth.sessions SET last_seen_at = now() - interval '2 minutes' WHERE user_id = :who"),
            {"who": who.id},
        )
    await owner.dispose()


async def lives(world: World, who: Actor) -> bool:
    owner = create_async_engine(databases.url(str(world.database.engine.url.database), "crm_owner"))
    async with owner.connect() as work:
        seen = text("SELECT max(last_seen_at) > now() - interval '1 minute' FROM auth.sessions WHERE user_id = :who")
        found = bool(await work.scalar(seen, {"who": who.id}))
    await owner.dispose()
    return found
