"""A brokerage's workbook in the database: all of it, and once."""

from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import text

from jobs.portfolio import Portfolio, totals
from jobs.portfolio.writing import Written
from models.clock import today
from tests.seeds.brokerage import bring_in, command, number, picture
from tests.world import World

GAPS = (
    "WITH cover AS (SELECT covered_until, ends_on, lead(due_on) OVER (PARTITION BY policy_id ORDER BY due_on) AS next"
    " FROM crm.payments JOIN crm.policies p ON p.id = policy_id)"
    " SELECT count(*) FROM cover WHERE covered_until IS DISTINCT FROM coalesce(next - 1, ends_on)"
)
LAPSED = (
    "SELECT count(*) FROM crm.deals d WHERE EXISTS (SELECT FROM crm.policies p WHERE p.deal_id = d.id)"
    " AND NOT EXISTS (SELECT FROM crm.policies p WHERE p.deal_id = d.id AND p.ends_on >= :today)"
)


@pytest.fixture(scope="module")
async def brought(brokerage: World, sample_data: Path) -> tuple[Portfolio, Written]:
    """The sample, in the module's database."""
    return await bring_in(brokerage.database, brokerage.admin, sample_data / "portfolio.xlsx")


async def test_what_is_written_makes_the_totals(brokerage: World, brought: tuple[Portfolio, Written]) -> None:
    portfolio, written = brought
    sums = totals(portfolio)
    count = {kind: written.counts[kind] for kind in ("client", "policy", "payment")}
    assert count == {"client": sums["clients"], "policy": sums["policies"], "payment": sums["payments"]}
    queries = {
        "policies": "SELECT count(*) FROM crm.policies",
        "premium": "SELECT sum(premium) FROM crm.policies",
        "paid": "SELECT count(*) FROM crm.payments WHERE paid_amount > 0",
        "kv_received": "SELECT sum(received_amount) FROM crm.payment_incomes",
    }
    stored = {name: await number(brokerage.database, brokerage.admin, query) for name, query in queries.items()}
    assert {name: str(value) for name, value in stored.items()} == {name: str(sums[name]) for name in queries}
    derived = await number(brokerage.database, brokerage.admin, "SELECT sum(incomes_received) FROM crm.payments")
    assert derived == Decimal(str(sums["kv_received"]))


async def test_lapsed_deals_are_closed_and_the_others_have_a_review_date(
    brokerage: World, brought: tuple[Portfolio, Written]
) -> None:
    lapsed = await number(brokerage.database, brokerage.admin, LAPSED, today=today())
    closed = "SELECT count(*) FROM crm.deals WHERE stage = 'closed' AND win_back AND next_review_at IS NULL"
    live = "SELECT count(*) FROM crm.deals WHERE stage = 'won' AND NOT win_back AND next_review_at IS NOT NULL"
    assert lapsed == await number(brokerage.database, brokerage.admin, closed) > 0
    everything = await number(brokerage.database, brokerage.admin, "SELECT count(*) FROM crm.deals")
    assert await number(brokerage.database, brokerage.admin, live) == everything - lapsed > 0


async def test_people_are_found_by_their_first_names_and_see_their_own(
    brokerage: World, brought: tuple[Portfolio, Written]
) -> None:
    portfolio, _ = brought
    deals = "SELECT count(*), count(*) FILTER (WHERE seller_id = :me), count(executor_id) FROM crm.deals"
    named = {policy.seller for policy in portfolio.policies if policy.verdict.taken}
    for name, person in (("Анна", brokerage.anna), ("Вера", brokerage.vera)):
        async with brokerage.database.transaction(person) as work:
            seen, own, executed = (await work.execute(text(deals), {"me": person.id})).one()
        assert seen == own
        assert (own > 0, executed > 0) == (name in named, name in named)


async def test_a_policy_has_its_agreement_and_its_cover(brokerage: World, brought: tuple[Portfolio, Written]) -> None:
    bare = await number(brokerage.database, brokerage.admin,
        "SELECT count(*) FROM crm.policies p WHERE agreement_id IS NULL AND EXISTS (SELECT FROM crm.agreements a"
        " WHERE a.insurer_id = p.insurer_id AND a.starts_on <= coalesce(p.sale_date, p.starts_on))")  # fmt: skip
    gaps = await number(brokerage.database, brokerage.admin, GAPS)
    assert (bare, gaps) == (0, 0)


async def test_the_same_file_twice_writes_nothing(
    brokerage: World, brought: tuple[Portfolio, Written], sample_data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = await picture(brokerage.database, brokerage.admin)
    printed = await command(
        brokerage.database, capsys, command="import", file=sample_data / "portfolio.xlsx", person="", yes=True
    )
    assert printed["action"] is None
    assert await picture(brokerage.database, brokerage.admin) == before
