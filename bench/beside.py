"""Our ratios to the floor beside those of stock panels, which were measured against the same floor."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from bench.report import ratio_of

PEERS: dict[str, Any] = json.loads(Path(__file__).with_name("peers.json").read_text(encoding="utf-8"))
NAMES: list[str] = PEERS["peers"]
WIDTHS = (9, 8, 9, 9, *(max(16, len(name)) for name in NAMES))
FORM = "form"


def beside_the_peers(rows: list[dict[str, Any]]) -> str:
    """A line for each page that the peers have too: times the floor, for who sees all; the form in milliseconds."""
    found = {(row["deals"], row["case"], row["scope"]): row for row in rows}
    lines = [line(("deals", "page", "ours own", "ours all", *NAMES))]
    for deals in sorted({row["deals"] for row in rows}):
        for case in (*PEERS["ratios"], FORM):
            theirs = (PEERS["form_ms"] if case == FORM else PEERS["ratios"][case]).get(str(deals))
            ours = [told(found.get((deals, case, scope)), case) for scope in ("own", "all")]
            if theirs is not None and any(ours):
                lines.append(line((f"{deals:,}", case, *ours, *(of_peer(one, case) for one in theirs))))
    return "\n".join([*lines, "", PEERS["told"], PEERS["form_told"]])


def told(row: dict[str, Any] | None, case: str) -> str:
    """Our figure of a page."""
    if row is None or row["p50"] is None:
        return ""
    return f"{row['p50']:g} ms" if case == FORM else f"{ratio_of(row)}x"


def of_peer(number: float | None, case: str) -> str:
    """A peer's figure of a page."""
    if case == FORM:
        return "over 60 s" if number is None else f"{number:g} ms"
    return "–" if number is None else f"{number:g}x"


def line(cells: tuple[str, ...]) -> str:
    """A line of the table."""
    return " ".join(cell.rjust(width) for cell, width in zip(cells, WIDTHS, strict=True))
