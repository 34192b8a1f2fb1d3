"""The one change set of every door: a form, a cell, a bulk edit, an import and the API write through it."""

from models.changes.apply import Change, Kept, Merged, apply
from models.changes.fields import editable, is_editable
from models.changes.make import already, create, create_many, restore, trash
from models.changes.values import read, wire

__all__ = [
    "Change",
    "Kept",
    "Merged",
    "already",
    "apply",
    "create",
    "create_many",
    "editable",
    "is_editable",
    "read",
    "restore",
    "trash",
    "wire",
]
