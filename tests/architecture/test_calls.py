"""What may be called where: the commit, the clock, floats, relations."""

import ast
import re

import pytest

from tests.architecture.sources import calls, named, parsed, python_files

CLOCK = re.compile(r"(^|\.)(datetime\.(now|utcnow|today)|date\.today|time\.time|time\.localtime)$")


COMMITS = {
    "models/session.py": "the one commit of every door",
    "migrations/env.py": "Alembic's own connection",
    "migrations/runner.py": "roles and schemas, before there is anything to log",
    "jobs/slots.py": "the schedule's bookkeeping, which the log leaves out",
    "jobs/critical.py": "the chain of critical events, which is the log's own",
    "jobs/housekeeping.py": "partitions and old runs: the log's own upkeep, no row of anybody's",
    "jobs/relay.py": "the reader's place in the log, which the log leaves out",
    "jobs/runs.py": "the bookkeeping of runs; what a job itself writes goes by the session",
}
"""File → why it commits."""


def commits(tree: ast.AST) -> bool:
    """Whether something is committed here, also by a block that commits at its end."""
    return any(name.endswith((".commit", "engine.begin")) for name, _ in calls(tree))


def asks_the_time(tree: ast.AST) -> bool:
    """Whether the wall clock is read here; monotonic clocks only measure."""
    return any(CLOCK.search(name) for name, _ in calls(tree))


def makes_floats(tree: ast.AST) -> bool:
    """Whether a float is made or declared here."""
    declared = {
        ast.unparse(n.annotation) for n in ast.walk(tree) if isinstance(n, ast.AnnAssign | ast.arg) and n.annotation
    }
    return any(name in ("float", "Float") for name, _ in calls(tree)) or bool(declared & {"float", "Mapped[float]"})


def maps_relations(tree: ast.AST) -> bool:
    """Whether a relation is mapped here, which could query by accident."""
    return any(name.split(".")[-1] in ("relationship", "backref", "dynamic_loader") for name, _ in calls(tree))


def opens_workbooks(tree: ast.AST) -> bool:
    """Whether a workbook is opened here, in which a text might be run as a formula."""
    return any(name.split(".")[-1] == "Workbook" and not name.startswith("openpyxl") for name, _ in calls(tree))


def test_one_place_opens_workbooks() -> None:
    """`admin/sheets.py` opens them so that texts stay texts."""
    assert {named(p) for p in python_files("admin") if opens_workbooks(parsed(p))} == {"admin/sheets.py"}


def test_only_the_session_commits() -> None:
    assert {named(p) for p in python_files() if commits(parsed(p))} == set(COMMITS)


def test_only_the_clock_asks_the_time() -> None:
    assert {named(p) for p in python_files() if asks_the_time(parsed(p))} == {"models/clock.py"}


def test_models_know_no_floats() -> None:
    assert [named(p) for p in python_files("models") if makes_floats(parsed(p))] == []


def test_nothing_is_mapped_as_a_relation() -> None:
    assert [named(p) for p in python_files() if maps_relations(parsed(p))] == []


@pytest.mark.parametrize(
    ("rule", "broken", "sound"),
    [
        (commits, "await work.commit()", "work.commits"),
        (commits, "async with database.engine.begin() as connection: ...", "database.engine.connect()"),
        (asks_the_time, "datetime.datetime.now(UTC)", "clock.now(); time.monotonic()"),
        (makes_floats, "premium: Mapped[float] = 0", "isinstance(value, float)"),
        (opens_workbooks, "book = xlsxwriter.Workbook(file)", "book = open_book(file)"),
        (maps_relations, "deal = orm.relationship('Deal')", "deal_id = reference('crm.deals')"),
    ],
)
def test_each_rule_sees_what_it_forbids(rule: object, broken: str, sound: str) -> None:
    assert callable(rule)
    assert (rule(ast.parse(broken)), rule(ast.parse(sound))) == (True, False)
