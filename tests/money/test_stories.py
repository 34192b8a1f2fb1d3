"""Random plans, rates, shares, endorsements and early ends: the program, the definitions and PostgreSQL agree."""

from __future__ import annotations

import json
from decimal import Decimal
from random import Random

import pytest
from sqlalchemy import text

from models.money import money
from tests.money.stories import Told, tell
from tests.world import World

SHORT, LONG, BATCH = 600, 100_000, 5_000
PERCENTS = text(
    "SELECT count(*) FILTER (WHERE round(c.amount * c.percent / 100, 2) <> c.result), count(*)"
    " FROM jsonb_to_recordset(CAST(:cases AS jsonb)) AS c (amount numeric, percent numeric, result numeric)"
)
SPLITS = text("""
    WITH cases AS (
        SELECT c.n, c.total, w.weight, p.part, w.at
        FROM jsonb_to_recordset(CAST(:cases AS jsonb)) AS c (n int, total numeric, weights jsonb, parts jsonb)
        CROSS JOIN LATERAL (SELECT value::numeric, ordinality FROM jsonb_array_elements_text(c.weights) WITH ORDINALITY)
            AS w (weight, at)
        JOIN LATERAL (SELECT value::numeric, ordinality FROM jsonb_array_elements_text(c.parts) WITH ORDINALITY)
            AS p (part, at) ON p.at = w.at
    ), due AS (
        SELECT *, round(CAST(total * sum(weight) OVER so_far AS numeric(80, 40)) / sum(weight) OVER every, 2) AS upto
        FROM cases WINDOW every AS (PARTITION BY n),
            so_far AS (PARTITION BY n ORDER BY at ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
    ), made AS (
        SELECT part, upto - lag(upto, 1, 0) OVER (PARTITION BY n ORDER BY at) AS result FROM due
    )
    SELECT count(*) FILTER (WHERE part <> result), count(*) FROM made
""")
"""Cumulative rounding as PostgreSQL does it; the quotient needs its digits, else it is rounded twice."""


async def different_in_postgresql(world: World, stories: list[Told]) -> tuple[int, int]:
    """How many results PostgreSQL has otherwise, of how many: all cases as one set."""
    percents = [
        {"amount": str(amount), "percent": str(percent), "result": str(result)}
        for told in stories
        for amount, percent, result in told.percents
    ]
    splits = [(total, weights, parts) for told in stories for total, weights, parts in told.splits]
    sets = [
        {"n": n, "total": str(total), "weights": list(map(str, weights)), "parts": list(map(str, parts))}
        for n, (total, weights, parts) in enumerate(splits)
    ]
    wrong = all_of = 0
    async with world.database.transaction(world.anna) as work:
        for statement, cases in ((PERCENTS, percents), (SPLITS, sets)):
            one, of = (await work.execute(statement, {"cases": json.dumps(cases)})).one()
            wrong, all_of = wrong + one, all_of + of
    return wrong, all_of


async def told_many(world: World, number: int, seed: int) -> dict[str, int]:
    """Tell that many stories; how many steps and sums there were, and how many differed."""
    dice, found = Random(seed), {"stories": 0, "steps": 0, "differences": 0, "sums": 0, "PostgreSQL": 0}
    while found["stories"] < number:
        batch = [tell(dice) for _ in range(min(BATCH, number - found["stories"]))]
        wrong, sums = await different_in_postgresql(world, batch)
        steps = [(ours, theirs) for told in batch for ours, theirs in zip(told.ours, told.theirs, strict=True)]
        differing = [pair for pair in steps if pair[0] != pair[1]]
        assert not differing, differing[0]
        found = {
            "stories": found["stories"] + len(batch), "steps": found["steps"] + len(steps),
            "differences": found["differences"] + len(differing), "sums": found["sums"] + sums,
            "PostgreSQL": found["PostgreSQL"] + wrong,
        }  # fmt: skip
    return found


async def test_the_program_the_definitions_and_postgresql_agree(world: World) -> None:
    found = await told_many(world, SHORT, seed=1)
    assert found["steps"] > 4 * SHORT and found["sums"] > 8 * SHORT
    assert (found["differences"], found["PostgreSQL"]) == (0, 0)


@pytest.mark.soak
async def test_a_hundred_thousand_stories(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    found = await told_many(world, LONG, seed=20261126)
    with capsys.disabled():
        print(found)
    assert (found["differences"], found["PostgreSQL"]) == (0, 0)


async def test_another_rounding_would_be_seen(world: World) -> None:
    """Negative control: halves to the even kopeck, and the rest on the last part."""
    told = Told()
    told.percents.append((Decimal("84287.965"), Decimal(100), Decimal("84287.96")))
    told.splits.append((Decimal("100.00"), [Decimal(1)] * 3, [Decimal("33.33"), Decimal("33.33"), Decimal("33.34")]))
    assert await different_in_postgresql(world, [told]) == (3, 4)
    assert money("84287.965") == Decimal("84287.97")
