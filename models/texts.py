"""Sentences that are written once in English and translated where a person reads them."""

from collections.abc import Callable
from string import Formatter

CONTEXT = "\x04"
"""What gettext puts between a context and its sentence."""


def N_(sentence: str) -> str:
    """Mark `sentence` for the catalogue of translations and give it back unchanged."""
    return sentence


def NC_(context: str, sentence: str) -> str:
    """Mark `sentence` as one of several uses: where Russian agrees with the noun, `context` names the noun."""
    return f"{context}{CONTEXT}{sentence}"


def plain(msgid: str) -> str:
    """A msgid without its context: what is said where no catalogue translates it."""
    return msgid.rpartition(CONTEXT)[2]


class Text:
    """A gettext msgid with `{name}` placeholders and their values; `KeyError` where a value is missing."""

    def __init__(self, msgid: str, /, **params: object) -> None:
        self.msgid = msgid
        self.params = params
        for _, name, _, _ in Formatter().parse(msgid):
            if name is not None:
                _ = params[name]

    def say(self, translate: Callable[[str], str] = str, show: Callable[[object], str] = str) -> str:
        """The sentence by `translate`, each value by `show`; values that are texts are translated likewise."""
        words = {
            name: value.say(translate, show) if isinstance(value, Text) else show(value)
            for name, value in self.params.items()
        }
        return translate(self.msgid).format_map(words)

    def __str__(self) -> str:
        return self.say()

    def __repr__(self) -> str:
        return f"Text({self.msgid!r}, {self.params!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Text) and (self.msgid, self.params) == (other.msgid, other.params)

    def __hash__(self) -> int:
        return hash(self.msgid)
