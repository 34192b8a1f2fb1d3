"""What every record says of itself, and that what is public says what it is."""

import ast
import re

import pytest

import models
from models.base import Record, Rows, records
from tests.architecture.sources import named, parsed, python_files

models.load()
CHAINED = {"previous_policy_id", "successor_id", "reverses_id"}
"""Links to an earlier or a later record of the same kind: a policy may follow one of another deal."""


def undocumented(tree: ast.AST, prefix: str = "") -> list[str]:
    """Public classes, functions and methods without a docstring."""
    found = []
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_"):
            if ast.get_docstring(node) is None:
                found.append(prefix + node.name)
            if isinstance(node, ast.ClassDef):
                found += undocumented(node, f"{node.name}.")
    return found


@pytest.mark.parametrize("room", ["models", "hooks"])
def test_what_is_public_has_a_docstring(room: str) -> None:
    assert {named(p): found for p in python_files(room) if (found := undocumented(parsed(p)))} == {}


def test_the_rule_sees_what_has_no_docstring() -> None:
    source = "class Deal:\n    def win(self): ...\n    def _x(self): ...\ndef shown():\n    '''It is.'''\n"
    assert undocumented(ast.parse(source)) == ["Deal", "Deal.win"]


@pytest.mark.parametrize("record", records(), ids=lambda record: record.__identity__)
def test_a_record_says_what_it_is(record: type[Record]) -> None:
    columns = set(record.__table__.columns.keys())
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", record.__identity__)
    assert re.fullmatch(r"[a-z_]+(\.[a-z_]+)+", record.__event__)
    assert isinstance(record.__rows__, Rows)
    assert record.__title__ in columns
    assert set(record.__search__) <= columns
    assert record.__state__ is None or record.__state__ in columns


def test_identities_and_events_are_unique() -> None:
    identities, events = [r.__identity__ for r in records()], [r.__event__ for r in records()]
    assert len(set(identities)) == len(identities)
    assert len(set(events)) == len(events)


@pytest.mark.parametrize(
    "record", [r for r in records() if r.__rows__ == Rows.UNDER_DEAL], ids=lambda record: record.__identity__
)
def test_what_hangs_on_a_deal_names_it_and_cannot_name_another(record: type[Record]) -> None:
    """A parent other than the deal itself is reached by a key of two columns, so that `deal_id` is the parent's."""
    assert not record.__table__.columns["deal_id"].nullable
    under = {str(r.__table__) for r in records() if r.__rows__ == Rows.UNDER_DEAL}
    parents = {
        key.parent.name: len(key.constraint.columns)
        for key in record.__table__.foreign_keys
        if key.constraint is not None and key.column.table.fullname in under and key.parent.name != "deal_id"
    }
    assert {name for name in parents if name not in held(record)} <= CHAINED


def held(record: type[Record]) -> set[str]:
    """Columns whose key also holds `deal_id`."""
    return {
        name
        for constraint in record.__table__.foreign_key_constraints
        if "deal_id" in constraint.column_keys
        for name in constraint.column_keys
    }


def test_every_key_can_wait_for_the_commit() -> None:
    """An undo puts rows back in any order."""
    keys = [key for record in records() for key in record.__table__.foreign_keys]
    assert [f"{key.parent.table}.{key.parent.name}" for key in keys if not key.deferrable] == []
