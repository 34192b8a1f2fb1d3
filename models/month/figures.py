"""What moved in a month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

if TYPE_CHECKING:
    from models.session import Work

FIGURES = text(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class Figures:
    """Sums of a month in roubles; `in_transit` is what had been collected and not passed on at its end."""

    month: date
    premium: Decimal = Decimal(0)
    received: Decimal = Decimal(0)
    paid_out: Decimal = Decimal(0)
    vat: Decimal = Decimal(0)
    in_transit: Decimal = Decimal(0)

    def plain(self) -> dict[str, Any]:
        """As it is kept with a closed month."""
        return {name: str(value) for name, value in asdict(self).items() if name != "month"}

    @classmethod
    def kept(cls, month: date, told: Mapping[str, Any]) -> Figures:
        """From what was kept with a closed month."""
        return cls(month, **{f.name: Decimal(told.get(f.name, 0)) for f in fields(cls) if f.name != "month"})


async def figures_of(work: Work, months: Sequence[date]) -> list[Figures]:
    """The figures of these months (first days), as far as the actor sees."""
    found = (await work.execute(FIGURES, {"months": list(months)})).all()
    return [Figures(*row) for row in found]
