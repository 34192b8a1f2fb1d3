"""Insurers as the trade calls them."""

from __future__ import annotations

from typing import NamedTuple


class InsurerSeed(NamedTuple):
    """One insurer as it is first made; the slug keeps its row known when people rename it."""

    slug: str
    name: str
    website: str


INSURERS = (
    InsurerSeed("ingos", "Ингосстрах", "ingos.ru"),
    InsurerSeed("reso", "РЕСО-Гарантия", "reso.ru"),
    InsurerSeed("vsk", "ВСК", "vsk.ru"),
    InsurerSeed("soglasie", "Согласие", "soglasie.ru"),
    InsurerSeed("rgs", "Росгосстрах", "rgs.ru"),
    InsurerSeed("sogaz", "СОГАЗ", "sogaz.ru"),
    InsurerSeed("alfa", "АльфаСтрахование", "alfastrah.ru"),
    InsurerSeed("tinsurance", "Т-Страхование", "tbank.ru"),
    InsurerSeed("renins", "Ренессанс", "renins.ru"),
    InsurerSeed("maks", "МАКС", "makc.ru"),
    InsurerSeed("sber", "СберСтрахование", "sberbankins.ru"),
    InsurerSeed("zetta", "Зетта", "zettains.ru"),
    InsurerSeed("absolut", "Абсолют Страхование", "absolutins.ru"),
    InsurerSeed("energogarant", "Энергогарант", "energogarant.ru"),
    InsurerSeed("pari", "ПАРИ", "skpari.ru"),
)
