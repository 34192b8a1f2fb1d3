"""Places for values in statements that are built once and run many times."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BindParameter, bindparam
from sqlalchemy.types import TypeEngine


def slot(name: str, kind: TypeEngine[Any] | type[TypeEngine[Any]]) -> BindParameter[Any]:
    """A value that is given by this name when the statement runs."""
    return bindparam(name, None, kind)
