"""The clock of an arrear in words."""

from datetime import timedelta

import pytest

from admin.arrears import read_clock
from admin.i18n import use_locale
from models import clock
from models.arrears import Arrear
from models.choices import ArrearEffect as E

TODAY = clock.today()


@pytest.mark.parametrize(
    ("effect", "days", "late", "words"),
    [
        (E.AT_RISK, None, 5, "просрочено на 5 дней · покрытие под угрозой"),
        (E.GRACE, 10, 5, "просрочено на 5 дней · отсрочка до {last}"),
        (E.GRACE, 3, 5, "просрочено на 5 дней · отсрочка прошла, покрытие приостановлено с {turns}"),
        (E.SUSPENDED, None, 1, "просрочено на 1 день · покрытие приостановлено с {turns}"),
        (
            E.REINSPECTION,
            None,
            2,
            "просрочено на 2 дня · покрытие приостановлено с {turns}, возобновится после осмотра",
        ),
        (E.TERMINATION, 15, 5, "просрочено на 5 дней · будет расторгнут {turns}"),
        (E.TERMINATION, 3, 5, "просрочено на 5 дней · подлежит расторжению с {turns}"),
    ],
)
def test_the_clock_in_words(effect: E, days: int | None, late: int, words: str) -> None:
    arrear = Arrear(TODAY - timedelta(days=late), effect.value, days)
    use_locale("ru")
    told = f"{arrear.due_on} {effect.value} {days or ''}".strip()
    expected = words.format(last=f"{arrear.last_day:%d.%m.%Y}", turns=f"{arrear.turns_on:%d.%m.%Y}")
    assert read_clock(told, TODAY) == expected
    assert read_clock(None, TODAY) == ""
