"""Files and functions stay small; an exception has its reason here."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.sources import ROOT, named, parsed, python_files

FILE_LINES = 300
FUNCTION_LINES = 50
LONG_FILES: dict[str, str] = {}
"""File → why it is long."""
LONG_FUNCTIONS: dict[str, str] = {}
"""File and function → why it is long."""


def filled(text: str) -> int:
    """Lines that are not empty."""
    return sum(1 for line in text.splitlines() if line.strip())


def long_functions(tree: ast.AST, source: str) -> Iterator[str]:
    """Names of the functions that are too long."""
    lines = source.splitlines()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = "\n".join(lines[node.lineno - 1 : node.end_lineno])
            if filled(body) > FUNCTION_LINES:
                yield node.name


def own_files() -> list[Path]:
    """Everything that people wrote and read."""
    written = [ROOT / "settings.py", *python_files(), *python_files("tests")]
    for pattern in ("migrations/sql/*.sql", "admin/static/*.css", "admin/static/js/*.js", "admin/templates/**/*.html"):
        written += sorted(ROOT.glob(pattern))
    return written


def test_files_are_small() -> None:
    long = {named(path) for path in own_files() if filled(path.read_text(encoding="utf-8")) > FILE_LINES}
    assert long == set(LONG_FILES)


def test_functions_are_small() -> None:
    python = [path for path in own_files() if path.suffix == ".py"]
    long = {
        f"{named(path)}:{name}"
        for path in python
        for name in long_functions(parsed(path), path.read_text(encoding="utf-8"))
    }
    assert long == set(LONG_FUNCTIONS)


def test_the_rule_sees_a_long_function() -> None:
    source = "def long():\n" + "    x = 1\n" * FUNCTION_LINES
    assert list(long_functions(ast.parse(source), source)) == ["long"]
    assert list(long_functions(ast.parse(source[:-10]), source[:-10])) == []
