"""Labels of columns: the model's own, else the column's name as words. All are msgids."""

from __future__ import annotations

from typing import Any

ACRONYMS = frozenset({"inn", "kpp", "ogrn", "snils", "vin", "vat", "ip", "id", "url", "sts", "pts", "dms", "kbm"})


def label_of(column: Any) -> str:
    """The msgid of a column's label: `info["label"]`, else its name in words (`client_id` is "Client")."""
    return str(column.info.get("label") or humanised(column.name))


def humanised(name: str) -> str:
    """A column's name as words."""
    words = name.removesuffix("_id").split("_")
    text = " ".join(word.upper() if word in ACRONYMS else word for word in words)
    return text[:1].upper() + text[1:]
