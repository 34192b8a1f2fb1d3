"""docs/adding-an-entity.md, followed to the letter in a copy of the project."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from jobs.embedded.postgres import Postgres
from tests import databases
from tests.architecture.sources import ROOT

BLOCK = re.compile(r"^```(python|diff|po|sh) ?(\S*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
LEFT_BEHIND = shutil.ignore_patterns(".git", ".venv", "var", "node_modules", ".*_cache", "__pycache__", ".hypothesis")
STORIES = ("tests/models/test_claims.py", "tests/admin/test_claim_over_http.py")
RULES = ("test_records.py", "test_catalogue.py", "test_documents.py", "test_calls.py", "test_states.py")


class Block(NamedTuple):
    """A code block of the document: what kind, for which file, and its text."""

    kind: str
    file: str
    text: str


def blocks() -> list[Block]:
    """Those of the document, in its order."""
    page = (ROOT / "docs/adding-an-entity.md").read_text(encoding="utf-8")
    return [Block(*found) for found in BLOCK.findall(page)]


def changed(text: str, hunk: str) -> str:
    """The text with a hunk of a diff applied; its unchanged lines must stand there exactly once."""
    lines = hunk.splitlines(keepends=True)
    before = "".join(line[1:] for line in lines if line[0] != "+")
    after = "".join(line[1:] for line in lines if line[0] != "-")
    assert text.count(before) == 1, before
    return text.replace(before, after)


class Copy:
    """A copy of the project on a migrated database of its own."""

    def __init__(self, root: Path, database: str) -> None:
        self.root = root
        self.database = database
        shutil.copytree(ROOT, root, ignore=LEFT_BEHIND)

    def run(self, *arguments: str) -> str:
        """What a Python module says, run in the copy."""
        address = databases.url(self.database).replace("+asyncpg", "")
        environment = os.environ | {"DATABASE_URL": address, "PYTHONDONTWRITEBYTECODE": "1"}
        command = [sys.executable, *arguments]
        done = subprocess.run(command, cwd=self.root, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{' '.join(arguments)}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def follow(self, block: Block) -> None:
        """Do what a block says."""
        path = self.root / block.file
        match block.kind:
            case "python":
                assert not path.exists()
                path.write_text(block.text, encoding="utf-8")
            case "diff":
                path.write_text(changed(path.read_text(encoding="utf-8"), block.text), encoding="utf-8")
            case "po":
                path.write_text(path.read_text(encoding="utf-8") + "\n" + block.text, encoding="utf-8")
            case _:
                for line in block.text.splitlines():
                    self.run(*line.removeprefix("python ").split())


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory, cluster: Postgres, template: str) -> Iterator[Copy]:
    """The copy after the document was followed."""
    name = databases.copy(cluster, template)
    made = Copy(tmp_path_factory.mktemp("copy") / "polisdesk", name)
    for block in blocks():
        made.follow(block)
    yield made
    databases.drop(cluster, name)


def test_the_revision_protects_and_watches_the_table(copy: Copy, cluster: Postgres) -> None:
    written = [path.read_text() for path in copy.root.glob("migrations/versions/*claim*.py")]
    assert len(written) == 1
    assert "auth.protect('crm.claims', 'under_deal')" in written[0]
    assert "audit.watch('crm.claims', 'crm.deal.claim'" in written[0]
    known = "SELECT event FROM audit.watched WHERE \"table\" = 'crm.claims'"
    assert cluster.psql(known, database=copy.database) == "crm.deal.claim"


def test_nothing_waits_for_a_translation(copy: Copy) -> None:
    """What the page adds is translated, whatever else may wait."""
    added = set(re.findall(r'^msgid "(.+)"$', "".join(b.text for b in blocks() if b.kind == "po"), re.MULTILINE))
    page = (copy.root / "admin/locale/ru/LC_MESSAGES/messages.po").read_text(encoding="utf-8")
    assert {msgid for msgid in added if f'msgid "{msgid}"\nmsgstr ""' in page} == set()
    assert {msgid for msgid in added if f'msgid "{msgid}"' not in page} == set()


def test_the_models_and_the_schema_agree(copy: Copy) -> None:
    assert "No new upgrade operations detected" in copy.run("-m", "migrations", "check")


def test_the_code_of_the_document_keeps_the_style(copy: Copy) -> None:
    files = [block.file for block in blocks() if block.kind == "python"]
    copy.run("-m", "ruff", "check", *files)
    copy.run("-m", "ruff", "format", "--check", *files)


def test_everything_comes_with_it(copy: Copy) -> None:
    """The own tests of the document, the claim over HTTP, the access matrix and the rules, from an empty database."""
    story = ROOT / "tests/architecture/claim_over_http.py"
    shutil.copy(story, copy.root / "tests/admin/test_claim_over_http.py")
    copy.run("-m", "migrations", "diagram")
    rules = [f"tests/architecture/{name}" for name in RULES]
    copy.run("-m", "pytest", "-p", "no:cacheprovider", *STORIES, "tests/access", *rules)


def test_a_hunk_that_fits_nowhere_is_an_error() -> None:
    with pytest.raises(AssertionError):
        changed("a\nb\n", " c\n+d\n")
    assert changed("a\nb\n", " a\n+d\n") == "a\nd\nb\n"
