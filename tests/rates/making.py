"""Brokerages that are made up: rules of every kind, policies, instalments, and lines that stand in every state."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from uuid_utils.compat import uuid7

from models.base import Base, scalar_defaults
from models.changes.targets import record_of_table
from tests import databases
from tests.rates.oracle import Brokerage, Row
from tests.world import World

FIRST = date(2024, 1, 1)
DAYS = 1100
PROGRAMS = (None, None, "Премиум", " эконом ", "VIP")
PLACES = (None, "г. Казань, ул. Баумана", "Москва, Тверская", "Тверь")
REGIONS = (None, None, None, "КАЗАНЬ", "твер")
CATEGORIES = (None, None, "B", "c")
MODES = ("none", "5", "7", "22")
PARTNERS = ("Автосалон", "Банк")
DAYS_OF_A_DEAL = dict.fromkeys(("stage_since", "ball_since", "next_review_at"), "2026-01-01")
LARGEST = 10**11
"""Kopecks."""


class Maker:
    """A brokerage of some size; the same seed gives the same one."""

    def __init__(self, world: World, seed: int) -> None:
        self.random, self.world = Random(seed), world
        self.all = Brokerage(*([] for _table in Brokerage._fields))

    def add(self, table: str, **values: Any) -> Row:
        """A row with a key, not in the trash."""
        row: Row = {"id": uuid7(), "deleted_at": None, **values}
        getattr(self.all, table).append(row)
        return row

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def day(self) -> date:
        return FIRST + timedelta(days=self.random.randrange(DAYS))

    def percent(self) -> Decimal:
        return Decimal(self.random.choice((0, 1, 1550, 2000, self.random.randrange(10_001)))) / 100

    def roubles(self, most: int = 10**7) -> Decimal:
        return Decimal(self.random.choice((1, 3, 99, self.random.randrange(1, most)))) / 100

    def maybe(self, values: list[Row], share: float = 0.5) -> UUID | None:
        return self.random.choice(values)["id"] if values and self.chance(share) else None

    def trashed(self, share: float = 0.03) -> str | None:
        return "2026-01-01T00:00:00+00" if self.chance(share) else None


def terms(maker: Maker, insurers: list[Row], products: list[Row]) -> None:
    """Own entities with their VAT, agreements, rules and tiers."""
    for n in range(2):
        entity = maker.add("entities", name=f"ООО {n} {uuid7()}", vat_mode=maker.random.choice(MODES))
        for day in {maker.day() for _period in range(3)}:
            maker.add("vat_periods", entity_id=entity["id"], starts_on=day, mode=maker.random.choice(MODES))
    for n in range(6):
        maker.add(
            "agreements", entity_id=maker.random.choice(maker.all.entities)["id"], number=f"{n}", starts_on=FIRST,
            insurer_id=maker.random.choice(insurers)["id"], settlement=maker.random.choice(("after_act", "withheld")),
            vat_mode=maker.random.choice((None, None, *MODES)),
        )  # fmt: skip
    for n in range(300):
        commission_rule(maker, n, insurers, products)
    for n in range(120):
        expense_rule(maker, n, insurers, products)


def in_force(maker: Maker) -> Row:
    first = maker.day()
    last = first + timedelta(days=maker.random.randrange(400)) if maker.chance(0.6) else None
    fixed = maker.roubles() if maker.chance(0.3) else None
    percent = None if fixed is not None and maker.chance(0.4) else maker.percent()
    program, renewal = maker.random.choice(PROGRAMS), maker.random.choice((None, None, True, False))
    told = {"starts_on": first, "ends_on": last, "percent": percent, "fixed_amount": fixed}
    return {**told, "program": program, "is_renewal": renewal, "deleted_at": maker.trashed(0.05)}


def commission_rule(maker: Maker, n: int, insurers: list[Row], products: list[Row]) -> None:
    rule = maker.add(
        "commission_rules", name=f"{n}", insurer_id=maker.random.choice(insurers)["id"],
        agreement_id=maker.maybe(maker.all.agreements, 0.2), product_id=maker.maybe(products),
        kind=maker.random.choice(("commission", "commission", "bonus", "fee")), region=maker.random.choice(REGIONS),
        vehicle_category=maker.random.choice(CATEGORIES), minimum_amount=maker.roubles() if maker.chance(0.2) else None,
        settlement=maker.random.choice(("after_act", "withheld")), vat_mode=maker.random.choice((None, None, *MODES)),
        **in_force(maker),
    )  # fmt: skip
    for start in {maker.roubles(10**9) for _tier in range(maker.random.choice((0, 0, 1, 3)))}:
        told = {"rule_id": rule["id"], "from_premium": start, "percent": maker.percent()}
        maker.add("commission_tiers", **told | {"deleted_at": maker.trashed(0.2)})


def expense_rule(maker: Maker, n: int, insurers: list[Row], products: list[Row]) -> None:
    kind = maker.random.choice(("client_discount", "seller_share", "executor_share", "partner_share", "other"))
    maker.add(
        "expense_rules", name=f"{n}", kind=kind, insurer_id=maker.maybe(insurers), product_id=maker.maybe(products),
        share_of=maker.random.choice(("premium", "commission")), payee_name=maker.random.choice((None, *PARTNERS)),
        **in_force(maker),
    )  # fmt: skip


def policy(maker: Maker, insurers: list[Row], products: list[Row]) -> Row:
    """A policy of a deal of its own, with up to a dozen instalments."""
    random, people = maker.random, (maker.world.anna.id, maker.world.vera.id)
    client = maker.add("clients", name="К", address=random.choice(PLACES), created_by_id=people[0])
    deal = maker.add(
        "deals", code=f"R-{uuid7()}", title="С", client_id=client["id"], seller_id=random.choice(people),
        executor_id=random.choice((None, maker.world.boris.id)), **DAYS_OF_A_DEAL,
    )  # fmt: skip
    thing = maker.add(
        "insured_objects", client_id=client["id"], title="Т", address=random.choice(PLACES),
        category=random.choice(CATEGORIES),
    )  # fmt: skip
    product, insurer = random.choice(products)["id"], random.choice(insurers)["id"]
    insured = thing["id"] if maker.chance(0.7) else None
    need = maker.add("needs", deal_id=deal["id"], product_id=product, title="П", insured_object_id=insured)
    start, premium = maker.day(), maker.roubles(LARGEST if maker.chance(0.1) else 10**8)
    made = maker.add(
        "policies", deal_id=deal["id"], need_id=need["id"], client_id=client["id"], insurer_id=insurer,
        product_id=product, agreement_id=maker.maybe(maker.all.agreements, 0.7), program=random.choice(PROGRAMS),
        number=str(uuid7()), status="issued", sale_date=maker.day() if maker.chance(0.8) else None, starts_on=start,
        ends_on=start + timedelta(days=364), premium=premium, is_renewal=maker.chance(0.5),
        commission_percent=maker.percent() if maker.chance(0.15) else None,
    )  # fmt: skip
    for n in range(random.choice((1, 1, 2, 4, 12))):
        instalment(maker, made, n + 1, start)
    return made


def instalment(maker: Maker, policy: Row, sequence: int, start: date) -> None:
    cancelled = maker.chance(0.05)
    payment = maker.add(
        "payments", deal_id=policy["deal_id"], policy_id=policy["id"], sequence=sequence,
        due_on=start + timedelta(days=30 * sequence), amount=maker.roubles(LARGEST if maker.chance(0.05) else 10**8),
        status="cancelled" if cancelled else "planned",
    )  # fmt: skip
    if payment is not None:
        payment["deleted_at"] = maker.trashed()
    for kind in ("commission", "commission", "bonus", "fee"):
        if maker.chance(0.35):
            income(maker, payment, kind)
    for kind in ("client_discount", "seller_share", "executor_share", "partner_share", "other"):
        if maker.chance(0.25):
            expense(maker, payment, kind)


def line(maker: Maker, payment: Row, kind: str) -> Row:
    told = {"deal_id": payment["deal_id"], "payment_id": payment["id"], "kind": kind, "amount": maker.roubles()}
    origin = maker.random.choice(("rule", "rule", "rule", "manual", "import", "statement"))
    rates = {"rate_percent": maker.percent(), "base_amount": payment["amount"], "rule_id": None}
    return {**told, **rates, "origin": origin, "deleted_at": maker.trashed()}


def income(maker: Maker, payment: Row, kind: str) -> None:
    status = maker.random.choice(("expected", "expected", "expected", "in_statement", "received", "partly", "disputed"))
    received = date(2026, 1, 1) if status in ("received", "partly") else None
    maker.add(
        "payment_incomes", status=status, received_on=received, settlement="after_act", vat_mode="none",
        expected_on=maker.random.choice((None, maker.day())), reverses_id=None, **line(maker, payment, kind),
    )  # fmt: skip


def expense(maker: Maker, payment: Row, kind: str) -> None:
    status = maker.random.choice(("expected", "expected", "expected", "approved", "cancelled"))
    name = maker.random.choice((None, *PARTNERS))
    maker.add("payment_expenses", status=status, payee_id=None, payee_name=name, **line(maker, payment, kind))


async def make(world: World, policies: int, seed: int) -> Brokerage:
    """Make a brokerage up and write it, in place of an earlier one; rules that overlap others are left out."""
    maker = Maker(world, seed)
    insurers = [{"id": uuid7(), "name": f"Страховщик {uuid7()}"} for _n in range(4)]
    products = [{"id": uuid7(), "slug": f"{uuid7()}", "name": f"Вид {uuid7()}"} for _n in range(4)]
    terms(maker, insurers, products)
    engine = create_async_engine(databases.url(world.database.engine.url.database or ""))
    async with engine.begin() as connection:
        await connection.execute(text("SET LOCAL session_replication_role = replica"))
        await connection.execute(text("UPDATE crm.expense_rules SET deleted_at = now()"))
        for table, rows in (("insurers", insurers), ("products", products)):
            await _insert(connection, table, rows)
        for _n in range(policies):
            policy(maker, insurers, products)
        for table, rows in maker.all._asdict().items():
            kept = await _insert(connection, table, rows)
            rows[:] = [row for row in rows if row["id"] in kept]
        await connection.execute(text("ANALYZE"))
    await engine.dispose()
    return maker.all


async def _insert(connection: Any, table: str, rows: list[Row]) -> set[UUID]:
    record = record_of_table(f"crm.{table}")
    assert record is not None
    defaults = dict(scalar_defaults(record))
    names = [c.name for c in Base.metadata.tables[f"crm.{table}"].columns if c.name in {*rows[0], *defaults}]
    kept: set[UUID] = set()
    for first in range(0, len(rows), 20_000):
        told = [{**defaults, **row} for row in rows[first : first + 20_000]]
        columns = ", ".join(names)
        statement = (
            f"INSERT INTO crm.{table} ({columns}) SELECT {columns}"
            f" FROM jsonb_populate_recordset(NULL::crm.{table}, :rows)"
            f"{' ON CONFLICT DO NOTHING' if 'rule' in table else ''} RETURNING id"
        )
        found = await connection.execute(text(statement), {"rows": json.dumps(told, default=str)})
        kept |= {row.id for row in found}
    return kept
