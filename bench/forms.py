"""The fields that a browser would post of a page's form."""

from __future__ import annotations

from html.parser import HTMLParser

Attributes = list[tuple[str, str | None]]
NOT_SENT = ("submit", "button", "file", "image", "reset")


class FormReader(HTMLParser):
    """Collects the forms of a page, each as its list of fields."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[list[tuple[str, str]]] = []
        self._open = False
        self._select: tuple[str, list[str], list[str]] | None = None
        self._area: tuple[str, list[str]] | None = None

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        """Inputs, selects and text areas with a name."""
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append([])
            self._open = True
        elif tag == "option" and self._select is not None:
            self._select[1].append(told.get("value", ""))
            if "selected" in told:
                self._select[2].append(told.get("value", ""))
        elif self._open and told.get("name") and "disabled" not in told:
            self._begin(tag, told)

    def _begin(self, tag: str, told: dict[str, str]) -> None:
        kind = told.get("type", "text").lower()
        if tag == "input" and kind not in NOT_SENT and (kind not in ("checkbox", "radio") or "checked" in told):
            self.forms[-1].append((told["name"], told.get("value") or ("on" if kind == "checkbox" else "")))
        elif tag == "select":
            self._select = (told["name"], [], [])
        elif tag == "textarea":
            self._area = (told["name"], [])

    def handle_data(self, data: str) -> None:
        """The text of a text area."""
        if self._area is not None:
            self._area[1].append(data)

    def handle_endtag(self, tag: str) -> None:
        """A select gives what is chosen, else its first option."""
        if tag == "select" and self._select is not None:
            name, options, chosen = self._select
            self.forms[-1] += [(name, value) for value in chosen or options[:1]]
            self._select = None
        elif tag == "textarea" and self._area is not None:
            self.forms[-1].append((self._area[0], "".join(self._area[1]).removeprefix("\n")))
            self._area = None
        elif tag == "form":
            self._open = False


def form_with(page: bytes, field: str) -> list[tuple[str, str]]:
    """The fields of the form that has this one. Raises `LookupError`."""
    reader = FormReader()
    reader.feed(page.decode(errors="replace"))
    for fields in reader.forms:
        if any(name == field for name, _ in fields):
            return fields
    raise LookupError(f"no form with the field {field}")
