"""Problems: each a sentence with a status, worded and translated only where it is shown."""

import inspect
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest

from models import errors
from models.errors import Clash, Conflict, Invalid, NotFound, OutsideError, Problem, Refused
from models.texts import N_, Text

STATUSES = {
    "Problem": 400,
    "Unauthenticated": 401,
    "Denied": 403,
    "NotFound": 404,
    "Refused": 409,
    "Busy": 409,
    "Conflict": 409,
    "Invalid": 422,
    "TooMany": 429,
    "OutsideError": 502,
}


def tree(root: type[Problem] = Problem) -> Iterator[type[Problem]]:
    yield root
    for child in root.__subclasses__():
        yield from tree(child)


def test_every_problem_has_its_status_and_its_own_default_sentence() -> None:
    classes = [kind for kind in tree() if kind.__module__ == errors.__name__]
    assert {kind.__name__: kind.status for kind in classes} == STATUSES
    sentences = [kind.default_sentence() for kind in classes]
    assert len(set(sentences)) == len(sentences)
    assert all(sentence.endswith(".") and "\n" not in sentence for sentence in sentences)
    assert all(
        sentence == (inspect.getdoc(kind) or "").split("\n\n")[0]
        for kind, sentence in zip(classes, sentences, strict=True)
    )


def test_a_problem_without_a_sentence_says_its_class() -> None:
    assert str(NotFound()) == "There is no such record."
    assert str(OutsideError(permanent=True)) == "An outside service did not do what was asked."


def test_a_problem_keeps_its_values_apart_from_its_sentence() -> None:
    problem = Refused(N_("{code} still has {owed} unpaid"), code="D-2026-00042", owed=Decimal("10.50"))
    assert str(problem) == "D-2026-00042 still has 10.50 unpaid"
    assert problem.msgid == "{code} still has {owed} unpaid"
    assert problem.params == {"code": "D-2026-00042", "owed": Decimal("10.50")}


def test_the_sentence_is_translated_before_its_values_are_put_in() -> None:
    russian = {"{what} is due on {day}": "Срок ({day}): {what}", "the instalment": "взнос"}
    problem = Refused("{what} is due on {day}", what=Text("the instalment"), day=date(2026, 2, 28))
    said = problem.say(
        russian.__getitem__, lambda value: f"{value:%d.%m.%Y}" if isinstance(value, date) else str(value)
    )
    assert said == "Срок (28.02.2026): взнос"


def test_braces_in_a_value_stay_what_was_typed() -> None:
    assert str(Invalid("“{name}” is odd", name="{0.__class__} {other}")) == "“{0.__class__} {other}” is odd"


def test_a_value_forgotten_by_the_raiser_is_found_at_once() -> None:
    with pytest.raises(KeyError, match="owed"):
        Refused("{owed} is unpaid")


def test_invalid_names_each_field_with_its_own_problem() -> None:
    problem = Invalid(fields={"premium": Problem("The premium is {sum}", sum=Decimal(-1))})
    assert {name: str(why) for name, why in problem.fields.items()} == {"premium": "The premium is -1"}
    assert str(problem) == Invalid.default_sentence()
    assert Invalid("No.").fields == {}


def test_a_conflict_shows_the_three_versions_of_a_field() -> None:
    problem = Conflict(fields={"note": Clash(mine="a", theirs="b", original="c")})
    note = problem.fields["note"]
    assert (note.mine, note.theirs, note.original) == ("a", "b", "c")


@pytest.mark.parametrize("permanent", [True, False])
def test_an_outside_error_says_whether_to_try_again(permanent: bool) -> None:
    assert OutsideError("Telegram is silent", permanent=permanent).permanent is permanent


def test_texts_are_equal_by_sentence_and_values() -> None:
    assert Text("{n} left", n=1) == Text("{n} left", n=1)
    assert Text("{n} left", n=1) != Text("{n} left", n=2)
    assert hash(Text("{n} left", n=1)) == hash(Text("{n} left", n=1))
