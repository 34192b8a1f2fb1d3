"""Bring the catalogues up to date: what is new comes in empty, what nobody says any more goes."""

from __future__ import annotations

import io

from babel.messages import Catalog
from babel.messages.pofile import read_po, write_po

from admin.i18n.catalogue import FOLDER, LOCALES
from admin.locale.collect import catalogue

CHANGING = (
    '"POT-Creation-Date',
    '"PO-Revision-Date',
    '"Generated-By',
    '"Last-Translator',
    '"Language-Team',
    '"Report-',
)


def main() -> None:
    """Rewrite both files and say what waits for a translation."""
    found = catalogue()
    for locale in LOCALES:
        path = FOLDER / locale / "LC_MESSAGES" / "messages.po"
        known = read_po(path.open("rb"), locale)
        known.update(found, no_fuzzy_matching=True)
        known.obsolete.clear()
        path.write_text(text_of(known), encoding="utf-8")
        missing = [str(message.id) for message in known if message.id and not message.string]
        print(f"{locale}: {len(known)} messages, {0 if locale == 'en' else len(missing)} to translate")


def text_of(known: Catalog) -> str:
    """The file of a catalogue, without what changes each time it is written."""
    written = io.BytesIO()
    write_po(written, known, width=0, sort_output=True)
    lines = written.getvalue().decode().splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith(CHANGING)).lstrip()


if __name__ == "__main__":
    main()
