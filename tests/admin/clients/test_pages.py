"""A client's page and its parts, duplicates as one types, merging with a comparison."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import update

from models import clock
from models.client import Client, Consent
from models.client.merging import Apart
from models.deal import Deal
from models.deal.stages import Lose
from models.errors import Refused
from models.payment import Payment
from models.people import Role
from models.policy import Policy
from tests.admin.conftest import SignIn
from tests.trade import Begun, Trade, add, begin, do, drafted, get, reference_rows, rows
from tests.world import World

HX = {"HX-Request": "true"}


@pytest.fixture(scope="module")
async def trade(world: World) -> Trade:
    return await reference_rows(world.database)


@pytest.fixture(scope="module")
async def served(world: World, trade: Trade) -> tuple[Begun, Policy]:
    """Anna's client with a policy whose instalment is overdue."""
    begun = await begin(
        world, trade, name="Всё О Клиенте", phone="+79167778899", inn="500100732259", passport="4509 123456"
    )
    policy = await drafted(world, begun, trade.ingos, "50000.00", starts_on=clock.today() + timedelta(days=1))
    (payment,) = await rows(world, Payment, Payment.policy_id == policy.id)
    async with world.database.transaction(world.anna, action="payment.update") as work:
        found = await work.get_record(Payment, payment.id)
        found.due_on = work.today - timedelta(days=3)
    return begun, policy


async def test_everything_of_a_client_stands_on_one_page(
    world: World, served: tuple[Begun, Policy], browser: SignIn
) -> None:
    begun, policy = served
    page = (await (await browser(world.anna)).get(f"/admin/client/details/{begun.client}")).text
    for told in ("tel:+79167778899", "500100732259", "4509 123456", str(begun.deal), str(policy.id), "КАСКО"):
        assert told in page
    assert "50\u00a0000,00" in page and "просрочено" in page and "Нет согласия" in page
    assert f"/admin/intake?client={begun.client}" in page
    for child in ("insured-object", "client-contact", "consent", "document"):
        assert f"/admin/client/children/{begun.client}/{child}" in page


async def test_a_page_is_for_those_who_see_the_client_and_keeps_what_a_role_may_not_read(
    world: World, served: tuple[Begun, Policy], browser: SignIn
) -> None:
    begun, _policy = served
    address = f"/admin/client/details/{begun.client}"
    assert (await (await browser(world.vera)).get(address)).status_code == 404
    assert (await (await browser(world.vera)).get(f"/admin/clients/{begun.client}/part/owed")).status_code == 404
    assert (await (await browser()).get(address)).status_code in (303, 401)
    async with world.database.transaction(world.admin) as work:
        taken = Role.grants.op("||")(["-client.passport:read"])
        await work.execute(update(Role).where(Role.slug == "seller").values(grants=taken))
    boris, anna = await browser(world.boris), await browser(world.anna)
    assert "4509 123456" in (await boris.get(address)).text
    assert "4509 123456" not in (await anna.get(address)).text


async def test_a_payment_leaves_the_list_of_what_is_owed(world: World, trade: Trade, browser: SignIn) -> None:
    begun = await begin(world, trade, name="Должник")
    policy = await drafted(world, begun, trade.ingos, "12000.00")
    (payment,) = await rows(world, Payment, Payment.policy_id == policy.id)
    anna, part = await browser(world.anna), f"/admin/clients/{begun.client}/part/owed"
    assert str(payment.id) in (await anna.get(part, headers=HX)).text
    paid = {"pk": str(payment.id), "paid_on": clock.today().isoformat(), "amount": ""}
    assert (await anna.post("/admin/payment/verb/pay", data=paid, headers=HX)).status_code == 200
    assert str(payment.id) not in (await anna.get(part, headers=HX)).text


async def test_a_lost_client_is_marked_and_a_consent_is_told(world: World, trade: Trade, browser: SignIn) -> None:
    begun = await begin(world, trade, name="Ушедший")
    await do(world, world.anna, Deal, begun.deal, "lose", Lose(reason="Дорого"))
    given = Consent(client_id=begun.client, purpose="Страхование", text_version="1", given_at=clock.now())
    await add(world, world.anna, given)
    page = (await (await browser(world.anna)).get(f"/admin/client/details/{begun.client}")).text
    assert "Вернуть клиента" in page or "Win back" in page or "верн" in page.lower()
    assert "Согласие от" in page and "Нет согласия" not in page


