"""A sum that can be asked about: the words of it are a button, which `js/why.js` answers with the drawer."""

from __future__ import annotations

from decimal import Decimal

from markupsafe import Markup, escape

from admin.i18n import show_money

OPENING = '<button type="button" class="why" data-why="'
BUTTON = Markup('<button type="button" class="why" data-why="{}">{}</button>')


def why_html(amount: Decimal | int | None, address: str, text: str = "") -> Markup:
    """A sum with the way to its answer, `identity/key/field`; plain where there is none, empty for no sum."""
    if amount is None:
        return Markup("")
    words = text or show_money(amount)
    return BUTTON.format(address, words) if address else escape(words)


def opening(name: str) -> str:
    """The beginning of a button in a row that says itself whose it is; its end is `</button>`."""
    return f'{OPENING}{name}">'
