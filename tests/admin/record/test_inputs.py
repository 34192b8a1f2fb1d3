"""What stands in an input is read back as the same value, in both languages."""

from __future__ import annotations

from decimal import Decimal

import pytest

from admin.i18n import use_locale
from admin.views.record.inputs import form_of, input_for
from models.calculation import Calculation
from models.changes import read


@pytest.mark.parametrize("locale", ["ru", "en"])
@pytest.mark.parametrize("value", ["4890", "1234567.89", "0.5", "1000", "999999999999.99"])
def test_a_sum_survives_its_form(locale: str, value: str) -> None:
    use_locale(locale)
    column = Calculation.__table__.columns["premium"]
    form = form_of({"premium": input_for(Calculation, column, "", "")})(data={"premium": Decimal(value)})
    assert read(column, form["premium"].text) == Decimal(value)  # type: ignore[attr-defined]
    use_locale("ru")
