"""One change set for every door: merged field by field, nothing lost, nothing forged."""

import asyncio
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from models.changes import Change, Merged, apply, create, trash, wire
from models.client import Client
from models.deal import Deal, JournalEntry, Need
from models.errors import Conflict, Denied, Invalid, NotFound, Refused
from models.payment import Expense, Income, Payment
from models.policy import Policy
from tests.stories import Story, made, story
from tests.world import World


@pytest.fixture(scope="module")
async def deal(world: World) -> Story:
    return await story(world.database, world.anna, "перемен")


async def save(world: World, actor: Any, record: Any, key: UUID, seen: dict[str, Any], new: dict[str, Any]) -> Merged:
    async with world.database.transaction(actor, action=f"{record.__identity__}.update") as work:
        return await apply(work, Change(record, key, seen, new))


async def read(world: World, record: Any, key: UUID) -> Any:
    async with world.database.transaction(world.admin) as work:
        return await work.get_record(record, key)


async def test_changes_of_different_fields_are_merged_and_told(world: World) -> None:
    client = await made(world.database, world.anna, Client, name="Двое пишут")
    seen = {"phone": "", "email": "", "note": ""}
    await save(world, world.admin, Client, client.id, seen, {"phone": "8 (929) 827-75-34"})
    merged = await save(world, world.anna, Client, client.id, seen, {"phone": "", "email": "a@b.ru"})
    assert set(merged.changed) == {"email"}
    assert [(kept.field, kept.value, kept.who) for kept in merged.kept] == [("phone", "+79298277534", "Админ")]
    row = await read(world, Client, client.id)
    assert (row.phone, row.email) == ("+79298277534", "a@b.ru")


async def test_a_clash_writes_nothing_and_shows_all_three_values(world: World) -> None:
    client = await made(world.database, world.anna, Client, name="Спор", note="исходно")
    seen = {"note": "исходно", "source": ""}
    await save(world, world.admin, Client, client.id, seen, {"note": "их"})
    with pytest.raises(Conflict) as refused:
        await save(world, world.anna, Client, client.id, seen, {"note": "моё", "source": "сайт"})
    clash = refused.value.fields["note"]
    assert (clash.mine, clash.theirs, clash.original) == ("моё", "их", "исходно")
    assert (await read(world, Client, client.id)).source is None
    assert refused.value.msgid.startswith("Somebody else")
    with pytest.raises(Conflict, match="yourself"):
        await save(world, world.admin, Client, client.id, seen, {"note": "ещё раз"})


async def test_the_same_change_twice_is_no_clash(world: World) -> None:
    client = await made(world.database, world.anna, Client, name="Одинаково")
    for actor in (world.admin, world.anna):
        merged = await save(world, actor, Client, client.id, {"note": ""}, {"note": "звонить"})
    assert merged.changed == {}


async def test_concurrent_writers_lose_nothing(world: World) -> None:
    client = await made(world.database, world.anna, Client, name="Двадцать писателей", note="0")

    async def append(number: int) -> None:
        while True:
            async with world.database.transaction(world.anna) as work:
                seen = (await work.get_record(Client, client.id)).note or ""
            try:
                await save(world, world.anna, Client, client.id, {"note": seen}, {"note": f"{seen} {number}"})
            except Conflict:
                continue
            return

    await asyncio.gather(*(append(number) for number in range(1, 13)))
    written = (await read(world, Client, client.id)).note.split()
    assert sorted(written, key=int) == [str(number) for number in range(13)]


