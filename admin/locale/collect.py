"""Every msgid there is: what the source marks, the sentences of problems, the labels of columns and views."""

from __future__ import annotations

import inspect
import pkgutil
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from babel.messages import Catalog
from babel.messages.extract import extract_from_dir

import admin
import hooks
import jobs
import models
from admin.labels import label_of
from admin.views import registry
from models.base import records
from models.errors import Problem
from models.texts import CONTEXT, NC_

ROOT = Path(__file__).parents[2]
ROOMS = (models, hooks, jobs, admin)
MARKED = (*(room.__name__ for room in ROOMS), "bot")
"""The bot is a door beside this one: its words are collected without importing it."""
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
KEYWORDS: dict[str, Any] = {"N_": None, "_": None, "ngettext": (1, 2), "NC_": ((1, "c"), 2)}
Msgid = str | tuple[str, str]


def msgids() -> set[Msgid]:
    """All of them; a plural one is a pair, one of several uses has its context before it."""
    return {msgid for msgid in (*marked(), *sentences(), *labels()) if msgid}


def catalogue() -> Catalog:
    """All of them as a catalogue without translations."""
    found = Catalog(project="Polisdesk", charset="utf-8")
    for msgid in sorted(msgids(), key=str):
        context, sentence = parted(msgid)
        found.add(sentence, context=context)
    return found


def parted(msgid: Msgid) -> tuple[str | None, Msgid]:
    """The context of a msgid, where it has one, and its sentence."""
    if isinstance(msgid, tuple):
        return None, msgid
    context, _between, sentence = msgid.rpartition(CONTEXT)
    return context or None, sentence


def marked() -> Iterator[Msgid]:
    """What stands in `N_`, `_` and `ngettext`, in Python and in templates."""
    for room in MARKED:
        folder = ROOT / room
        for _file, _line, msgid, _comments, context in extract_from_dir(folder, METHODS, keywords=KEYWORDS):
            if isinstance(msgid, str):
                yield NC_(context, msgid) if context else msgid
            else:
                yield msgid[0], msgid[1]


def sentences() -> Iterator[str]:
    """The default sentence of every kind of problem."""
    for room in ROOMS:
        for module in pkgutil.walk_packages(room.__path__, f"{room.__name__}."):
            if not module.name.endswith("__main__"):
                import_module(module.name)
    for kind in descendants(Problem):
        if inspect.getdoc(kind) and kind.__module__.partition(".")[0] in {room.__name__ for room in ROOMS}:
            yield kind.default_sentence()


def descendants(kind: type[Problem]) -> Iterator[type[Problem]]:
    """A class and all below it."""
    yield kind
    for child in kind.__subclasses__():
        yield from descendants(child)


def labels() -> Iterator[str]:
    """What columns, views and their parts are called."""
    models.load()
    for record in records():
        yield from (label_of(column) for column in record.__table__.columns if not column.info.get("hidden"))
    for view in registry.load().values():
        yield from (view.name, view.name_plural, view.empty, str(view.category), *view.labels.values())
        yield from (label for label, _fields in view.form or ())
        yield from (child.title for child in view.children)
