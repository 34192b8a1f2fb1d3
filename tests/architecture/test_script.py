"""A page begins with at most 50 KB of our own script: what its templates load and what that imports, as written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest

from admin.static_files import FOLDER
from admin.views import registry
from tests.architecture.sources import ROOT

MOST = 50 * 1024
TEMPLATES = ROOT / "admin" / "templates"
LOADED = re.compile(r"""static\('(js/[\w/-]+\.js)'\)|"(js/[\w/-]+\.js)\"""")
DRAWN = re.compile(r"""\{%-?\s*(?:extends|include|from|import)\s+"([\w/-]+\.html)\"""")
IMPORTED = re.compile(
    r"""^import\b[^;(]*?["'](\.[\w./-]+)["'];|new URL\(["'](\.[\w./-]+)["'], import\.meta\.url\)""", re.M
)
PAGES = sorted(
    path.relative_to(TEMPLATES).as_posix()
    for path in TEMPLATES.rglob("*.html")
    if DRAWN.match(path.read_text(encoding="utf-8").lstrip())
)


@cache
def text_of(template: str) -> str:
    """A template as it is written."""
    return (TEMPLATES / template).read_text(encoding="utf-8")


@cache
def script_of(template: str, without: str = "") -> frozenset[str]:
    """Scripts that a template names, and those of what it is made of, but for one part."""
    seen: set[str] = {without} - {""}
    coming = [template]
    while coming:
        one = coming.pop()
        if one not in seen:
            seen.add(one)
            coming += DRAWN.findall(text_of(one))
    return frozenset(one or other for part in seen - {without} for one, other in LOADED.findall(text_of(part)))


def modules(scripts: Iterable[str]) -> set[Path]:
    """The files of scripts with all that comes with them unasked; workers too."""
    found: set[Path] = set()
    coming = [FOLDER / script for script in scripts]
    while coming:
        path = coming.pop().resolve()
        if path not in found:
            found.add(path)
            coming += imports(path)
    return found


def imports(path: Path) -> Iterator[Path]:
    """What a module has at once, not what it may ask for later."""
    for one, other in IMPORTED.findall(path.read_text(encoding="utf-8")):
        yield path.parent / (one or other)


def size(scripts: Iterable[str]) -> int:
    """Bytes as they are written, in all."""
    return sum(path.stat().st_size for path in modules(scripts))


def test_pages_are_found() -> None:
    assert {"list.html", "record.html", "today.html", "login.html"} <= set(PAGES)
    assert {"js/list.js", "js/app.js", "js/live.js"} <= script_of("list.html")
    assert {path.name for path in modules(["js/live.js"])} >= {"live.js", "presence.js", "screen.js"}
    assert {path.name for path in modules(["js/live/join.js"])} >= {"worker.js", "source.js"}


@pytest.mark.parametrize("template", PAGES)
def test_a_page_begins_with_little_script(template: str) -> None:
    assert size(script_of(template)) <= MOST


def test_a_record_begins_with_little_script_whatever_its_view_adds() -> None:
    too_much = {}
    for view in registry.load().values():
        for added in (view.all_assets, view.form_assets):
            scripts = script_of("record.html") | {one for one in added if one.endswith(".js")}
            too_much[view.identity] = max(too_much.get(view.identity, 0), size(scripts))
    assert {identity: number for identity, number in too_much.items() if number > MOST} == {}


def test_a_list_of_ten_thousand_rows_begins_with_little_script() -> None:
    assert size(script_of("list.html", without="boards/assets.html") | {"js/long.js"}) <= MOST
