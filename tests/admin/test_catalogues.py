"""Nothing that a person can read is left without its Russian words."""

from __future__ import annotations

import re

from babel.messages.pofile import read_po

from admin.i18n import _, ngettext, use_locale
from admin.i18n.catalogue import FOLDER
from admin.locale.__main__ import text_of
from admin.locale.collect import catalogue, msgids
from models.texts import NC_

PLACEHOLDER = re.compile(r"\{(\w+)\}")


def russian() -> dict[object, object]:
    with (FOLDER / "ru" / "LC_MESSAGES" / "messages.po").open("rb") as source:
        return {
            NC_(message.context, message.id) if message.context else message.id: message.string
            for message in read_po(source, "ru")
            if message.id
        }


def test_every_msgid_has_its_russian():
    known = russian()
    assert sorted(str(msgid) for msgid in msgids() if not known.get(msgid)) == []


def test_the_catalogue_holds_nothing_that_nobody_says():
    assert sorted(str(msgid) for msgid in set(russian()) - msgids()) == []


def test_placeholders_are_the_same_in_both():
    for msgid, said in russian().items():
        if isinstance(msgid, str):
            assert set(PLACEHOLDER.findall(msgid)) == set(PLACEHOLDER.findall(str(said))), msgid


def test_the_words_are_calm():
    said = " ".join(map(str, russian().values())).lower()
    assert "!" not in said and "успешно" not in said


def test_what_a_choice_and_a_verb_are_called_is_collected():
    assert {"Hand off for calculation", "Client's decision", "Sum insured", "There is no such record."} <= msgids()


def test_a_catalogue_is_written_the_same_each_time():
    assert text_of(catalogue()) == text_of(catalogue())


def test_an_unknown_sentence_is_said_as_it_is():
    use_locale("ru")
    assert _("Северсталь-Логистик") == "Северсталь-Логистик"
    assert ngettext("{n} thing of nobody", "{n} things of nobody", 5) == "5 things of nobody"
