"""What is true: tables, verbs, rules, statements."""

import pkgutil
from importlib import import_module


def load() -> None:
    """Import every module of this room, so that each table is mapped: a new entity is one new file."""
    for module in pkgutil.walk_packages(__path__, f"{__name__}."):
        import_module(module.name)
