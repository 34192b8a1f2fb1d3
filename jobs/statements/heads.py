"""Finds the table of a statement in a sheet: the rows of its titles, however many, and the column of each field."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice, product

from jobs.statements.contents import is_day, is_sum, keeps
from jobs.statements.titles import COMMISSION, FIELDS, NEEDED, PERCENT, PREMIUM, plain, promises
from models.money import percent_of
from models.russian import Unreadable, is_blank, parse_amount, parse_percent

HEAD_WITHIN = 60
"""Rows: titles and letterheads above the table are shorter."""
DEEPEST = 3
"""Rows of a table's titles, where groups of columns have a title of their own."""
SAMPLE = 30
"""Rows below the titles by which columns are tried."""
MONEY = (PREMIUM, PERCENT, COMMISSION)
Row = Sequence[object]
Rows = Sequence[tuple[int, Row]]


@dataclass(frozen=True)
class Placed:
    """Where each field stands in a sheet, and the last row above the lines."""

    sheet: str
    head: int
    places: Mapping[str, int]
    titles: tuple[str, ...] = ()
    is_remembered: bool = False

    @property
    def fingerprint(self) -> str:
        """The same for each file with these titles in this order."""
        return fingerprint_of(self.titles)

    @property
    def is_whole(self) -> bool:
        """Whether nothing is missing that is needed."""
        return all(name in self.places for name in NEEDED)


@dataclass(frozen=True)
class Head:
    """Rows that may be the titles: the last of them, the words over each column, what stands below."""

    last: int
    depth: int
    titles: tuple[str, ...]
    below: list[Row] = field(default_factory=list, repr=False)


def fingerprint_of(titles: Sequence[str]) -> str:
    """A short mark of titles in their order; empty columns at the end do not count."""
    words = list(titles)
    while words and not words[-1]:
        words.pop()
    return hashlib.sha256("|".join(words).encode()).hexdigest()[:16]


def find_table(sheet: str, rows: Rows, remembered: Mapping[str, Mapping[str, int]]) -> Placed | None:
    """Where the fields of a sheet stand, remembered or recognised; incomplete where no better is found."""
    best: tuple[tuple[int, ...], Placed] | None = None
    for head in heads(rows):
        if known := remembered.get(fingerprint_of(head.titles)):
            return Placed(sheet, head.last, known, head.titles, is_remembered=True)
        places, sure = recognised(head)
        if len(places) < 2:
            continue
        missing = sum(name not in places for name in NEEDED)
        rank = (-missing, len(places), -head.depth, sure)
        if best is None or rank > best[0]:
            best = rank, Placed(sheet, head.last, places, head.titles)
    return best[1] if best else None


def heads(rows: Rows) -> Iterator[Head]:
    """Every run of up to three rows of words that may be the titles of a table."""
    few = list(islice(rows, HEAD_WITHIN + SAMPLE))
    for at, (_number, row) in enumerate(few[:HEAD_WITHIN]):
        if len({plain(cell) for cell in row} - {""}) < 2:
            continue  # nothing, or one title over the whole table
        titles = [plain(cell) for cell in row]
        for depth in range(DEEPEST):
            if depth and (at + depth >= len(few) or not is_promising(row) or not is_wordy(few[at + depth][1])):
                break
            if depth:
                titles = under(titles, few[at + depth][1])
            below = [one for _n, one in few[at + depth + 1 : at + depth + 1 + SAMPLE]]
            yield Head(few[at + depth][0], depth + 1, tuple(titles), below)


def is_promising(row: Row) -> bool:
    """Whether a row can be the upper one of several rows of titles: words, two of which promise something."""
    return is_wordy(row) and sum(bool(promises(title)) for title in {plain(cell) for cell in row}) > 1


def is_wordy(row: Row) -> bool:
    """Whether a row can be titles below titles: words alone, no sums and no days."""
    filled = [cell for cell in row if not is_blank(cell)]
    return bool(filled) and all(isinstance(c, str) and plain(c) and not is_sum(c) and not is_day(c) for c in filled)


def under(titles: Sequence[str], row: Row) -> list[str]:
    """Titles with those of the row below: a group's title stands over each of its columns."""
    words = [plain(cell) for cell in row]
    width = max(len(titles), len(words))
    above = [*titles, *[""] * (width - len(titles))]
    words += [""] * (width - len(words))
    group, found = "", []
    for over, own in zip(above, words, strict=True):
        group = over or (group if own else "")
        told = group if own else over
        found.append(own if told == own else " ".join(part for part in (told, own) if part))
    return found


def recognised(head: Head) -> tuple[dict[str, int], int]:
    """The column of each field, and how sure that is: by its title, by what is in it, and by whether the sums agree."""
    columns = {place: promises(title) for place, title in enumerate(head.titles) if title}
    if len({name for promised in columns.values() for name in promised}) < 2:
        return {}, 0
    kept: dict[str, dict[int, int]] = {name: {} for name in FIELDS}
    for place, promised in columns.items():
        cells = [cell_at(row, place) for row in head.below]
        for name, weight in promised.items():
            if keeps(cells, name) or (not head.below and weight > 3):
                kept[name][place] = weight
    money = best_money(head, kept)
    return best_places(kept, money)


def best_money(head: Head, kept: Mapping[str, Mapping[int, int]]) -> dict[str, int]:
    """Of several columns that may be premium, rate and commission those whose rows agree; else the surest."""
    options = [list(kept[name]) or [-1] for name in MONEY]
    best: tuple[tuple[float, int], tuple[int, ...]] | None = None
    for triple in product(*options):
        used = [place for place in triple if place >= 0]
        if len(set(used)) < len(used):
            continue
        sure = sum(kept[name].get(place, 0) for name, place in zip(MONEY, triple, strict=True))
        agree = round(agreeing(head.below, *triple), 1) if min(triple) >= 0 else 0.0
        if best is None or (agree, sure) > best[0]:
            best = (agree, sure), triple
    chosen = best[1] if best else ()
    return {name: place for name, place in zip(MONEY, chosen, strict=False) if place >= 0}


def best_places(kept: Mapping[str, Mapping[int, int]], money: Mapping[str, int]) -> tuple[dict[str, int], int]:
    """Fields to columns, the surest first; no column is two fields."""
    places = dict(money)
    sure = sum(kept[name][place] for name, place in money.items())
    others = {name: options for name, options in kept.items() if name not in MONEY}
    rest = [(weight, name, place) for name, options in others.items() for place, weight in options.items()]
    rest.sort(key=lambda one: (-one[0], one[2]))
    for weight, name, place in rest:
        if name not in places and place not in places.values():
            places[name] = place
            sure += weight
    return places, sure


def agreeing(rows: Sequence[Row], premium: int, percent: int, commission: int) -> float:
    """The share of rows in which the commission is the rate of the premium, to a rouble."""
    tried = agreed = 0
    for row in rows:
        try:
            base, told = parse_amount(cell_at(row, premium)), parse_amount(cell_at(row, commission))
            rate = parse_percent(cell_at(row, percent))
        except Unreadable:
            continue
        tried += 1
        agreed += abs(percent_of(base, rate) - told) <= 1
    return agreed / tried if tried else 0.0


def cell_at(row: Row, place: int) -> object:
    """A cell; what lies beyond the row's end is empty."""
    return row[place] if 0 <= place < len(row) else ""
