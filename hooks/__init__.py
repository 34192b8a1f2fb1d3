"""What follows at once, in the same transaction: one file for each record that things happen to."""

import pkgutil
from importlib import import_module


def load() -> None:
    """Import every module of this room, so that each fact finds its hooks. Every door does it before it opens."""
    for module in pkgutil.walk_packages(__path__, f"{__name__}."):
        import_module(module.name)
