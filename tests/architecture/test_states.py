"""States change by verbs: nobody outside `models/` assigns a status or a stage."""

import ast

import pytest

import models
from models.base import records
from tests.architecture.sources import calls, named, parsed, python_files

models.load()
STATES = {record.__state__ for record in records() if record.__state__}


def assigned_states(tree: ast.AST) -> list[str]:
    """Assignments to a state: plain, augmented, by `setattr`, or by an UPDATE's values."""
    targets = [t for node in ast.walk(tree) if isinstance(node, ast.Assign) for t in node.targets]
    targets += [node.target for node in ast.walk(tree) if isinstance(node, ast.AugAssign | ast.AnnAssign)]
    flat = [part for target in targets for part in ast.walk(target) if isinstance(part, ast.Attribute)]
    found = [ast.unparse(part) for part in flat if part.attr in STATES and isinstance(part.ctx, ast.Store)]
    for name, call in calls(tree):
        given = {keyword.arg for keyword in call.keywords} | {a.value for a in call.args if isinstance(a, ast.Constant)}
        if given & STATES and (name == "setattr" or (name.startswith("update(") and name.endswith(".values"))):
            found.append(name)
    return found


def test_there_are_states_to_guard() -> None:
    assert {"status", "stage"} <= STATES


def test_only_models_assign_states() -> None:
    outside = [path for path in python_files() if not named(path).startswith("models/")]
    assert {named(path): found for path in outside if (found := assigned_states(parsed(path)))} == {}


@pytest.mark.parametrize(
    "broken",
    [
        "deal.stage = 'won'",
        "self.deal.stage, x = 'won', 1",
        "setattr(deal, 'stage', 'won')",
        "update(Deal).where(Deal.id == key).values(stage='won')",
    ],
)
def test_the_rule_sees_an_assignment(broken: str) -> None:
    assert assigned_states(ast.parse(broken)) != []


@pytest.mark.parametrize("sound", ["deal.win(calculation)", "select(Deal).where(Deal.stage == 'won')", "stage = 'won'"])
def test_the_rule_lets_reading_pass(sound: str) -> None:
    assert assigned_states(ast.parse(sound)) == []
