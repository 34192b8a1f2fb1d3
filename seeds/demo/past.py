"""What the demo brokerage sold before: where its deals of the past two years come from and what became of them."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from models.choices import DealStage, ReturnCause

MONTHS = 22
"""Months of history before the present one."""
DEALS_A_MONTH = {"anna": 4, "vera": 3}
SOURCES = ("Рекомендация", "Рекомендация", "Сайт", "Сайт", "Партнёр", "Звонок", "Повторное обращение")


class Sold(NamedTuple):
    """A kind of insurance: what it costs from and to in roubles, the commission in percent, and its series."""

    product: str
    least: int
    most: int
    percent: Decimal
    series: str
    halves: bool = False
    """Paid in two parts, half a year apart."""


SOLD = (
    Sold("osago", 6_000, 17_000, Decimal(10), "ХХХ"),
    Sold("osago", 6_000, 17_000, Decimal(10), "ХХХ"),
    Sold("kasko", 48_000, 165_000, Decimal(18), "АС", halves=True),
    Sold("mortgage", 9_000, 34_000, Decimal(30), "ИП"),
    Sold("property", 7_000, 26_000, Decimal(25), "АП"),
    Sold("accident", 3_000, 9_000, Decimal(30), "НС"),
)
INSURERS = ("ingos", "reso", "vsk", "soglasie", "sogaz", "alfa")
SLOW = ("soglasie", "vsk")
"""Insurers that keep one waiting for commission."""
LOST_AT = (DealStage.QUOTATION, DealStage.CLIENT_DECISION, DealStage.CLIENT_DECISION, DealStage.POLICY_ISSUE)
REASONS = ("Дорого", "Дорого", "Дешевле у другого", "Передумал", "Не отвечает", "Ушёл в банк", "Долго считали")
COMPETITORS = ("Банк при ипотеке", "Агент страховщика", "Маркетплейс", "Автосалон")
CAUSES = (ReturnCause.DOCUMENTS, ReturnCause.DOCUMENTS, ReturnCause.DATA, ReturnCause.UNCLEAR, ReturnCause.CLIENT)
FAMILIES = (
    "Абрамов", "Баранов", "Власов", "Герасимов", "Данилов", "Ефимов", "Жуков", "Зимин", "Исаев", "Карпов", "Лазарев",
    "Мартынов", "Назаров", "Осипов", "Панов", "Рябов", "Савин", "Титов", "Ушаков", "Филиппов", "Хохлов", "Цветков",
    "Чернов", "Шестаков",
)  # fmt: skip
NAMES = ("Алексей Игоревич", "Виктор Павлович", "Денис Олегович", "Кирилл Андреевич", "Роман Сергеевич")
PLANS = {
    ("team", "Продажи"): 420_000,
    ("team", "Партнёры"): 300_000,
    ("user", "anna"): 420_000,
    ("user", "vera"): 300_000,
}
"""Premium planned for a month, in roubles; commission is a sixth of it."""
