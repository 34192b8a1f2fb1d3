"""A deal with variants of a need."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from models import clock
from models.calculation import Calculation
from tests.trade import Begun, Trade, add, begin, reference_rows, variant
from tests.world import World

COMMISSION = Decimal("17.77")


@dataclass(frozen=True)
class Offered:
    """The deal and its variants by what they are."""

    begun: Begun
    cheap: UUID
    dear: UUID
    refused: UUID
    expired: UUID


@pytest.fixture(scope="module")
async def trade(world: World) -> Trade:
    return await reference_rows(world.database)


@pytest.fixture
async def offered(world: World, trade: Trade) -> Offered:
    """Two variants that can be had, one that the insurer refused, one that has expired."""
    begun = await begin(world, trade, name="Щёкина Юлия Ивановна")
    day = clock.today()

    def made(insurer: UUID, premium: str | None, status: str, **more: object) -> Calculation:
        told = {"commission_percent": COMMISSION, "valid_until": day + timedelta(days=9)} | more
        return variant(begun, begun.kasko, insurer, premium, status=status, **told)

    rows = {
        "cheap": made(trade.vsk, "98400.50", "ready", plan="50-50", program="Классика", sum_insured=Decimal(2_000_000)),
        "dear": made(trade.ingos, "101250", "offered", deductible=Decimal(30000), deductible_kind="unconditional"),
        "refused": made(trade.reso, None, "refused", refusal_reason="машина старше десяти лет"),
        "expired": made(trade.reso, "90000", "offered", valid_until=day - timedelta(days=1)),
    }
    await add(world, world.anna, *rows.values())
    return Offered(begun, **{name: row.id for name, row in rows.items()})
