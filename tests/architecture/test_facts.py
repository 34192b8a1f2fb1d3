"""A hook follows a fact that somebody tells, and no door forgets the hooks."""

import re
from pathlib import Path

import pytest

from models import facts
from tests.world import World

ROOT = Path(__file__).parents[2]
TOLD = re.compile(r'Fact\(\s*f?"([^"]+)"')
FOLLOWED = re.compile(r"@follows\(([^)]+)\)")


def sources(*rooms: str) -> str:
    """The text of every module of some rooms."""
    return "\n".join(path.read_text() for room in rooms for path in sorted((ROOT / room).rglob("*.py")))


def test_every_hook_follows_a_fact_that_is_told() -> None:
    told = set(TOLD.findall(sources("models", "hooks")))
    followed = {name for names in FOLLOWED.findall(sources("hooks")) for name in re.findall(r'"([^"]+)"', names)}
    assert "policy.issued" in followed
    of_every_record = {name for name in told if name.startswith("{")}
    assert {name.rpartition(".")[2] for name in of_every_record} >= {"trashed", "edited"}
    ends = tuple("." + name.rpartition(".")[2] for name in of_every_record)
    assert {name for name in followed - told if not name.endswith(ends)} == set()


async def test_a_door_that_forgot_the_hooks_is_stopped(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(facts, "_hooks", {})
    with pytest.raises(RuntimeError, match=r"hooks\.load"):
        async with world.database.transaction(world.anna) as work:
            work.tell(facts.Fact("deal.offered", None))
