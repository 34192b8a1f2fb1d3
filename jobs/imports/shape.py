"""What a list can be filled with from a file: fields by the titles of their columns, words by their values."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import islice

from jobs.statements.heads import HEAD_WITHIN, SAMPLE, heads
from jobs.statements.titles import plain

Row = Sequence[object]
EXACT, BEGINS, WITHIN = 9, 5, 3
"""How sure a title makes a field."""
OTHER_NAMES: dict[str, tuple[str, ...]] = {
    "name": ("фио", "наименование", "название", "клиент", "страхователь", "контрагент", "customer"),
    "full_name": ("фио", "имя", "сотрудник"),
    "phone": ("сотовый", "мобильный", "моб телефон", "тел", "телефоны", "контакт", "mobile"),
    "email": ("почта", "e mail", "mail", "электронная почта"),
    "note": ("комментарий", "примечание", "заметка", "comment"),
    "birth_date": ("др", "дата рожд", "д р", "родился", "birthday"),
    "inn": ("tin", "инн клиента"),
    "number": ("№", "номер"),
    "premium": ("премия", "сумма премии"),
    "address": ("адрес регистрации", "адрес проживания"),
}
"""What spreadsheets call a column beside the panel's own label."""
OTHERWISE = 7
KEEP, CLEAR = "keep", "clear"
"""What an empty cell does: nothing, or it empties the field of a record that is there."""
SHORTEST = 3
"""Letters of a title of which another may be a part."""


@dataclass(frozen=True)
class FieldShape:
    """A field: the titles of its column in every language, the words of its choices with what they stand for."""

    titles: tuple[str, ...]
    words: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Shape:
    """An entity as its door describes it."""

    identity: str
    title: str
    fields: Mapping[str, FieldShape]
    keys: tuple[tuple[str, ...], ...]
    ways: tuple[tuple[str, ...], ...] = ()
    """By which of them alone a person may have records found."""

    def told(self) -> str:
        """As it is kept beside the upload."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def of(cls, told: str) -> Shape:
        """From what was kept."""
        found = json.loads(told)
        fields = {name: FieldShape(tuple(one["titles"]), one["words"]) for name, one in found["fields"].items()}
        keys, ways = (tuple(tuple(key) for key in found.get(name, ())) for name in ("keys", "ways"))
        return cls(found["identity"], found["title"], fields, keys, ways)


@dataclass(frozen=True)
class Columns:
    """Where each field stands in a sheet; `head` is the row of the titles, 0 for none."""

    sheet: str
    head: int
    places: Mapping[str, int]
    titles: tuple[str, ...] = ()
    fixed: Mapping[str, str] = field(default_factory=dict)
    """What is the same in every row and has no column."""
    key: tuple[str, ...] = ()
    """By what alone records are found; nothing: by the first of the natural keys that a row fills in."""
    empty: str = KEEP

    def told(self) -> str:
        """As they are kept beside the upload."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def of(cls, told: str) -> Columns:
        """From what was kept."""
        found = json.loads(told)
        return cls(**(found | {"titles": tuple(found["titles"]), "key": tuple(found.get("key", ()))}))


def guess(shape: Shape, sheet: str, rows: Iterable[tuple[int, Row]]) -> Columns:
    """The row whose titles name most fields, and their columns; without any the first row that has words."""
    few = [(number, list(cells)) for number, cells in islice(rows, HEAD_WITHIN + SAMPLE)]
    best = Columns(sheet, 0, {})
    for last, titles in candidates(few):
        places = placed(shape, titles)
        if len(places) > len(best.places) or not best.titles:
            best = Columns(sheet, last, places, tuple(titles))
    return best


def candidates(rows: Sequence[tuple[int, Row]]) -> list[tuple[int, Sequence[str]]]:
    """Rows that may be the titles: the row's number and the words over each column."""
    found: list[tuple[int, Sequence[str]]] = [(head.last, head.titles) for head in heads(rows)]
    single = ((number, [plain(cell) for cell in cells]) for number, cells in rows[:HEAD_WITHIN])
    return found or [(number, titles) for number, titles in single if any(titles)]


def placed(shape: Shape, titles: Sequence[str]) -> dict[str, int]:
    """Fields to columns, the surest first; no column is two fields."""
    options = [
        (max(sureness(title, one.titles), OTHERWISE * (title in OTHER_NAMES.get(name, ()))), place, name)
        for place, title in enumerate(titles)
        if title
        for name, one in shape.fields.items()
    ]
    places: dict[str, int] = {}
    for sure, place, name in sorted(options, key=lambda one: (-one[0], one[1])):
        if sure and name not in places and place not in places.values():
            places[name] = place
    return places


def sureness(title: str, known: Iterable[str]) -> int:
    """How sure a column's title makes a field."""
    return max((_likeness(title, plain(one)) for one in known), default=0)


def _likeness(title: str, label: str) -> int:
    if title == label:
        return EXACT
    if min(len(title), len(label)) < SHORTEST:
        return 0
    words, wanted = title.split(), label.split()
    if words[: len(wanted)] == wanted or wanted[: len(words)] == words:
        return BEGINS
    return WITHIN if set(wanted) <= set(words) else 0
