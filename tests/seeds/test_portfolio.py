import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from jobs.portfolio import Portfolio, read_portfolio, verdicts_json
from tests.seeds.dirty_workbook import write_sample

TODAY = date(2026, 11, 1)


def assert_true(portfolio: Portfolio, folder: Path) -> None:
    truth = json.loads((folder / "truth.json").read_text())
    kinds = ("clients", "policies", "payments")
    for kind, records in zip(kinds, (portfolio.clients, portfolio.policies, portfolio.payments), strict=True):
        told = {record.row: str(record.verdict) for record in records}
        assert told == {row["row"]: row.get("verdict", "ok") for row in truth[kind]["rows"]}, kind
    assert verdicts_json(portfolio)["totals"] == truth["totals"]


def test_each_row_of_the_sample_is_judged_as_its_truth_says(sample_data: Path) -> None:
    portfolio = read_portfolio(sample_data / "portfolio.xlsx", TODAY)
    assert_true(portfolio, sample_data)
    rows = verdicts_json(portfolio)["rows"]
    assert {row["sheet"] for row in rows} == set(portfolio.sheets)


@pytest.mark.parametrize("seed", range(50))
def test_each_row_of_any_dirty_workbook_is_judged_right(seed: int, tmp_path: Path) -> None:
    write_sample(tmp_path, seed)
    assert_true(read_portfolio(tmp_path / "portfolio.xlsx", TODAY), tmp_path)


def test_duplicates_and_payments_find_their_records(sample_data: Path) -> None:
    portfolio = read_portfolio(sample_data / "portfolio.xlsx", TODAY)
    for client in portfolio.clients:
        assert (client.original is not None) == (client.verdict == "duplicate")
        assert client.original is None or client.row in client.original.repeated_in
    for policy in portfolio.policies:
        if policy.verdict.taken:
            assert policy.client and policy.client.verdict.taken
            parts = [
                payment.amount for payment in portfolio.payments if payment.policy is policy and payment.verdict.taken
            ]
            assert sum((part for part in parts if part), Decimal(0)) == policy.premium
        if policy.verdict == "ambiguous client":
            assert len(policy.candidates) > 1


def test_progress_reaches_the_end(sample_data: Path) -> None:
    told: list[tuple[str, int, int]] = []
    portfolio = read_portfolio(sample_data / "portfolio.xlsx", TODAY, lambda *step: told.append(step))
    assert {sheet for sheet, done, total in told if done == total} == set(portfolio.sheets)
