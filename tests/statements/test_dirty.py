"""Files that nobody has seen before: every line is read, and not one is matched wrongly."""

import random
from pathlib import Path

import pytest

from jobs.statements.reading import read
from models.reconciling import judge_lines
from tests.statements.dirty import make
from tests.statements.papers import write


def check(seed: int, folder: Path) -> int:
    """Read and judge a file of the dice; the number of its lines."""
    dice = random.Random(seed)
    made = make(dice)
    path, paper = write(dice, made, folder)
    reading = read(path)
    told = {line.row: line for line in reading.lines}
    assert sorted(told) == sorted(paper.lines), (seed, path.suffix, reading.placed)
    for row, truth in paper.lines.items():
        line = told[row]
        assert (line.premium, line.commission, line.percent) == (truth.premium, truth.commission, truth.percent), seed
        assert line.paid_on == truth.paid_on, seed
    judged = judge_lines(reading.lines, made.known)
    for one in judged:
        truth = paper.lines[one.line.row]
        if truth.may_be_unknown and one.verdict == "unknown policy":
            continue
        assert one.verdict == truth.verdict, (seed, one, truth)
        if truth.about is not None and one.expected is not None:
            assert one.expected.whose == truth.about.whose, (seed, "a wrong match", one)
    return len(judged)


@pytest.mark.parametrize("tens", range(4))
def test_every_line_has_its_verdict_and_none_is_matched_wrongly(tens: int, tmp_path: Path) -> None:
    lines = sum(check(tens * 10 + n, tmp_path) for n in range(10))
    assert lines > 150


@pytest.mark.soak
@pytest.mark.parametrize("hundreds", range(20))
def test_thousands_of_files(hundreds: int, tmp_path: Path) -> None:
    for n in range(100):
        check(10_000 + hundreds * 100 + n, tmp_path)
