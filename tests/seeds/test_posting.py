"""Insurers' statements judged by the records that an import made, and posted."""

import json
import os
from decimal import Decimal
from pathlib import Path

import pytest

from jobs.portfolio import Portfolio
from jobs.portfolio.writing import Written
from models.errors import Denied, NotFound
from tests.seeds.brokerage import bring_in, command, number, picture
from tests.world import World

RECEIVED = (
    "SELECT sum(received_amount) FROM crm.payment_incomes"
    " WHERE id IN (SELECT income_id FROM crm.statement_lines WHERE decision = 'received')"
)
FILES = {"statement-ingos.xlsx": "Ингосстрах", "statement-reso.xlsx": "РЕСО-Гарантия", "statement-vsk.csv": "ВСК"}


@pytest.fixture(scope="module")
async def brought(brokerage: World, sample_data: Path) -> tuple[Portfolio, Written]:
    return await bring_in(brokerage.database, brokerage.admin, sample_data / "portfolio.xlsx")


@pytest.fixture
def statement(brought: tuple[Portfolio, Written], tmp_path: Path) -> tuple[Path, str, list[str]]:
    """A statement of one insurer's open instalments, spoilt in known ways: file, insurer, verdicts."""
    waiting = [row for row in brought[0].payments if row.verdict.taken and row.is_paid and not row.commission]
    insurer = next(row.policy.insurer for row in waiting if row.policy)
    lines, verdicts = ["Договор;Премия;Ставка;Вознаграждение"], []
    for row in waiting:
        if row.policy and row.policy.insurer == insurer and row.amount and row.policy.commission_percent:
            due = (row.amount * row.policy.commission_percent / 100).quantize(Decimal("0.01"), "ROUND_HALF_UP")
            lines.append(f"{row.policy.number};{row.amount};{row.policy.commission_percent}%;{due}")
            verdicts.append("match")
    lines += [lines[-1], "ЫЫЫ 1;100;10%;10"]
    verdicts += ["duplicate", "unknown policy"]
    file = tmp_path / "ведомость.csv"
    file.write_text("\n".join(lines), encoding="cp1251")
    return file, insurer, verdicts


async def test_each_line_is_judged_as_the_truth_says(
    brokerage: World, brought: tuple[Portfolio, Written], sample_data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    truth = json.loads((sample_data / "truth.json").read_text()).get("statements", {})
    for file, insurer in FILES.items() if truth else ():
        printed = await command(
            brokerage.database,
            capsys,
            command="statement",
            file=sample_data / file,
            insurer=insurer,
            person="",
            yes=False,
        )
        assert (printed["action"], set(printed)) == (None, {"action", "rows", "totals"})
        told = {row["row"]: row["verdict"] for row in printed["rows"]}
        assert told == {row["row"]: row["verdict"] for row in truth[insurer]}, insurer
    assert bool(truth) == ("SAMPLE_DATA_DIR" in os.environ)


async def test_what_matches_is_received_once_and_can_be_taken_back(
    brokerage: World, statement: tuple[Path, str, list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    file, insurer, verdicts = statement
    given = {"command": "statement", "file": file, "insurer": insurer, "person": "olga@demo.local"}
    before = await picture(brokerage.database, brokerage.admin)
    printed = await command(brokerage.database, capsys, **given, yes=True)
    assert [row["verdict"] for row in printed["rows"]] == verdicts
    assert str(await number(brokerage.database, brokerage.admin, RECEIVED)) == printed["totals"]["commission_matched"]
    after = await picture(brokerage.database, brokerage.admin)
    assert (await command(brokerage.database, capsys, **given, yes=True))["action"] is None
    assert await picture(brokerage.database, brokerage.admin) == after != before
    await command(brokerage.database, capsys, command="undo", action=printed["action"])
    assert await picture(brokerage.database, brokerage.admin) == before


async def test_who_may_not_and_who_is_not_known(
    brokerage: World, statement: tuple[Path, str, list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    file, insurer, _ = statement
    before = await picture(brokerage.database, brokerage.admin)
    given = {"command": "statement", "file": file, "yes": True}
    with pytest.raises(Denied):
        await command(brokerage.database, capsys, **given, insurer=insurer, person="anna@demo.local")
    with pytest.raises(NotFound):
        await command(brokerage.database, capsys, **given, insurer="Никто", person="")
    assert await picture(brokerage.database, brokerage.admin) == before
