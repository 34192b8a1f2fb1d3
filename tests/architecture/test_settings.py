import ast
from pathlib import Path

ROOMS = {"models", "hooks", "jobs", "admin", "bot", "seeds", "migrations"}


def test_settings_import_none_of_our_rooms():
    tree = ast.parse(Path("settings.py").read_text())
    imported = {
        name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names])
    }
    assert imported.isdisjoint(ROOMS)
