"""A verb says where it leads: what its body does to the state is what its `to` declares; boards go by it."""

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import models
from models.base import Record, records
from models.verbs import Verb, verb

models.load()
STEPS_AT_MOST = 3
BY_VALUE = "by value"
"""A method sets the state to what it is given."""
VERBS = [(record, one) for record in records() if record.__state__ for one in record.__verbs__.values()]
IDS = [f"{record.__identity__}.{one.name}" for record, one in VERBS]


def ends_of(record: Any, body: Callable[..., Any], depth: int = 0) -> set[str]:
    """The states that a method may set, its own methods' among them."""
    found: set[str] = set()
    tree = ast.parse(textwrap.dedent(inspect.getsource(body)))
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            for value in assigned(node, record.__state__):
                found |= members(value, body, record) or {BY_VALUE}
        elif isinstance(node, ast.Call) and depth < STEPS_AT_MOST and (method := own_method(node, record)):
            inner = ends_of(record, method, depth + 1)
            if BY_VALUE in inner:
                given = [*node.args, *(keyword.value for keyword in node.keywords)]
                inner = inner - {BY_VALUE} | (set().union(*(members(one, body, record) for one in given)) or {BY_VALUE})
            found |= inner
    return found


def assigned(node: ast.Assign, state: str) -> Iterator[ast.expr]:
    """What is assigned to `self.<state>`, also in a tuple."""
    for target in node.targets:
        is_tuple = isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple)
        targets = target.elts if isinstance(target, ast.Tuple) else [target]
        values = node.value.elts if is_tuple and isinstance(node.value, ast.Tuple) else [node.value] * len(targets)
        for one, value in zip(targets, values, strict=True):
            if isinstance(one, ast.Attribute) and ast.unparse(one) == f"self.{state}":
                yield value


def members(value: ast.expr, body: Callable[..., Any], record: Any) -> set[str]:
    """The states that an expression names; of a condition only its two ends."""
    ends = [value.body, value.orelse] if isinstance(value, ast.IfExp) else [value]
    choices = record.__table__.c[record.__state__].info["choices"]
    scope = inspect.unwrap(body).__globals__
    named = (part for end in ends for part in ast.walk(end) if isinstance(part, ast.Attribute))
    return {
        str(getattr(choices, part.attr))
        for part in named
        if isinstance(part.value, ast.Name) and scope.get(part.value.id) is choices
    }


def own_method(call: ast.Call, record: Any) -> Callable[..., Any] | None:
    """The method of the record that is called on `self`."""
    if isinstance(call.func, ast.Attribute) and ast.unparse(call.func.value) == "self":
        found = getattr(record, call.func.attr, None)
        return found if inspect.isfunction(found) else None
    return None


@pytest.mark.parametrize(("record", "one"), VERBS, ids=IDS)
def test_a_verb_says_where_it_leads(record: type[Record], one: Verb) -> None:
    assert {end for _begun, end in one.moves} == ends_of(record, one.body)


@pytest.mark.parametrize(("record", "one"), VERBS, ids=IDS)
def test_it_begins_where_it_is_admitted(record: type[Record], one: Verb) -> None:
    assert {begun for begun, _end in one.moves} <= one.when
    assert record.__state__ and {end for _begun, end in one.moves} <= {
        str(state) for state in record.__table__.c[record.__state__].info["choices"]
    }


def test_the_rule_sees_a_verb_that_hides_its_way() -> None:
    from models.task import Task

    class Sly(Task):  # type: ignore[misc]
        """A task whose verb says nothing."""

        __abstract__ = True

        @verb("Sly", when=("new",))
        def sly(self) -> None:
            """Done, without a word."""
            self.be_done(None)  # type: ignore[arg-type]

    assert ends_of(Task, Sly.sly) == {"done"}
    assert Sly.sly.__verb__.moves == frozenset()  # type: ignore[attr-defined]
