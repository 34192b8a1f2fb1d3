"""What an import leaves when it is taken back, fails or is refused: nothing."""

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from jobs.portfolio import read_portfolio
from jobs.portfolio.writing import Written, write
from models.clock import today
from models.deal import Deal
from models.errors import Denied, Problem
from models.undo import Stale
from tests.seeds.brokerage import bring_in, command, number, picture, take_back
from tests.world import World


async def test_the_command_prints_the_verdicts_and_writes_nothing_unasked(
    brokerage: World, sample_data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = await picture(brokerage.database, brokerage.admin)
    printed = await command(
        brokerage.database, capsys, command="import", file=sample_data / "portfolio.xlsx", person="", yes=False
    )
    truth = json.loads((sample_data / "truth.json").read_text())
    assert (set(printed), printed["action"], printed["totals"]) == ({"action", "rows", "totals"}, None, truth["totals"])
    assert len(printed["rows"]) == sum(len(truth[kind]["rows"]) for kind in ("clients", "policies", "payments"))
    assert await picture(brokerage.database, brokerage.admin) == before


async def test_undo_restores_the_database(
    brokerage: World, sample_data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = await picture(brokerage.database, brokerage.admin)
    printed = await command(
        brokerage.database, capsys, command="import", file=sample_data / "portfolio.xlsx",
        person="admin@demo.local", yes=True,
    )  # fmt: skip
    assert await picture(brokerage.database, brokerage.admin) != before
    undone = await command(brokerage.database, capsys, command="undo", action=printed["action"])
    assert undone["records"] > 100
    assert await picture(brokerage.database, brokerage.admin) == before


@pytest.mark.parametrize("table", ["clients", "deals", "payment_incomes"])
async def test_a_failure_half_way_leaves_nothing(
    brokerage: World, sample_data: Path, cluster: Any, table: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jobs.portfolio.writing.BATCH", 10)
    before = await picture(brokerage.database, brokerage.admin)
    portfolio = read_portfolio(sample_data / "portfolio.xlsx", today())
    name = brokerage.database.engine.url.database
    made = await number(brokerage.database, brokerage.admin, f"SELECT count(*) FROM crm.{table}")
    spoil = (
        "CREATE FUNCTION public.spoil() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN"
        f" IF (SELECT count(*) FROM crm.{table}) > {made + 12} THEN RAISE check_violation; END IF; RETURN NULL; END $$;"
        f" CREATE TRIGGER spoil AFTER INSERT ON crm.{table} FOR EACH STATEMENT EXECUTE FUNCTION public.spoil()"
    )
    cluster.psql(spoil, database=name)
    try:
        with pytest.raises(Problem):
            await write(brokerage.database, brokerage.admin, portfolio)
    finally:
        cluster.psql(f"DROP TRIGGER spoil ON crm.{table}; DROP FUNCTION public.spoil()", database=name)
    assert await picture(brokerage.database, brokerage.admin) == before


async def test_undo_is_refused_where_somebody_has_gone_on_working(brokerage: World, sample_data: Path) -> None:
    _, written = await bring_in(brokerage.database, brokerage.admin, sample_data / "portfolio.xlsx")
    async with brokerage.database.transaction(brokerage.olga, action="deal.update") as work:
        deal = (await work.scalars(select(Deal).limit(1))).one()
        deal.title = "Уже в работе"
        edit = work.action_id
    with pytest.raises(Stale) as refused:
        await take_back(brokerage.database, brokerage.admin, written)
    assert brokerage.olga.name in str(refused.value)
    await take_back(brokerage.database, brokerage.admin, Written(edit))
    await take_back(brokerage.database, brokerage.admin, written)


async def test_a_seller_may_not_import(brokerage: World, sample_data: Path) -> None:
    before = await picture(brokerage.database, brokerage.admin)
    with pytest.raises(Denied):
        await bring_in(brokerage.database, brokerage.anna, sample_data / "portfolio.xlsx")
    assert await picture(brokerage.database, brokerage.admin) == before
