"""A state is said in the gender of its noun: the same English word is another Russian one beside another noun."""

from __future__ import annotations

import pytest

from admin.i18n import choice_label, use_locale
from jobs.words import words
from models.choices import (
    CalculationStatus,
    Choice,
    DealStage,
    ExpenseStatus,
    IncomeStatus,
    PaymentStatus,
    PolicyStatus,
    RenewalStatus,
    TaskStatus,
    TransitStatus,
)

WORDS: dict[type[Choice], dict[str, str]] = {
    DealStage: {"won": "В работе", "closed": "Закрыта", "lost": "Потеряна"},
    CalculationStatus: {"requested": "Запрошен", "offered": "Предложен", "confirmed": "Подтверждён"},
    PolicyStatus: {"issued": "Выдан", "cancelled": "Расторгнут", "annulled": "Аннулирован"},
    PaymentStatus: {"planned": "Запланирован", "paid": "Оплачен", "confirmed": "Подтверждён", "cancelled": "Отменён"},
    IncomeStatus: {"received": "Получен", "withheld": "Удержан", "written_off": "Списан"},
    ExpenseStatus: {"approved": "Согласован", "paid": "Выплачен", "cancelled": "Отменён"},
    TransitStatus: {"collected": "Получена от клиента", "passed_on": "Передана страховщику"},
    RenewalStatus: {"found": "Найдена", "offered": "Предложена", "renewed": "Состоялась", "lost": "Потеряна"},
    TaskStatus: {"new": "Новая", "accepted": "Принята", "done": "Выполнена", "returned": "Возвращена",
                 "cancelled": "Отменена"},
}  # fmt: skip
"""Сделка, расчёт, полис, взнос, доход, расход, премия, пролонгация, задача."""
SAID = [(choices, value, word) for choices, states in WORDS.items() for value, word in states.items()]


@pytest.mark.parametrize(("choices", "value", "word"), SAID)
def test_a_state_agrees_with_its_noun(choices: type[Choice], value: str, word: str):
    use_locale("ru")
    assert choice_label(choices, value) == word
    assert words("ru")(choices(value).label) == word, "outside the panel as in it"


def test_english_does_without_the_noun():
    use_locale("en")
    try:
        assert choice_label(TaskStatus, "cancelled") == choice_label(PolicyStatus, "cancelled") == "Cancelled"
        assert words("en")(TaskStatus.CANCELLED.label) == "Cancelled"
    finally:
        use_locale("ru")
