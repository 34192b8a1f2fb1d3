"""Rule-made lines: the database beside an oracle that tells the rules once more, over brokerages that are made up."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.types import Uuid

from models.money import split
from tests.rates.making import make
from tests.rates.oracle import Key, Oracle, Row
from tests.world import World

D = Decimal
STANDING, RULED = ("rate_percent", "base_amount", "rule_id", "origin"), ("settlement", "vat_mode", "expected_on")
LINES = text(
    "SELECT l.side, l.payment_id, l.kind, l.party, l.line_id, to_jsonb(l.was) AS was, to_jsonb(l.now) AS now"
    " FROM crm.compared_lines(:these, :remade, :missing) l"
).bindparams(bindparam("these", type_=ARRAY(Uuid())))
AT_ONCE = 1000
"""Policies of one question."""


def told(row: Row | None, side: str) -> Any:
    """A line's terms, as text that two authors write alike."""
    if row is None:
        return None
    more = RULED if side == "income" else ("payee_id", "payee_name")
    terms = {name: row.get(name) for name in (*STANDING, *more)}
    numbers = {
        name: None if row.get(name) is None else D(str(row[name])).normalize() for name in ("amount", *STANDING[:2])
    }
    return {name: None if value is None else str(value) for name, value in (terms | numbers).items()}


async def differences(
    world: World, policies: int, seed: int, remade: Sequence[str], missing: bool
) -> tuple[int, list[Any]]:
    """How many lines the two tell of, and those of which they tell otherwise."""
    brokerage = await make(world, policies, seed)
    oracle, lines, wrong = Oracle(brokerage, remade, missing), 0, []
    for first in range(0, len(brokerage.policies), AT_ONCE):
        these = brokerage.policies[first : first + AT_ONCE]
        expected: dict[tuple[Key, Any], Any] = {}
        for policy in these:
            for key, pair in oracle.lines(policy):
                line = pair.was["id"] if pair.was else None
                expected[key, line] = (told(pair.was, key.side), told(pair.now, key.side))
        async with world.database.transaction(world.olga) as work:
            asked = {"these": [policy["id"] for policy in these], "remade": list(remade), "missing": missing}
            found = {
                (Key(row.side, row.payment_id, row.kind, row.party), row.line_id): (
                    told(row.was, row.side),
                    told(row.now, row.side),
                )
                for row in await work.execute(LINES, asked)
            }
        lines += len(expected)
        wrong += [(place, expected.get(place), found.get(place)) for place in expected.keys() | found.keys()
                  if expected.get(place) != found.get(place)]  # fmt: skip
    return lines, wrong


@pytest.mark.parametrize(
    ("policies", "seed", "remade", "missing"),
    [
        (1500, 1, ("rule",), True),
        (700, 2, ("rule", "import"), False),
        (300, 3, (), True),
        pytest.param(100_000, 4, ("rule",), True, marks=pytest.mark.soak),
    ],
)
async def test_the_database_makes_lines_as_the_rules_say(
    world: World, policies: int, seed: int, remade: tuple[str, ...], missing: bool
) -> None:
    lines, wrong = await differences(world, policies, seed, remade, missing)
    assert lines > policies
    assert wrong[:3] == []


async def test_the_check_sees_a_rate_that_is_a_kopeck_off(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: an oracle that rounds half to even."""
    monkeypatch.setattr("tests.rates.oracle.rounded", lambda value: round(D(value.numerator) / D(value.denominator), 2))
    _lines, wrong = await differences(world, 300, 5, ("rule",), True)
    assert wrong


async def test_kopecks_fall_on_parts_as_in_python(world: World) -> None:
    """`crm.part_of` beside `models.money.split`: thousands of sums, up to the largest, and below zero."""
    random, asked = Random(6), []
    for _case in range(3000):
        total = D(random.choice((1, 2, 99, random.randrange(1, 10**14)))) / 100 * random.choice((1, 1, -1))
        weights = [
            D(random.randrange(1, random.choice((3, 10**4, 10**12)))) / 100 for _part in range(random.randrange(1, 13))
        ]
        asked.append((total, weights, split(total, weights)))
    statement = text(
        "SELECT crm.part_of(c.total, sum(w.w) OVER (PARTITION BY c.n ORDER BY w.i), w.w,"
        " sum(w.w) OVER (PARTITION BY c.n))"
        " FROM jsonb_to_recordset(:cases) AS c (n int, total numeric, weights jsonb)"
        " CROSS JOIN LATERAL (SELECT v::numeric AS w, i FROM jsonb_array_elements_text(c.weights)"
        " WITH ORDINALITY AS e (v, i)) AS w ORDER BY c.n, w.i"
    )
    cases = [
        {"n": n, "total": str(total), "weights": [str(w) for w in weights]}
        for n, (total, weights, _) in enumerate(asked)
    ]
    async with world.database.transaction(world.olga) as work:
        found = list(await work.scalars(statement.bindparams(bindparam("cases", cases, type_=JSONB()))))
    assert found == [part for _total, _weights, parts in asked for part in parts]
