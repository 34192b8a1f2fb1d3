"""A deal of the demo as it is told: whose, about what, and how far it has come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class Variant(NamedTuple):
    """What an insurer asks, in roubles."""

    insurer: str
    premium: str
    program: str = ""
    deductible: str = ""
    valid: int = 14
    """Days for which it stands."""
    refused: str = ""
    """Why the insurer does not take it; then the premium plays no part."""


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A deal begun `ago` days back that came to `until`; a policy starts `starts` days from today."""

    client: str
    product: str
    thing: str = ""
    until: str
    ago: int = 0
    variants: tuple[Variant, ...] = ()
    plan: str = "once"
    starts: int = 1
    days: int = 0
    """Days of cover where it is not a year."""
    paid: int = 0
    received: int = 0
    note: str = ""


KASKO_CAR = (
    Variant("ingos", "98400.00", "Платинум"),
    Variant("alfa", "91250.50", "АльфаКАСКО", "15000"),
    Variant("renins", "104300.00"),
    Variant("soglasie", "0", refused="Не берёт машины без спутниковой сигнализации"),
)
