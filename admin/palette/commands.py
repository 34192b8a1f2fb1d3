"""Pages and what can be done anywhere, found by the beginnings of their words in either language and layout."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from admin.i18n import _, current_locale
from admin.palette.found import Group, Option
from admin.palette.marking import folded_as, marked
from admin.rendering import SHELL
from admin.views.base import Category
from admin.views.registry import menu
from models.rights import Rights
from models.texts import N_

MOST = 7
FIRST = ("/admin/intake", "/admin/deal/create", "/admin/client/create")
"""What is offered before anything is typed."""
LANGUAGES = {"ru": "Русский", "en": "English"}
THEMES = (
    ("light", "sun", N_("Light theme")),
    ("dark", "moon", N_("Dark theme")),
    ("auto", "device-desktop", N_("Theme of the device")),
)


class Command(NamedTuple):
    """A page, or a control of every page that is pressed."""

    icon: str
    name: str
    words: str
    """The names in which it is known, folded."""
    href: str = ""
    click: str = ""
    key: str = ""


def commands_for(rights: Rights, spellings: Sequence[str]) -> Group | None:
    """The pages and commands that a term names; before anything is typed, the first ones."""
    known = commands(rights, current_locale())
    if not spellings:
        found = [command for command in known if command.href in FIRST]
        return grouped(found, "")
    for spelling in spellings:
        if found := [command for command in known if fits(command, spelling)]:
            return grouped(found[:MOST], spelling)
    return None


def grouped(found: Sequence[Command], spelling: str) -> Group | None:
    """The commands as lines."""
    options = [Option(c.icon, marked(c.name, spelling), c.href, click=c.click, key=c.key) for c in found]
    return Group(_("Pages and commands"), options) if options else None


def fits(command: Command, spelling: str) -> bool:
    """Whether each word that was typed begins a word of the command."""
    known = command.words.split()
    return all(any(word.startswith(typed) for word in known) for typed in folded_as(spelling).split())


@lru_cache(maxsize=256)
def commands(rights: Rights, locale: str) -> tuple[Command, ...]:
    """Everything that this role may open or press, in the order in which it is offered."""
    return (*pages(rights), *making(rights), *anywhere(locale))


def pages(rights: Rights) -> Iterator[Command]:
    """A call, the first page and the lists of the menu."""
    if rights.may("deal", "create"):
        yield command("ti ti-phone-incoming", N_("New call"), href="/admin/intake", key="v")
    yield command("ti ti-home", N_("Start"), href="/admin/")
    for group in SHELL.menu(rights):
        for item in group.items:
            yield command(item.icon, item.name, href=item.address)


def making(rights: Rights) -> Iterator[Command]:
    """New records."""
    for category in (Category.WORK, Category.MONEY, Category.CATALOGUE, Category.PEOPLE):
        for view in menu()[category]:
            if view.creatable and view.editable and rights.may(view.identity, "create"):
                name = _("New record: {what}").format(what=_(view.name))
                words = folded_as(f"{name} new create {view.name}")
                yield Command("ti ti-plus", name, words, f"/admin/{view.identity}/create")


def anywhere(locale: str) -> Iterator[Command]:
    """What the shell offers on every page."""
    for value, name in LANGUAGES.items():
        if value != locale:
            chosen = f'form[action="/admin/language"] [value="{value}"]'
            shown = _("Change the language: {language}").format(language=name)
            words = folded_as(f"{shown} language язык {name}")
            yield Command("ti ti-language", shown, words, click=chosen)
    for value, icon, label in THEMES:
        yield command(f"ti ti-{icon}", label, click=f'form[action="/admin/theme"] [value="{value}"]')
    yield command("ti ti-keyboard", N_("Keyboard shortcuts"), click='[data-dialog="shortcuts"]', key="?")
    yield command("ti ti-key", N_("Change password"), href="/admin/password")
    yield command("ti ti-logout", N_("Sign out"), click='form[action="/admin/logout"] button')


def command(icon: str, name: str, *, href: str = "", click: str = "", key: str = "") -> Command:
    """A command by its English name, which is found in both languages."""
    return Command(icon, _(name), folded_as(f"{_(name)} {name}"), href, click, key)
