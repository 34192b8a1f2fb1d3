"""Passwords that lists of common ones hold are refused by how they are made; one's own phrases are not."""

from __future__ import annotations

import pytest

from admin.auth.guessing import is_easy

COMMON = """
    password baseball football jennifer superman trustno1 michelle sunshine 12345678 123456789 corvette starwars
    computer princess iloveyou whatever 11111111 passw0rd 1q2w3e4r 1qaz2wsx qazwsxedc q1w2e3r4 abcd1234 asdfasdf
    1234qwer qwertyui qwerty123 87654321 drowssap 1234567890 12341234 testtest password1 Password123 qwertyuiop
    123123123 zaq12wsx q1w2e3r4t5 password1234 qwerty123456 P@ssw0rd1234 administrator Admin123456! йцукенгш
    пароль123 passwordpassword parol123456 aaaaaaaaaaaa abcabcabcabc 111111111111 qwertyuiopasdfgh 1qaz2wsx3edc4rfv
    asdfghjkl123 Qwerty123! zxcvbnm123 11223344 12344321 147258369 qweasdzxc qweasdzxc123 123qweasd anna2026
    Сергеева2026 annaanna2026 polisdesk2026 Monkey123456 солнышко123 1985-06-12 +79298277534
"""
OWN = (
    "длинная фраза для входа", "correct horse battery", "kx7Q-m2vT", "зелёный-кит-42", "g7#Kp2!x", "мама мыла раму",
    "синий чайник свистит", "lampa-v-okne", "Vb7nQ2xL9p", "анна ест борщ по пятницам",
)  # fmt: skip


@pytest.mark.parametrize("password", COMMON.split())
def test_a_common_one_is_easy(password: str) -> None:
    assert is_easy(password, "anna", "Анна", "Сергеева")


@pytest.mark.parametrize("password", OWN)
def test_a_phrase_of_ones_own_is_not(password: str) -> None:
    assert not is_easy(password, "anna", "Анна", "Сергеева")
