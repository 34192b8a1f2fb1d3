import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.names import client_key, is_organisation, sort_key, tidy

RUSSIAN = st.text("абвгдеёжзийклмнопрстуфхцчшщъыьэюя", min_size=1, max_size=12)


@given(st.lists(RUSSIAN, min_size=1, max_size=4))
def test_a_name_sorts_the_same_however_it_is_typed(words: list[str]) -> None:
    plain = " ".join(words)
    for spelling in (plain.upper(), "  " + "\u00a0 ".join(words) + " ", plain.replace("ё", "е"), f"«{plain}»"):
        assert sort_key(spelling) == sort_key(plain)
        assert client_key(spelling) == client_key(plain)


@given(st.text())
def test_keys_are_stable(name: str) -> None:
    assert sort_key(sort_key(name)) == sort_key(name)
    assert tidy(tidy(name)) == tidy(name)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ('«  ООО "ГАЛАКТИКА-12" »', 'ООО "Галактика-12"'),
        ("Галактика, ООО", 'ООО "Галактика"'),
        ("Общество с ограниченной ответственностью „Галактика“", "ООО Галактика"),
        ("Артемьева Алёна", "АРТЕМЬЕВА АЛЕНА"),
        ("Cоснин Oлег", "Соснин Олег"),
        ("Петров – Водкин", "Петров-Водкин"),
        ("Зои\u0306 Антон", "Зой Антон"),
    ],
)
def test_two_spellings_of_one_client(one: str, other: str) -> None:
    assert client_key(one) == client_key(other)


def test_different_names_stay_different() -> None:
    names = [
        "ООО Галактика",
        "АО Галактика",
        "Галактика-2 ООО",
        "Иванов Пётр",
        "Иванова Пётр",
        "ИП Иванов Пётр",
        "Smith John",
    ]
    assert len({client_key(name) for name in names}) == len(names)


def test_organisations_are_known_by_their_form() -> None:
    assert is_organisation('ПАО "Ромб"')
    assert is_organisation("Закрытое акционерное общество Ромб")
    assert not is_organisation("ИП Соснин Олег")
    assert not is_organisation("Аора Мария")
