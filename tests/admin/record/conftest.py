"""Anna's deal, and pages read as a browser would."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any

import httpx
import pytest

from tests.stories import Story, story
from tests.world import World

HX = {"HX-Request": "true"}


@pytest.fixture(scope="module")
async def deal(world: World) -> Story:
    return await story(world.database, world.anna, "страниц")


def hidden(page: httpx.Response, name: str) -> str:
    """The value of a hidden input."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page.text)
    assert found, f"no {name}"
    return unescape(found[1])


def seen(page: httpx.Response) -> dict[str, Any]:
    """What the form says that the writer saw."""
    found: dict[str, Any] = json.loads(hidden(page, "seen"))
    return found