async def test_a_likeness_is_told_in_the_form_of_a_client(world: World, trade: Trade, browser: SignIn) -> None:
    begun = await begin(world, trade, name="Похожий Клиент", phone="+79160009988")
    anna = await browser(world.anna)
    alike = await anna.post("/admin/clients/like", data={"phone": "8 916 000-99-88"}, headers=HX)
    assert "Похожий Клиент" in alike.text
    itself = await anna.post(
        "/admin/clients/like", data={"phone": "8 916 000-99-88", "but": str(begun.client)}, headers=HX
    )
    assert "Похожий" not in itself.text
    assert "likeness" in (await anna.get("/admin/client/create")).text


async def test_a_pair_is_compared_merged_and_taken_apart_again(world: World, trade: Trade, browser: SignIn) -> None:
    one = await begin(world, trade, name="Дубль Первый", phone="+79161110000", email="one@example.ru")
    two = await begin(world, trade, name="Дубль Второй", phone="+79161110000", email="two@example.ru")
    head, anna = await browser(world.head), await browser(world.anna)
    assert f"/admin/clients/{one.client}/merge/{two.client}" in (await head.get("/admin/clients/duplicates")).text
    address = f"/admin/clients/{one.client}/merge/{two.client}"
    assert (await anna.get(address)).status_code == 403
    comparison = (await head.get(address)).text
    assert "one@example.ru" in comparison and "two@example.ru" in comparison and "take.email" in comparison
    assert "take.phone" not in comparison
    done = await head.post(address, data={"take.email": "theirs"})
    assert done.headers["location"] == f"/admin/client/details/{one.client}"
    assert (await get(world, world.anna, Client, one.client)).email == "two@example.ru"
    assert await deal_client(world, two.deal) == one.client
    page = (await head.get(f"/admin/client/details/{one.client}")).text
    assert (await head.post(address, data={})).status_code == 303
    assert (await (await browser(world.admin)).post(address, data={})).status_code == 409
    undo = page.split("/admin/undo/")[1][:36]
    await head.post(f"/admin/undo/{undo}")
    assert await deal_client(world, two.deal) == two.client
    assert (await get(world, world.anna, Client, one.client)).email == "one@example.ru"


async def deal_client(world: World, deal: UUID) -> UUID:
    """Whose deal it is."""
    found: UUID = (await get(world, world.olga, Deal, deal)).client_id
    return found


async def test_a_call_for_a_merged_client_is_with_the_one_who_stayed(
    world: World, trade: Trade, browser: SignIn
) -> None:
    stays = await begin(world, trade, name="Оставшийся")
    goes = await begin(world, trade, name="Слитый")
    head = await browser(world.admin)
    await head.post(f"/admin/clients/{stays.client}/merge/{goes.client}", data={})
    page = (await head.get(f"/admin/intake?client={goes.client}")).text
    assert f'name="client_id" value="{stays.client}"' in page
    assert "Оставшийся" in (await head.get(f"/admin/client/details/{goes.client}")).text


async def test_the_address_of_a_duplicate_leads_to_the_one_who_stayed(
    world: World, trade: Trade, browser: SignIn
) -> None:
    stays = await begin(world, trade, name="Адрес Остался")
    goes = await begin(world, trade, name="Адрес Ушёл")
    old = f"/admin/client/details/{goes.client}"
    anna, vera = await browser(world.anna), await browser(world.vera)
    assert (await anna.get(old)).status_code == 200
    await (await browser(world.head)).post(f"/admin/clients/{stays.client}/merge/{goes.client}", data={})
    moved = await anna.get(old)
    assert (moved.status_code, moved.headers["location"]) == (303, f"/admin/client/details/{stays.client}")
    assert (await vera.get(old)).status_code == 404


async def test_a_pair_told_apart_is_listed_no_more_until_it_is_undone(
    world: World, trade: Trade, browser: SignIn
) -> None:
    one = await begin(world, trade, name="Мать Общая", phone="+79162220000")
    two = await begin(world, trade, name="Сын Общий", phone="+79162220000")
    head, listed = await browser(world.head), f"/admin/clients/{one.client}/merge/{two.client}"
    assert listed in (await head.get("/admin/clients/duplicates")).text
    data = {"pk": str(one.client), "other_id": str(two.client)}
    anna = await browser(world.anna)
    assert (await anna.post("/admin/client/verb/tell-apart", data=data)).status_code == 403
    with pytest.raises(Refused, match="from themselves"):
        await do(world, world.head, Client, one.client, "tell_apart", Apart(other_id=one.client))
    done = await head.post("/admin/client/verb/tell-apart?back=/admin/clients/duplicates", data=data)
    assert (done.status_code, done.headers["location"]) == (303, "/admin/clients/duplicates")
    page = (await head.get("/admin/clients/duplicates")).text
    assert listed not in page
    assert (await head.post(f"/admin/undo/{page.split('/admin/undo/')[1][:36]}")).status_code == 303
    assert listed in (await head.get("/admin/clients/duplicates")).text
