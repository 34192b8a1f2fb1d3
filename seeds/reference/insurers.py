"""Insurers as the trade calls them."""

from __future__ import annotations

from typing import NamedTuple


class InsurerSeed(NamedTuple):
    """One insurer as it is first made; the slug keeps its row known when people rename it."""

    slug: str
    name: str
    website: str
    inn: str | None = None
    """By which the bank's files name it."""


INSURERS = (
    InsurerSeed("ingos", "Ингосстрах", "ingos.ru", inn="7705042179"),
    InsurerSeed("reso", "РЕСО-Гарантия", "reso.ru", inn="7710045520"),
    InsurerSeed("vsk", "ВСК", "vsk.ru", inn="7710026574"),
    InsurerSeed("soglasie", "Согласие", "soglasie.ru"),
    InsurerSeed("rgs", "Росгосстрах", "rgs.ru", inn="7707067683"),
    InsurerSeed("sogaz", "СОГАЗ", "sogaz.ru", inn="7736035485"),
    InsurerSeed("alfa", "АльфаСтрахование", "alfastrah.ru", inn="7713056834"),
    InsurerSeed("tinsurance", "Т-Страхование", "tbank.ru"),
    InsurerSeed("renins", "Ренессанс", "renins.ru"),
    InsurerSeed("maks", "МАКС", "makc.ru"),
    InsurerSeed("sber", "СберСтрахование", "sberbankins.ru"),
    InsurerSeed("zetta", "Зетта", "zettains.ru"),
    InsurerSeed("absolut", "Абсолют Страхование", "absolutins.ru"),
    InsurerSeed("energogarant", "Энергогарант", "energogarant.ru"),
    InsurerSeed("pari", "ПАРИ", "skpari.ru"),
)
