"""The table for people and the list for machines."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from bench.cases import FORM_MS, LISTED, PALETTE_MS, STATEMENTS_OF_A_LIST, TOUCH_MS, TOUCHES

HEAD = ("deals", "scope", "case", "ours p50", "p95", "floor p50", "ratio", "budget", "met", "SQL", "n")
MAY_DIFFER = 0.02
"""A load's stage holds about, not just, 50,000 deals."""
WIDTHS = (9, 5, 8, 9, 9, 9, 7, 9, 8, 5, 5)


def table(rows: list[dict[str, Any]]) -> str:
    """Milliseconds, the ratio to the floor, the budget and whether it is met."""
    lines = [_line(HEAD)]
    for row in rows:
        shown = (row["deals"], row["scope"], row["case"], row["p50"], row["p95"], row["floor"], ratio_of(row))
        lines.append(_line((*shown, _budget(row), met(row), _statements(row), row["n"])))
        lines += [f"          {what}: {said}" for what, said in _remarks(row)]
    return "\n".join(lines)


def write(rows: list[dict[str, Any]], target: Path) -> None:
    """`bench/results.json`: {name, value, unit, floor, ratio, n}; the value of what is missing is null."""
    listed: list[dict[str, Any]] = []
    for row in rows:
        name = f"{row['case']}, {row['deals']} deals, scope {row['scope']}"
        common = {"unit": "ms", "n": row["n"]}
        listed.append(
            {"name": f"{name}, p50", "value": row["p50"], **common, "floor": row["floor"], "ratio": ratio_of(row)}
        )
        listed.append({"name": f"{name}, p95", "value": row["p95"], **common, "floor": row["floor_p95"], "ratio": None})
        counted = {"value": row["statements"], "unit": "statements", "floor": None, "ratio": None, "n": row["n"]}
        listed.append({"name": f"{name}, SQL", **counted})
    target.write_text(json.dumps(listed, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def ratio_of(row: dict[str, Any]) -> float | None:
    """How many times the floor's median ours is."""
    return round(row["p50"] / row["floor"], 2) if row["p50"] and row["floor"] else None


def met(row: dict[str, Any]) -> str:
    """Whether the budget holds; a list keeps its number of statements too."""
    if row["p50"] is None:
        return "missing"
    if row["case"] == "form":
        return "yes" if row["p50"] <= FORM_MS else "no"
    if row["case"] == "palette":
        return "yes" if row["p95"] <= PALETTE_MS else "no"
    if row["case"] in TOUCHES:
        return "yes" if row["p50"] <= TOUCH_MS else "no"
    ratio = ratio_of(row)
    if ratio is None:
        return "?"
    if row["case"] in LISTED and (row["statements"] or 0) > STATEMENTS_OF_A_LIST:
        return "no (SQL)"
    return "yes" if ratio <= row["allowed"] else "no"


def _budget(row: dict[str, Any]) -> str:
    fixed = ({"form": FORM_MS, "palette": PALETTE_MS} | dict.fromkeys(TOUCHES, TOUCH_MS)).get(row["case"])
    return f"{fixed:g} ms" if fixed else f"{row['allowed']:g}x"


def _statements(row: dict[str, Any]) -> str:
    return "" if row["statements"] is None else f"{row['statements']:.1f}"


def _remarks(row: dict[str, Any]) -> list[tuple[str, str]]:
    absent = [
        (f"{who} missing", row[key]) for who, key in (("ours", "missing"), ("floor", "floor_missing")) if row[key]
    ]
    if row["case"] == "csv" and not absent and abs(row["rows"] - row["floor_rows"]) > row["floor_rows"] * MAY_DIFFER:
        absent.append(("not the same rows", f"ours {row['rows']:,}, floor {row['floor_rows']:,}"))
    return absent


def _line(cells: tuple[Any, ...]) -> str:
    shown = ("–" if cell is None else f"{cell:,}" if isinstance(cell, int | float) else str(cell) for cell in cells)
    return " ".join(cell.rjust(width) for cell, width in zip(shown, WIDTHS, strict=True))
