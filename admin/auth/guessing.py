"""Passwords that lists of common ones begin with, told by how they are made: no list to keep, none to outgrow."""

from __future__ import annotations

import re

LONG_ENOUGH = 12
"""Characters from which on a single word with figures around it is no longer what everybody tries first."""
OWN_LETTERS, OWN_CHARACTERS = 4, 8
ONE_WORD = re.compile(r"[\W\d_]*[^\W\d_]*[\W\d_]*")
FIGURES_FOR_LETTERS = str.maketrans("013457@$!", "oleastasi")
ROWS = ("1234567890", "qwertyuiopasdfghjklzxcvbnm", "йцукенгшщзхъфывапролджэячсмитьбю", "abcdefghijklmnopqrstuvwxyz",
        "абвгдежзийклмнопрстуфхцчшщъыьэюя", "1qaz2wsx3edc4rfv5tgb6yhn7ujm", "zaq12wsxcde34rfvbgt5", "147258369",
        "1q2w3e4r5t6y7u8i9o0p", "q1w2e3r4t5y6u7i8o9p0", "qweasdzxc", "йцуфывячс")  # fmt: skip
"""Ways of a finger over the keys, and the alphabets."""
TRIED_FIRST = re.compile(
    r"password|passwort|parol|пароль|qwerty|йцукен|admin\w*|welcome|iloveyou|letmein|monkey|dragon|football|baseball"
    r"|sunshine|princess|secret|секрет|привет|люблю|любовь|солнышко|россия|москва|insurance|страхов\w*|polisdesk|полис"
)


def is_easy(password: str, *names: str) -> bool:
    """Whether somebody who tries what most people choose, or this person's own names, is in soon."""
    plain = password.casefold()
    spelled = {plain, plain.translate(FIGURES_FOR_LETTERS)}
    if len(password) < LONG_ENOUGH and any(ONE_WORD.fullmatch(one) for one in spelled):
        return True
    rest = without_ways(plain)
    if len(rest) < OWN_CHARACTERS and len(letters_left(rest, [])) < OWN_LETTERS:
        return True
    known = [name.casefold() for name in names if len(name) >= OWN_LETTERS]
    return any(len(letters_left(one, known)) < OWN_LETTERS for one in spelled)


def without_ways(text: str) -> str:
    """The text with each repetition and each way over the keys, in either direction, as one character."""
    text = re.sub(r"(.+?)\1+", r"\1", text)
    return "".join(letter for n, letter in enumerate(text) if n < 2 or not is_way(text[n - 2 : n + 1]))


def is_way(three: str) -> bool:
    """Whether three characters are the same or follow one another."""
    return len(set(three)) == 1 or any(three in row or three[::-1] in row for row in ROWS)


def letters_left(text: str, known: list[str]) -> str:
    """The letters that are neither a word that is tried first nor one of the person's own names."""
    for name in known:
        text = text.replace(name, "")
    return re.sub(r"[\W\d_]", "", TRIED_FIRST.sub("", text))
