"""How the cells of a dirty statement are spelt: one way for a file, with slips here and there."""

from __future__ import annotations

import random
from datetime import date, datetime
from decimal import Decimal

from tests.statements.dirty import LATIN, Line

NBSP = "\N{NO-BREAK SPACE}"
MONTHS = (
    "января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября",
    "декабря",
)  # fmt: skip


class Spelling:
    """The ways of one file; `is_text`: its cells are text alone."""

    def __init__(self, dice: random.Random, *, is_text: bool) -> None:
        self.dice, self.is_text = dice, is_text
        self.sums = dice.choice(("number", "comma", "spaces", "roubles", "parentheses") if not is_text
                                else ("comma", "spaces", "roubles", "parentheses", "point"))  # fmt: skip
        self.percents = dice.choice(("number", "share", "sign", "comma") if not is_text else ("plain", "sign", "share"))
        self.days = dice.choice(("text", "short", "iso", "words") if is_text else ("text", "day", "short", "words"))
        self.in_two = dice.random() < 0.4
        self.keeps_numbers_as_numbers = not is_text and dice.random() < 0.5

    def sum(self, value: Decimal) -> object:
        """A sum of money."""
        whole = f"{abs(value):,.2f}"
        minus = "-" if value < 0 else ""
        match self.sums:
            case "number":
                return float(value)
            case "comma":
                return minus + whole.replace(",", "").replace(".", ",")
            case "point":
                return minus + whole.replace(",", "")
            case "spaces":
                return minus.replace("-", "\N{MINUS SIGN}") + whole.replace(",", NBSP).replace(".", ",")
            case "roubles":
                return f"{minus}{whole.replace(',', ' ').replace('.', ',')} руб."
        spelt = whole.replace(",", " ").replace(".", ",")
        return f"({spelt})" if value < 0 else spelt

    def percent(self, value: Decimal) -> object:
        """A rate."""
        match self.percents:
            case "number":
                return float(value)
            case "share":
                return float(value / 100) if not self.is_text else str(value / 100).replace(".", ",")
            case "sign":
                return f"{value.normalize():f}%".replace(".", ",")
        return f"{value:.1f}".replace(".", ",")

    def day(self, value: date) -> object:
        """A day."""
        match self.days:
            case "day":
                return datetime(value.year, value.month, value.day)
            case "short":
                return f"{value:%d.%m.%y}"
            case "iso":
                return value.isoformat()
            case "words":
                return f"{value.day} {MONTHS[value.month - 1]} {value.year} г."
        return f"{value:%d.%m.%Y}"

    def number(self, line: Line, loses_series: bool) -> tuple[object, object]:
        """Series and number: in two cells, or all in the second."""
        series = "" if loses_series else self._series(line.series)
        digits = line.digits
        if self.dice.random() < 0.2:
            digits = digits.lstrip("0") or "0"
        if self.in_two or not series:
            cell: object = float(digits) if self.keeps_numbers_as_numbers else self._digits(digits)
            return series, cell
        if self.in_two:
            return series, digits
        return "", series + self.dice.choice((" ", "", "-", "  ", " № ", NBSP)) + self._digits(digits)

    def _series(self, series: str) -> str:
        way = self.dice.random()
        if way < 0.3:
            series = series.translate(LATIN)
        return series.lower() if 0.25 < way < 0.45 else series

    def _digits(self, digits: str) -> str:
        way = self.dice.random()
        if way < 0.15:
            return f"{digits[:4]} {digits[4:]}"
        if way < 0.2:
            return f"{digits[:3]}-{digits[3:]}"
        return f"№{digits}" if way < 0.25 else digits
