"""`python -m bench`: loads brokerages of several sizes, measures each, prints a table, writes bench/results.json."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from bench import beside, report

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "bench" / "results.json"
SIZES = (10_000, 100_000)
MILLION = 1_000_000
MONEY = (85_000, 850_000)
"""Deals with about 100 thousand expected incomes, and with a million."""
ALONE = ("streams", "after", "money", "imports", "scroll")
"""What is measured alone, on the first size."""


def main() -> int:
    """Each size lives in a folder of its own, which is kept and used again."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="The panel beside its floor.")
    parser.add_argument("--quick", action="store_true", help="10 thousand deals, one short round")
    parser.add_argument("--million", action="store_true", help="a million deals too")
    parser.add_argument("--sizes", type=int, nargs="+", metavar="DEALS", help="these numbers of deals instead")
    parser.add_argument("--streams", action="store_true", help="only from commit to browser, on the first size")
    parser.add_argument("--after", action="store_true", help="only the relay and the way to Telegram, likewise")
    parser.add_argument(
        "--money", action="store_true", help="only recalculation: 85,000 deals, or with --million 850,000"
    )
    parser.add_argument(
        "--imports",
        action="store_true",
        help="only a file of 20 and of 200 thousand rows into the list of clients and the list as files, beside COPY;"
        " --quick: the smaller one, --million: a million rows are exported",
    )
    parser.add_argument("--cases", nargs="+", default=[], metavar="NAME", help="these cases alone")
    parser.add_argument("--rounds", type=int, help="turns of half a second for each page, 12 unless told")
    parser.add_argument("--scroll", action="store_true", help="only a list of 10 thousand rows in Chromium")
    parser.add_argument("--data-dir", type=Path, default=ROOT / "var" / "bench", help="where the brokerages are kept")
    given = parser.parse_args()
    sizes = given.sizes or usual(given)
    rounds, seconds = given.rounds or (1 if given.quick else 12), 0.5
    rows: list[dict[str, Any]] = []
    for deals in sizes:
        folder = given.data_dir.absolute() / str(deals)
        if not prepare(folder, deals):
            return 2
        if name := next((one for one in ALONE if getattr(given, one)), ""):
            return alone(folder, name, given)
        rows += measured(folder, deals, rounds, seconds, given.cases)
        report.write(rows, RESULTS)
    print(report.table(rows))
    print(f"\nBeside stock panels, times the floor\n{beside.beside_the_peers(rows)}")
    print(f"\nTimes in ms, one connection, one worker. Written to {RESULTS.relative_to(ROOT)}.")
    return 0


def usual(given: argparse.Namespace) -> tuple[int, ...]:
    """Sizes where none are named."""
    if given.money:
        return MONEY[1:] if given.million else MONEY[:1]
    return SIZES[:1] if given.quick else (*SIZES, MILLION) if given.million else SIZES


def prepare(folder: Path, deals: int) -> bool:
    """Bring the folder's database up to date; load it unless it was loaded to the end before."""
    folder.mkdir(parents=True, exist_ok=True)
    mark = folder / "loaded"
    steps = [["migrations"]] if mark.exists() else [["migrations"], ["seeds", "load", "--deals", str(deals)]]
    for step in steps:
        if subprocess.run([sys.executable, "-m", *step], cwd=ROOT, env=within(folder), check=False).returncode:
            print(f"`python -m {' '.join(step)}` failed in {folder}.", file=sys.stderr)
            return False
    mark.touch()
    return True


def measured(folder: Path, deals: int, rounds: int, seconds: float, cases: list[str]) -> list[dict[str, Any]]:
    """The rows of one size, by a process whose settings name its folder."""
    with tempfile.NamedTemporaryFile(suffix=".json") as target:
        command = [sys.executable, "-m", "bench.measure", str(deals), str(rounds), str(seconds), target.name, *cases]
        subprocess.run(command, cwd=ROOT, env=within(folder), check=True)
        found: list[dict[str, Any]] = json.loads(Path(target.name).read_text(encoding="utf-8"))
    print(file=sys.stderr)
    return found


def alone(folder: Path, name: str, given: argparse.Namespace) -> int:
    """What follows a commit, into a file of its own beside the results."""
    more = {"BENCH_ROWS": "20000"} if given.quick else {}
    more |= {"BENCH_EXPORT": str(MILLION)} if given.million else {}
    target = RESULTS.with_name(f"{name}.json")
    command = [sys.executable, "-m", f"bench.{name}", str(target)]
    return subprocess.run(command, cwd=ROOT, env=more | within(folder), check=False).returncode


def within(folder: Path) -> dict[str, str]:
    """The environment of a folder: its own embedded servers, whatever the installation's own are."""
    outside = ("DATABASE_URL", "DATABASE_REPLICA_URL", "REDIS_URL", "PUBLIC_URL", "TELEGRAM_TOKEN")
    kept = {name: value for name, value in os.environ.items() if name not in outside}
    return kept | {"DATA_DIR": str(folder)}


if __name__ == "__main__":
    raise SystemExit(main())
