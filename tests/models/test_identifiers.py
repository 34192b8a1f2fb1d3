import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from models.identifiers import (
    BadIdentifier,
    PolicyNumber,
    format_phone,
    is_inn,
    parse_inn,
    parse_kpp,
    parse_ogrn,
    parse_phone,
    parse_phones,
    parse_plate,
    parse_policy_number,
    parse_vin,
)

DIGITS = "0123456789"
SERIES = st.sampled_from(["", "ХХХ", "ТТТ", "ААС", "МТ", "004АС", "РЕСО", "СУ"])
NUMBERS = st.text(DIGITS, min_size=6, max_size=12).filter(lambda digits: digits.strip("0") != "")
LATIN = str.maketrans("АВСЕНКМОРТХУ", "ABCEHKMOPTXY")


def inn_by_definition(body: str) -> str:
    """The control digits worked out from the order's tables, apart from the code under test."""
    tables = {9: ["2 4 10 3 5 9 4 6 8"], 10: ["7 2 4 10 3 5 9 4 6 8", "3 7 2 4 10 3 5 9 4 6 8"]}
    for table in tables[len(body)]:
        total = 0
        for place, weight in enumerate(table.split()):
            total += int(weight) * int(body[place])
        body += str(total % 11)[-1]
    return body


@given(st.text(DIGITS, min_size=9, max_size=10), st.integers(1, 9))
def test_an_inn_is_known_by_its_control_digits(body: str, shift: int) -> None:
    assume(not body.startswith("00"))
    inn = inn_by_definition(body)
    assert parse_inn(inn) == inn
    assert parse_inn(float(int(inn))) == inn
    assert not is_inn(inn[:-1] + str((int(inn[-1]) + shift) % 10))


@pytest.mark.parametrize("text", ["", "12", "7707083894", "0000000000", "770708389a", "٧٧٠٧٠٨٣٨٩٣", None])
def test_what_is_not_an_inn(text: object) -> None:
    with pytest.raises(BadIdentifier):
        parse_inn(text)


def test_registration_numbers() -> None:
    assert parse_ogrn("1027700132195") == "1027700132195"
    assert parse_kpp(77301001.0) == "077301001"
    for call, text in ((parse_ogrn, "1027700132196"), (parse_ogrn, ""), (parse_kpp, "77")):
        with pytest.raises(BadIdentifier):
            call(text)


@given(st.text(DIGITS, min_size=9, max_size=9))
def test_a_phone_is_one_in_every_spelling(rest: str) -> None:
    number = "9" + rest
    a, b, c, d = number[:3], number[3:6], number[6:8], number[8:]
    spellings: list[object] = [
        f"+7{number}", f"8{number}", f"8 ({a}) {b}-{c}-{d}", f"+7 {a} {b} {c} {d}", f"{a}-{b}-{c}{d}",
        f"+7({a}){b}{c}{d} доб. 12", float("8" + number), int("7" + number), f"8\u00a0{a}\u00a0{b}{c}{d}",
    ]  # fmt: skip
    assert {parse_phone(spelling) for spelling in spellings} == {"+7" + number}
    assert parse_phone(format_phone("+7" + number)) == "+7" + number


def test_foreign_and_several_phones() -> None:
    assert parse_phone("+375 29 123-45-67") == "+375291234567"
    assert parse_phones("8 916 111-22-33, 89161112234; +7 916 111 22 33") == ("+79161112233", "+79161112234")
    for text in ("", "12345", "нет", "8123", "+7", "00000000000"):
        with pytest.raises(BadIdentifier):
            parse_phone(text)


@given(SERIES, NUMBERS)
def test_a_policy_number_is_one_in_every_spelling(series: str, number: str) -> None:
    latin = series.translate(LATIN)
    spellings = [
        f"{series} {number}", f"{series}{number}", f"{series}-{number}", f"{series} № {number}", f"{series}№{number}",
        f"{latin}{number[:4]} {number[4:]}", f"{latin.lower()}  {number}", f"Полис серия {series} номер {number}",
        f"{series} N {number}", f"{series} {number} от 01.02.2025", f"\u00a0{series}\u00a0{number}",
    ]  # fmt: skip
    keys = {parse_policy_number(spelling).key for spelling in spellings}
    keys.add(parse_policy_number(number, series).key)
    keys.add(parse_policy_number(float(number), latin).key)
    keys.add(parse_policy_number(f"{series} {number}", series).key)
    assert len(keys) == 1


def test_a_policy_number_for_the_eye() -> None:
    assert str(parse_policy_number("xxx№7351333159")) == "ХХХ 7351333159"
    assert str(parse_policy_number("098AC9570 125933")) == "098АС 9570125933"
    assert str(parse_policy_number(42844361.0, "ТТТ")) == "ТТТ 0042844361"
    assert str(parse_policy_number("SYS 1234567890")) == "SYS 1234567890"
    assert parse_policy_number(742844361.0).key == parse_policy_number("№0742844361").key
    assert parse_policy_number("ХХХ 1").key != parse_policy_number("ТТТ 1").key
    assert parse_policy_number("1234567", "0001").key == parse_policy_number("0001 1234567").key
    assert parse_policy_number("24190V8000123") == PolicyNumber("", "24190V8000123")


@pytest.mark.parametrize("text", ["", " ", "б/н", "—", None])
def test_no_policy_number(text: object) -> None:
    with pytest.raises(BadIdentifier):
        parse_policy_number(text)


def test_vehicles() -> None:
    assert parse_vin("хта 2109-9043576182") == "XTA21099043576182"
    assert parse_plate("a123bc 777 rus") == "А123ВС777"
    assert parse_plate("АВ 1234 77") == "АВ123477"
    for call, text in ((parse_vin, "XTA2109904357618"), (parse_vin, "ITA21099043576182"), (parse_plate, "Ж123ВС77")):
        with pytest.raises(BadIdentifier):
            call(text)
