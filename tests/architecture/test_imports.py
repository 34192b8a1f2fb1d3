"""Who may import what: the layers by import-linter, outside services and the queue by name."""

import ast

import pytest
from importlinter.cli import lint_imports

from tests.architecture.sources import imports, named, parsed, python_files

SDKS = frozenset({"boto3", "botocore", "telegram", "smtplib", "aiosmtplib", "httpx", "requests", "urllib3", "aio_pika"})
SDK_ROOMS = ("jobs/clients/", "bot/")
QUEUE_FILES = ("jobs/worker.py", "jobs/relay.py")


def strangers(name: str, tree: ast.AST) -> set[str]:
    """What a file imports although its place does not allow it."""
    found = set(imports(tree))
    sdks = found & SDKS if not name.startswith(SDK_ROOMS) else set()
    queue = found & {"arq"} if name not in QUEUE_FILES else set()
    return sdks | queue


def test_the_layers_hold() -> None:
    assert lint_imports(cache_dir=None) == 0


def test_services_and_the_queue_stay_in_their_files() -> None:
    assert {named(p): found for p in python_files() if (found := strangers(named(p), parsed(p)))} == {}


@pytest.mark.parametrize(
    ("name", "source", "found"),
    [
        ("admin/app.py", "import boto3", {"boto3"}),
        ("hooks/deal.py", "from telegram.ext import Application", {"telegram"}),
        ("jobs/relay.py", "from arq import create_pool", set()),
        ("jobs/schedule.py", "from arq import cron", {"arq"}),
        ("jobs/clients/storage.py", "import boto3", set()),
    ],
)
def test_the_rule_sees_a_stranger(name: str, source: str, found: set[str]) -> None:
    assert strangers(name, ast.parse(source)) == found
