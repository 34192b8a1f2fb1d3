"""Numbers that the state, insurers and telephone companies give: their checks and one spelling for each."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

_TO_CYRILLIC = str.maketrans("ABCEHKMOPTXY", "АВСЕНКМОРТХУ")
_TO_LATIN = str.maketrans("АВСЕНКМОРТХУ", "ABCEHKMOPTXY")
_NOT_DIGIT = re.compile(r"\D")
_INN_10 = (2, 4, 10, 3, 5, 9, 4, 6, 8)
_INN_11 = (7, *_INN_10)
_INN_12 = (3, *_INN_11)
_KPP = re.compile(r"\d{4}[0-9A-Z]{2}\d{3}")
_EXTENSION = re.compile(r"(доб|внутр|вн|ext)\.?\s*\d+.*$", re.IGNORECASE)
_PHONE_PARTS = re.compile(r"[,;/\n]|\bи\b")
_NUMBER_NOISE = re.compile(r"(серия|номер|полис|договор|№|(?<![^\W\d_])n[oо°º]?\.?(?=\s*\d))[.:]?", re.IGNORECASE)
_NUMBER_DATE = re.compile(r"\s+от\s+\d{1,2}\.\d{1,2}\.\d{2,4}.*$", re.IGNORECASE)
_NOT_ALNUM = re.compile(r"[\W_]")
_SERIES_AND_NUMBER = re.compile(r"(\d{0,3}[^\W\d_]+)?(\d+)")
_OSAGO_SERIES = re.compile(r"(ААВ|ААК|ААМ|ААН|ААС|ВВВ|ССС|ЕЕЕ|ККК|МММ|ННН|РРР|ТТТ|ХХХ)")
_VIN = re.compile(r"[A-HJ-NPR-Z0-9]{17}")
_PLATE = re.compile(
    r"[АВЕКМНОРСТУХ]\d{3}[АВЕКМНОРСТУХ]{2}\d{2,3}"  # cars
    r"|[АВЕКМНОРСТУХ]{2}\d{3,4}\d{2,3}"  # taxis, buses and trailers
    r"|\d{4}[АВЕКМНОРСТУХ]{2}\d{2,3}"  # motorcycles and machines
)


class BadIdentifier(ValueError):
    """The number fails its own check."""


def parse_inn(value: object) -> str:
    """A taxpayer's number, 10 digits (organisation) or 12 (person), checked by its control digits; a leading zero that
    Excel dropped is put back. Raises BadIdentifier. Source: order ЕД-7-14/559 of the tax service."""
    digits = _spelling(value).replace(" ", "")
    if not digits.isascii() or not digits.isdigit():
        raise BadIdentifier("An INN has digits only")
    digits = "0" + digits if len(digits) in (9, 11) else digits
    if not is_inn(digits):
        raise BadIdentifier("The control digits of the INN do not agree")
    return digits


def is_inn(digits: str) -> bool:
    """Whether the control digits of a 10- or 12-digit INN agree."""
    if len(digits) == 10:
        return _control(digits, _INN_10) == digits[9] and digits != "0" * 10
    controls = _control(digits, _INN_11) + _control(digits, _INN_12)
    return len(digits) == 12 and controls == digits[10:] and int(digits) > 0


def parse_ogrn(value: object) -> str:
    """A registration number, ОГРН of 13 digits or ОГРНИП of 15, by its control digit. Raises BadIdentifier."""
    digits = _NOT_DIGIT.sub("", _spelling(value))
    if len(digits) not in (13, 15) or str(int(digits[:-1]) % (len(digits) - 2) % 10) != digits[-1]:
        raise BadIdentifier("The control digit of the OGRN does not agree")
    return digits


def parse_kpp(value: object) -> str:
    """A tax registration code of 9 characters; Excel's lost zero is put back. Raises BadIdentifier."""
    code = _spelling(value).replace(" ", "").upper()
    code = code.rjust(9, "0") if len(code) == 8 else code
    if not _KPP.fullmatch(code):
        raise BadIdentifier("A KPP has nine characters")
    return code


def parse_phone(value: object) -> str:
    """A telephone number as E.164; ten digits or a leading 8 are Russian. Raises BadIdentifier."""
    return _phone(_spelling(value))


def parse_phones(value: object) -> tuple[str, ...]:
    """Each telephone number of a cell that may hold several. Raises BadIdentifier on the first bad one."""
    parts = [part for part in _PHONE_PARTS.split(_spelling(value)) if part.strip()]
    return tuple(dict.fromkeys(_phone(part) for part in parts))


