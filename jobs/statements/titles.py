"""What the title of a column promises: insurers word the same seven fields in many ways."""

from __future__ import annotations

import re
from functools import lru_cache

from models.names import sort_key
from models.texts import N_

NUMBER, SERIES, HOLDER, PAID_ON = "number", "series", "holder", "paid_on"
PREMIUM, PERCENT, COMMISSION = "premium", "percent", "commission"
FIELDS = {
    NUMBER: N_("Policy number"),
    SERIES: N_("Series"),
    HOLDER: N_("Policyholder"),
    PAID_ON: N_("Paid on"),
    PREMIUM: N_("Premium"),
    PERCENT: N_("Rate, %"),
    COMMISSION: N_("Commission"),
}
"""The fields of a line, msgids."""
NEEDED = (NUMBER, COMMISSION)
"""Without these nothing can be matched."""
_EARNED = r"\bкв\b|\bав\b|комисс|вознагр"
_TAX = r"\bндс\b|\bндфл\b|налог"
_NO_RATE = r"%|ставк|процент|тариф"
_SUM_OF_TAX = r"^(сумма )?ндс|\bдата\b|база"
_NO_NUMBER = r"^дата|агентск|доп ?согл|\bдс\b|\bакт|счет|предыд|пролонг"
_RULES: tuple[tuple[str, int, str, str], ...] = (
    (PERCENT, 9, rf"({_NO_RATE}|размер).*({_EARNED})|({_EARNED}).*({_NO_RATE})", _TAX),
    (PERCENT, 6, r"ставк|процент|^%$", _TAX),
    (PERCENT, 3, r"%|тариф", _TAX),
    (
        COMMISSION,
        9,
        rf"(сумма|начисл|размер|к выплате).*({_EARNED})|({_EARNED}).*(руб|сумма|к выплате)|^(кв|ав)$",
        rf"{_NO_RATE}|{_SUM_OF_TAX}|без|ранее|удерж",
    ),
    (COMMISSION, 8, _EARNED, rf"{_NO_RATE}|{_SUM_OF_TAX}|без|ранее|удерж|расчет"),
    (COMMISSION, 4, rf"{_EARNED}|к выплате|к перечислению", rf"{_NO_RATE}|{_SUM_OF_TAX}"),
    (PAID_ON, 9, r"дата.*(оплат|платеж|поступ|взнос)|оплачен$|^оплата$", r"№|номер|план|следующ"),
    (PAID_ON, 6, r"оплачен|оплат|поступ|платеж", r"№|номер|сумма|руб|преми|назнач|план|вид|способ|форма"),
    (PAID_ON, 2, r"\bдата\b", r"договор|начал|оконч|заключ|рожд|акт|выдач|полис|счет"),
    (
        PREMIUM,
        9,
        r"(оплачен|поступ|получен|уплачен).*(преми|взнос)|сумма (взноса|платежа|оплаты|премии)|преми.*оплач",
        rf"{_EARNED}|дата|№|номер",
    ),
    (PREMIUM, 8, r"преми|взнос", rf"{_EARNED}|дата|№|номер|порядк|период"),
    (PREMIUM, 4, r"оплачено|платеж|сумма|оплат", rf"{_EARNED}|{_TAX}|дата|№|номер|страховая сумма|сумма страхов|лимит"),
    (SERIES, 9, r"\bсерия\b", r"номер|№|бсо|бланк|паспорт|квитанц"),
    (NUMBER, 9, r"(номер|№).*(полис|договор)|(полис|договор).*(номер|№)|серия.*(номер|№)|(номер|№).*серия", _NO_NUMBER),
    (NUMBER, 7, r"^(страховой )?(полис|договор)( страхования)?$|^(номер|№)$|^бсо$", _NO_NUMBER),
    (
        NUMBER,
        4,
        r"номер|\bдоговор[ау]?\b|\bполис[ау]?\b|№",
        rf"{_NO_NUMBER}|вид|тип|п п|телефон|взнос|плат|продукт|паспорт|квитанц|сумма|преми|наименов|предыд|серия$",
    ),
    (HOLDER, 9, r"страховател|клиент|^фио$", r"агент|менедж|инн|тип|телефон|дата|код|адрес|№|номер"),
    (
        HOLDER,
        5,
        r"\bфио\b|наименов|контрагент|лицо",
        r"агент|менедж|куратор|продукт|вид|програм|инн|филиал|подраздел|объект|выгодо",
    ),
)
"""Field, how sure its title makes it, what the title has, and what it must not have."""
_COMPILED = tuple((field, weight, re.compile(has), re.compile(lacks)) for field, weight, has, lacks in _RULES)


@lru_cache(maxsize=4096)
def plain(cell: object) -> str:
    """A title's words: no case, ё as е, no punctuation but № and %."""
    if not isinstance(cell, str) or len(cell) > 200:
        return ""
    spaced = sort_key(cell.replace("_", " ")).replace("№", " № ").replace("%", " % ")
    return " ".join(re.sub(r"[^\w№%]+", " ", spaced).split())


@lru_cache(maxsize=4096)
def promises(title: str) -> dict[str, int]:
    """How sure each field is by a title's words, from 1 to 9; fields that it cannot be are not named."""
    found: dict[str, int] = {}
    for field, weight, has, lacks in _COMPILED:
        if weight > found.get(field, 0) and has.search(title) and not lacks.search(title):
            found[field] = weight
    return found
