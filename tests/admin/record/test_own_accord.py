"""Whatever the program does of its own accord is told in a sentence, in both languages."""

from __future__ import annotations

import pkgutil
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

import jobs
from admin.i18n import LOCALES, use_locale
from admin.views.record.own_accord import SCHEDULED
from admin.views.record.sentences import sentence_of
from admin.views.registry import load
from jobs.declared import JOBS
from jobs.schedule import SCHEDULE

ROOT = Path(__file__).parents[3]
BY_ITSELF = re.compile(r'Via\.(?:JOB|BOT), "([^"]+)"')
"""A slug where a transaction of the program's own begins."""


def slugs() -> Iterator[str]:
    """Those of the schedule, of every declared job, and those that stand in the source."""
    for module in pkgutil.walk_packages(jobs.__path__, "jobs."):
        if not module.name.endswith("__main__"):
            import_module(module.name)
    yield from (f"job.{name}" for name in (*JOBS, *(entry.name for entry in SCHEDULE)))
    for room in ("jobs", "models", "bot", "seeds"):
        for path in (ROOT / room).rglob("*.py"):
            yield from BY_ITSELF.findall(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("slug", sorted(set(slugs())))
def test_it_has_words(slug: str) -> None:
    said = {}
    for locale in LOCALES:
        use_locale(locale)
        said[locale] = sentence_of(slug, "Polisdesk", load())
    use_locale("ru")
    assert slug not in " ".join(said.values())
    assert re.search("[а-я]", said["ru"]), said
    assert not re.search("[а-я]", said["en"]), said


def test_the_schedule_has_no_words_to_spare() -> None:
    assert set(SCHEDULED) == {entry.name for entry in SCHEDULE}


def test_an_unknown_slug_is_said_as_it_is() -> None:
    assert sentence_of("job.of_nobody", "Polisdesk", load()) == "Polisdesk: job.of_nobody"
