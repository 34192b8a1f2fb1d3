"""What is generated into the documents is what the code says now."""

import re

from babel.messages.pofile import read_po

import settings
from migrations import diagram
from tests.architecture.sources import ROOT

TOLD = re.compile(r"<!-- settings -->\n(.*?)\n<!-- end -->", re.DOTALL)
LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)(?:#[^)]*)?\)")


def test_the_data_model_is_that_of_the_models() -> None:
    """Renew it by `make documents`."""
    assert diagram.FILE.read_text(encoding="utf-8") == diagram.document()


def test_the_table_of_settings_is_that_of_the_program() -> None:
    """Renew it by `make documents`."""
    found = TOLD.search((ROOT / "docs/operations.md").read_text(encoding="utf-8"))
    assert found is not None
    assert found[1] == settings.table()


def test_links_between_the_documents_lead_somewhere() -> None:
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    broken = {
        f"{page.relative_to(ROOT)}: {target}"
        for page in pages
        for target in LINK.findall(page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists()
    }
    assert broken == set()


def test_the_guide_names_buttons_as_they_are() -> None:
    """What stands in «…» in the Russian guide is a text of the panel."""
    with (ROOT / "admin/locale/ru/LC_MESSAGES/messages.po").open("rb") as source:
        texts = {message.string for message in read_po(source, "ru")}
    pages = sorted((ROOT / "docs/ru").glob("*.md"))
    named = {(page.name, text) for page in pages for text in re.findall("«(.+?)»", page.read_text(encoding="utf-8"))}
    assert len(named) > 15
    assert {(page, text) for page, text in named if text not in texts} == set()
