"""Every verb says what it does and stands in the tests."""

import dataclasses
import inspect
import re
from functools import cache

import pytest

import models
from models.base import records
from models.verbs import Verb
from tests.architecture.sources import named, python_files

models.load()
VERBS = [(record.__identity__, verb) for record in records() for verb in record.__verbs__.values()]
IDS = [f"{identity}.{verb.name}" for identity, verb in VERBS]


@cache
def told() -> str:
    """All tests but the rules of architecture."""
    stories = [path for path in python_files("tests") if not named(path).startswith("tests/architecture/")]
    return "\n".join(path.read_text(encoding="utf-8") for path in stories)


def stands_in(text: str, identity: str, name: str) -> bool:
    """Whether a test calls the verb by its method, its slug or its name in quotes."""
    slug, method, quoted = re.escape(f"{identity}.{name}"), rf"\.{name}_?\(", rf"[\"'/]{name}[\"'?]"
    return re.search(rf"{slug}\b|{method}|{quoted}", text) is not None


@pytest.mark.parametrize(("identity", "verb"), VERBS, ids=IDS)
def test_a_verb_says_what_it_does(identity: str, verb: Verb) -> None:
    assert verb.label
    assert inspect.getdoc(verb.body)
    assert verb.name.isidentifier()
    if verb.asks is not None:
        assert inspect.getdoc(verb.asks)
        assert all(field.metadata.get("label") for field in dataclasses.fields(verb.asks))


def test_every_verb_stands_in_the_tests() -> None:
    assert [f"{identity}.{verb.name}" for identity, verb in VERBS if not stands_in(told(), identity, verb.name)] == []


def test_the_rule_sees_a_verb_that_no_test_tells() -> None:
    assert stands_in("deal.hand_off(act, asked)", "deal", "hand_off")
    assert stands_in("task.return_(act, why)", "task", "return")
    assert not stands_in("def test_hand_offs(): ...", "deal", "hand_off")