@pytest.mark.parametrize(
    "field", ["stage", "next_review_at", "id", "code", "created_at", "deleted_at", "seller_id", "nope"]
)
async def test_what_no_person_writes_is_refused(world: World, deal: Story, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        await save(world, world.anna, Deal, deal.deal, {}, {field: "won"})
    assert list(refused.value.fields) == [field]


async def test_derived_totals_and_the_parent_are_refused(world: World, deal: Story) -> None:
    for field in ("incomes_expected", "deal_id", "policy_id", "status", "paid_amount"):
        with pytest.raises(Invalid):
            await save(world, world.anna, Payment, deal.payment, {}, {field: "1"})


async def test_every_wrong_value_has_its_own_sentence(world: World, deal: Story) -> None:
    new = {"premium": "сто", "starts_on": "31.02.2026", "insurer_id": "x", "deductible_kind": "?", "ends_on": ""}
    with pytest.raises(Invalid) as refused:
        await save(world, world.anna, Policy, deal.policy, {}, new)
    assert set(refused.value.fields) == set(new)


async def test_russian_spellings_are_read(world: World, deal: Story) -> None:
    new = {"premium": "98 400,50 ₽", "ends_on": "31 декабря 2030 г.", "plan": "40/20/20/20", "is_renewal": "true"}
    merged = await save(world, world.anna, Policy, deal.policy, {}, new)
    row = merged.record
    assert (row.premium, row.ends_on.isoformat()) == (Decimal("98400.50"), "2030-12-31")
    assert (row.plan, row.is_renewal) == ("40-20-20-20", True)


@pytest.mark.parametrize(("field", "value"), [("phone", "123"), ("inn", "7707083894"), ("email", "нет"), ("kpp", "1")])
async def test_a_bad_identifier_is_marked(world: World, field: str, value: str) -> None:
    with pytest.raises(Invalid) as refused:
        await made(world.database, world.anna, Client, name="Плохие номера", **{field: value})
    assert list(refused.value.fields) == [field]


async def test_a_key_must_be_seen_by_the_writer(world: World, deal: Story) -> None:
    foreign = await story(world.database, world.vera, "чужое")
    with pytest.raises(Invalid) as refused:
        await save(world, world.anna, Deal, deal.deal, {}, {"client_id": str(foreign.client)})
    assert "client_id" in refused.value.fields
    with pytest.raises(Invalid):
        await made(world.database, world.anna, JournalEntry, deal_id=foreign.deal, body="подброшено")
    with pytest.raises(Invalid) as elsewhere:
        second = await made(world.database, world.anna, Deal, client_id=deal.client, title="Второе")
        await made(
            world.database, world.anna, Payment, deal_id=second.id, policy_id=deal.policy, due_on="01.02.2030", amount=1
        )
    assert "policy_id" in elsewhere.value.fields


async def test_what_is_not_seen_is_not_found(world: World, deal: Story) -> None:
    with pytest.raises(NotFound):
        await save(world, world.vera, Deal, deal.deal, {}, {"title": "моё"})
    with pytest.raises(NotFound):
        async with world.database.transaction(world.vera) as work:
            await trash(work, Deal, deal.deal)


async def test_the_right_to_change_is_asked_first(world: World, deal: Story) -> None:
    from models.catalogue import Insurer

    with pytest.raises(Denied):
        await save(world, world.anna, Insurer, deal.insurer, {}, {"name": "Наш"})


async def test_a_deal_opens_whole(world: World, deal: Story) -> None:
    row = await read(world, Deal, deal.deal)
    async with world.database.transaction(world.anna) as work:
        today = work.today
    assert row.code == f"D-{today:%Y}-{int(row.code[-5:]):05d}"
    assert (row.seller_id, row.stage, row.next_review_at is not None) == (world.anna.id, "draft", True)


async def test_the_maker_is_the_actor_whatever_is_posted(world: World, deal: Story) -> None:
    entry = await made(world.database, world.anna, JournalEntry, deal_id=deal.deal, body="звонил")
    assert entry.author_id == world.anna.id
    with pytest.raises(Invalid):
        await made(world.database, world.anna, JournalEntry, deal_id=deal.deal, body="он", author_id=world.boris.id)


async def test_a_form_sent_twice_makes_one_record(world: World, deal: Story) -> None:
    key = uuid4()

    async def send() -> UUID:
        async with world.database.transaction(world.anna, action="journal-entry.create") as work:
            return (await create(work, JournalEntry, {"deal_id": deal.deal, "body": "раз"}, id=key)).id

    assert set(await asyncio.gather(send(), send(), send())) == {key}
    async with world.database.transaction(world.anna) as work:
        assert await work.scalar(text("SELECT count(*) FROM crm.deal_journal WHERE body = 'раз'")) == 1


async def test_a_new_need_is_called_by_its_product(world: World, deal: Story) -> None:
    assert (await read(world, Need, deal.need)).title == "КАСКО перемен"


async def test_settled_money_is_not_edited(world: World, deal: Story) -> None:
    values = {"deal_id": deal.deal, "payment_id": deal.payment, "amount": "100"}
    income = await made(world.database, world.olga, Income, **values)
    async with world.database.transaction(world.olga, action="income.receive") as work:
        row = await work.get_record(Income, income.id, lock=True)
        asks = Income.__verbs__["receive"].asks
        assert asks is not None
        await Income.__verbs__["receive"].do(row, work.act(), asks(received_on=work.today, amount=None))
    with pytest.raises(Refused):
        await save(world, world.olga, Income, income.id, {"amount": "100.00"}, {"amount": "200"})
    merged = await save(world, world.olga, Income, income.id, {"note": ""}, {"note": "по акту"})
    assert "note" in merged.changed
    with pytest.raises(Refused):
        async with world.database.transaction(world.olga) as work:
            await trash(work, Income, income.id)


async def test_what_lies_in_the_trash_is_not_edited(world: World, deal: Story) -> None:
    values = {"deal_id": deal.deal, "payment_id": deal.payment, "amount": "50"}
    expense = await made(world.database, world.anna, Expense, **values)
    async with world.database.transaction(world.anna, action="expense.trash") as work:
        await trash(work, Expense, expense.id)
    with pytest.raises(Refused):
        await save(world, world.anna, Expense, expense.id, {}, {"note": "поздно"})


@pytest.mark.parametrize(
    ("value", "spelling"),
    [(None, ""), (Decimal("5"), "5.00"), (True, "true"), (["a", "b"], "a\nb"), (" x\r\ny ", "x\ny")],
)
def test_a_value_has_one_spelling(value: object, spelling: str) -> None:
    assert wire(value) == spelling
