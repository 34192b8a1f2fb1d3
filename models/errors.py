"""The one tree of errors: sentences with a status. Doors render them, nobody else words a refusal.

The first paragraph of a class's docstring is its default sentence, a msgid for the catalogue of translations.
"""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar

from models.texts import Text


class Problem(Exception):
    """This cannot be done."""

    status: ClassVar[int] = 400

    def __init__(self, msgid: str | None = None, /, **params: object) -> None:
        self.text = Text(msgid or self.default_sentence(), **params)
        super().__init__(self.text.msgid)

    @classmethod
    def default_sentence(cls) -> str:
        """The msgid used where the raiser gives none."""
        paragraph = (inspect.getdoc(cls) or "").partition("\n\n")[0]
        return " ".join(paragraph.split())

    @property
    def msgid(self) -> str:
        """The English sentence with its placeholders."""
        return self.text.msgid

    @property
    def params(self) -> dict[str, object]:
        """The values of the placeholders, not yet worded."""
        return self.text.params

    def say(self, translate: Callable[[str], str] = str, show: Callable[[object], str] = str) -> str:
        """The sentence in the reader's language, its values shown by `show` (dates and sums of the locale)."""
        return self.text.say(translate, show)

    def __str__(self) -> str:
        return self.say()


class Unauthenticated(Problem):
    """Please sign in."""

    status = 401


class Denied(Problem):
    """You have no right to do this."""

    status = 403


class NotFound(Problem):
    """There is no such record."""

    status = 404


class Refused(Problem):
    """This cannot be done in the present state.

    `lead` names the kind of record that is missing, so that a page can lead there.
    """

    status = 409

    def __init__(self, msgid: str | None = None, /, *, lead: str = "", **params: object) -> None:
        super().__init__(msgid, **params)
        self.lead = lead


@dataclass(frozen=True, slots=True)
class Clash:
    """One field that two people changed at once: what each wrote, and what both had seen."""

    mine: object
    theirs: object
    original: object


class Busy(Refused):
    """Somebody is changing the same records right now. Please try again."""


class Conflict(Problem):
    """Somebody else has changed the same fields meanwhile."""

    status = 409

    def __init__(
        self, msgid: str | None = None, /, *, fields: Mapping[str, Clash] | None = None, **params: object
    ) -> None:
        super().__init__(msgid, **params)
        self.fields = dict(fields or {})


class Invalid(Problem):
    """Please correct what is marked."""

    status = 422

    def __init__(
        self, msgid: str | None = None, /, *, fields: Mapping[str, Problem] | None = None, **params: object
    ) -> None:
        super().__init__(msgid, **params)
        self.fields = dict(fields or {})

    @classmethod
    def at(cls, field: str, msgid: str, /, **params: object) -> "Invalid":
        """One field that is wrong, and why."""
        return cls(fields={field: Problem(msgid, **params)})


class TooMany(Problem):
    """Too many attempts. Please wait a little."""

    status = 429


class OutsideError(Problem):
    """An outside service did not do what was asked.

    `permanent` tells a job not to try again.
    """

    status = 502

    def __init__(self, msgid: str | None = None, /, *, permanent: bool, **params: object) -> None:
        super().__init__(msgid, **params)
        self.permanent = permanent