def format_phone(phone: str) -> str:
    """An E.164 number for the eye: +7 986 117-46-63; foreign ones stay as they are."""
    if phone.startswith("+7") and len(phone) == 12:
        return f"+7 {phone[2:5]} {phone[5:8]}-{phone[8:10]}-{phone[10:]}"
    return phone


@dataclass(frozen=True, slots=True)
class PolicyNumber:
    """A policy's series (may be empty) and number, look-alike letters in one alphabet."""

    series: str
    number: str

    @property
    def key(self) -> str:
        """The same for each spelling of one policy: no spaces and dashes, no leading zeros (Excel drops them)."""
        if self.series and not self.series.isdigit():
            return self.series + self.digits
        return (self.series + self.number).lstrip("0") or "0"

    @property
    def digits(self) -> str:
        """The number alone, without leading zeros: for references that lost their series."""
        return self.number.lstrip("0") or "0"

    def __str__(self) -> str:
        return f"{_shown(self.series)} {self.number}".strip()


def parse_policy_number(value: object, series: object = "") -> PolicyNumber:
    """Series and number from one cell («xxx № 7351333159», «098AC9570 125933») or from two. Raises BadIdentifier."""
    return _policy_number(_spelling(value), _spelling(series))


@lru_cache(maxsize=16384)
def _policy_number(text: str, series: str) -> PolicyNumber:
    start, whole = _letters_and_digits(series), _letters_and_digits(text)
    bare = whole if start and whole.startswith(start) and not whole.isdigit() else start + whole
    if not any(character.isdigit() for character in whole):
        raise BadIdentifier("A policy number has digits")
    if start.isdigit() and whole.isdigit():
        return PolicyNumber(start, whole)
    match = _SERIES_AND_NUMBER.fullmatch(bare)
    if not match:
        return PolicyNumber("", bare)
    return PolicyNumber(match[1] or "", _with_lost_zeros(match[1] or "", match[2]))


def shown_policy_number(value: str) -> str:
    """The one spelling to keep: «xxx № 7351333159» as ХХХ 7351333159; an insurer's own pattern stays as it is printed.

    Raises BadIdentifier.
    """
    parsed = parse_policy_number(value)
    return str(parsed) if _OSAGO_SERIES.fullmatch(parsed.series) else " ".join(value.split())


def parse_vin(value: object) -> str:
    """A vehicle's 17-character number in Latin letters, without I, O and Q (ISO 3779). Raises BadIdentifier."""
    vin = _NOT_ALNUM.sub("", _spelling(value).upper()).translate(_TO_LATIN)
    if not _VIN.fullmatch(vin):
        raise BadIdentifier("A VIN has 17 letters and digits without I, O and Q")
    return vin


def parse_plate(value: object) -> str:
    """A Russian registration plate with its region, in Cyrillic: А123ВС777 (ГОСТ Р 50577). Raises BadIdentifier."""
    plate = re.sub(r"RUS$", "", _NOT_ALNUM.sub("", _spelling(value).upper())).translate(_TO_CYRILLIC)
    if not _PLATE.fullmatch(plate):
        raise BadIdentifier("This is not a Russian registration plate")
    return plate


def _spelling(value: object) -> str:
    """What was typed: Excel gives whole numbers as floats."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value).strip()


def _control(digits: str, weights: tuple[int, ...]) -> str:
    return str(sum(weight * int(digit) for weight, digit in zip(weights, digits, strict=False)) % 11 % 10)


@lru_cache(maxsize=4096)
def _phone(text: str) -> str:
    bare = _EXTENSION.sub("", text.strip())
    digits = _NOT_DIGIT.sub("", bare)
    if len(digits) == 10 and digits[0] in "3489" and not bare.startswith("+"):
        return "+7" + digits
    if len(digits) == 11 and digits[0] in "78" and digits[1] in "34689":
        return "+7" + digits[1:]
    if bare.startswith("+") and 8 <= len(digits) <= 15 and digits[0] not in "07":
        return "+" + digits
    raise BadIdentifier("This is not a telephone number")


def _letters_and_digits(text: str) -> str:
    dateless = _NUMBER_DATE.sub("", text) if "." in text else text
    return _NOT_ALNUM.sub("", _NUMBER_NOISE.sub(" ", dateless)).upper().translate(_TO_CYRILLIC)


def _with_lost_zeros(series: str, number: str) -> str:
    """A compulsory motor policy has ten digits (Bank of Russia, 755-П), so its lost zeros are known."""
    return number.rjust(10, "0") if _OSAGO_SERIES.fullmatch(series) else number


def _shown(series: str) -> str:
    """A series with a letter that only the Latin alphabet has is shown in Latin."""
    latin = series.translate(_TO_LATIN)
    return latin if latin.isascii() and re.search("[A-Z]", series) else series
