"""Brings the demo's clients in, with their consents and what they have to insure."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any
from uuid import UUID

from models.base import Record
from models.choices import Channel, ClientKind, ContactKind, ObjectKind
from models.client import Client, ClientContact, Consent
from models.insured import Driver, InsuredObject, InsuredPerson, LoanBalance
from seeds.demo.clients import CLIENTS, THINGS, ClientSeed, ThingSeed
from seeds.demo.scene import Scene
from seeds.demo.story import Story

CONSENT = "Обработка персональных данных для подбора и сопровождения страхования"


async def bring_in(story: Story, scenes: Iterable[Scene]) -> None:
    """Each client is entered by their seller; a thing that several scenes name belongs to each scene's client."""
    for key, seed in CLIENTS.items():
        client = _client(seed, story.people[seed.seller].id)
        async with story.by(seed.seller, "client.create", 40) as work:
            work.add(client)
            await work.flush()
            work.add_all(_around(client, story))
        story.clients[key] = client.id
    for scene in scenes:
        if scene.thing and (scene.client, scene.thing) not in story.things:
            await _insure(story, scene.client, scene.thing)


def _client(seed: ClientSeed, creator: UUID) -> Client:
    return Client(
        name=seed.name,
        kind=seed.kind,
        phone=seed.phone,
        birth_date=seed.birth_date,
        inn=seed.inn,
        source=seed.source,
        created_by_id=creator,
    )


def _around(client: Client, story: Story) -> list[Record]:
    if client.kind == ClientKind.COMPANY:
        contact = ClientContact(client_id=client.id, value="+79260001122", name="Бухгалтерия", note="с 10 до 17")
        contact.kind = ContactKind.PHONE
        return [contact]
    consent = Consent(client_id=client.id, purpose=CONSENT, text_version="2025-09")
    consent.channel, consent.given_at = Channel.EMAIL, story.moment(-40)
    return [consent]


async def _insure(story: Story, client: str, thing: str) -> None:
    seed, client_id = THINGS[thing], story.clients[client]
    told: dict[str, Any] = {**seed.told}
    if "area" in told:
        told["area"] = Decimal(str(told["area"]))
    insured = InsuredObject(client_id=client_id, kind=seed.kind, title=seed.title, **told)
    async with story.by(CLIENTS[client].seller, "insured-object.create", 30) as work:
        work.add(insured)
        await work.flush()
        work.add_all(_people(seed, client_id, insured.id))
        if seed.kind == ObjectKind.MORTGAGE:
            balance = Decimal("4850000.00")
            work.add(
                LoanBalance(client_id=client_id, insured_object_id=insured.id, as_of=story.day(-30), balance=balance)
            )
    story.things[client, thing] = insured.id


def _people(seed: ThingSeed, client: UUID, insured: UUID) -> list[Record]:
    belongs = {"client_id": client, "insured_object_id": insured}
    return [
        Driver(name=name, birth_date=born, licence=licence, kbm=Decimal("0.62"), kbm_source="РСА", **belongs)
        if licence
        else InsuredPerson(name=name, birth_date=born, **belongs)
        for name, born, licence in seed.people
    ]
