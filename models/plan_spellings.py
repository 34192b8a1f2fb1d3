"""How people write instalment plans in workbooks and forms, in Russian and by percentages."""

import re
from decimal import Decimal

from models.errors import Invalid
from models.plans import FOUR, ONCE, PLANS, TWELVE, TWO, Plan, equal_plan, percent_plan
from models.texts import N_

_PHRASES = {
    **dict.fromkeys(
        ("единовременно", "единовременный", "единовр", "разово", "сразу", "полностью", "без рассрочки", "100"), ONCE
    ),
    **dict.fromkeys(("раз в полгода", "по полугодиям", "полугодовая"), TWO),
    **dict.fromkeys(("раз в квартал", "ежеквартально", "поквартально", "по кварталам"), FOUR),
    **dict.fromkeys(("раз в месяц", "ежемесячно", "помесячно", "по месяцам"), TWELVE),
}
_COUNTS = {
    **dict.fromkeys(("один", "одним"), 1),
    **dict.fromkeys(("два", "две", "двумя"), 2),
    **dict.fromkeys(("три", "тремя"), 3),
    **dict.fromkeys(("четыре", "четырьмя"), 4),
    **dict.fromkeys(("шесть", "шестью"), 6),
    **dict.fromkeys(("двенадцать", "двенадцатью"), 12),
}
_COUNT = rf"[0-9]{{1,2}}|{'|'.join(_COUNTS)}"
_EQUAL = re.compile(
    rf"equal-(?P<slug>[0-9]{{1,2}})|(?:в |на )?(?P<count>{_COUNT})(?: равн\w+)?(?: (?:платеж|взнос|част)\w*)?"
)
_PERCENT = r"[0-9]{1,2}(?:[.,][0-9]{1,4})?"
_PERCENTS = re.compile(
    rf"(?P<percents>{_PERCENT}(?:[/+-]{_PERCENT})+)(?:@(?P<months>[0-9]{{1,3}}(?:[/-][0-9]{{1,3}})+))?"
)


def parse_plan(spelling: str) -> Plan:
    """The plan meant by «2 платежа», «40/20/20/20», «ежемесячно», «30/30/40@0/2/5» or a plan's slug.

    «50/50» is within three months, other percentages evenly over a year. `Invalid` where nothing is recognised.
    """
    words = _normal(spelling)
    if plan := PLANS.get(words) or _PHRASES.get(words):
        return plan
    if found := _EQUAL.fullmatch(words):
        count = found["slug"] or found["count"]
        return equal_plan(_COUNTS.get(count) or int(count))
    if found := _PERCENTS.fullmatch(words.replace(" ", "")):
        return _by_percents(found["percents"], found["months"])
    raise Invalid(N_("“{spelling}” is not a known instalment plan"), spelling=spelling)


def _normal(spelling: str) -> str:
    words = " ".join(spelling.casefold().replace("ё", "е").replace("%", "").split())
    return re.sub(r"\s*[/\-–—−:]\s*", "-", words).removeprefix("рассрочка ").rstrip(".")


def _by_percents(percents: str, months: str | None) -> Plan:
    weights = [Decimal(percent.replace(",", ".")) for percent in re.split("[/+-]", percents)]
    return percent_plan(weights, None if months is None else [int(month) for month in re.split("[/-]", months)])
