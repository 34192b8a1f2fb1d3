"""What the panel knows of an entity: one class of about thirty lines; grid, form, search and export follow from it."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import cached_property
from typing import Any, ClassVar, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, Table
from starlette.datastructures import FormData

from models.base import Record, Rows
from models.deal.next_step import Step
from models.session import Work
from models.texts import N_
from models.verbs import Verb


class Category(enum.StrEnum):
    """Groups of the menu, in their order; values are msgids."""

    WORK = N_("Work")
    MONEY = N_("Money")
    CATALOGUE = N_("Catalogue")
    PEOPLE = N_("People")
    LOG = N_("Log")
    SETTINGS = N_("Settings")


class Child(NamedTuple):
    """Rows of another entity on a record's page: `by` is their column that points here."""

    identity: str
    by: str
    columns: tuple[str, ...] = ()
    title: str = ""
    eager: bool = False
    """Drawn with the page; the others are fetched when they come into sight."""
    quick: bool = False
    """A box to write into at once, beside the record: a journal, comments."""
    sums: bool = False
    """Whether the money of its rows is added up below them."""
    inner: tuple[str, ...] = ()
    """Children of each row that open under it: a payment's incomes and expenses."""
    template: str = ""
    """A template of its own in place of the plain table; it is given `table`, and `more` from its loader."""
    actions: str = ""
    """A template with more buttons for the head of the section; it is given `table` too."""
    loader: str = ""
    """`module:function`, `async (work, actor, table) -> Mapping`: what its own templates need as `table.more`."""
    assets: tuple[str, ...] = ()
    """Static files of its own that the page loads: style sheets and modules."""
    spare: tuple[str, ...] = ()
    """Columns that give way where the section is narrow."""
    empty: str = ""
    """What is said where there are no rows: what will be here."""


class Derived(NamedTuple):
    """A column that is worked out when it is read, by `sql` of a row's table: choices, or what `show` says on a day.

    Who reads it must be able to read the columns that it `reads`.
    """

    label: str
    sql: Callable[[FromClause], ColumnElement[Any]]
    reads: tuple[str, ...]
    choices: Any = None
    show: Callable[[Any, date], str] | None = None


class Told(NamedTuple):
    """How a record stands, where more than its state says it: a word, its tone (`late`, `due`), and sentences."""

    label: str
    tone: str = ""
    notes: tuple[str, ...] = ()


class Slice(NamedTuple):
    """Rows that no column tells apart: a label (a msgid) and a condition on the row `{t}`, which may ask `:today`."""

    label: str
    condition: str


class Further(NamedTuple):
    """What chosen rows lead to beside verbs and fields: a page of another entity, for those who have a right there."""

    name: str
    label: str
    needs: tuple[str, str]
    """Identity and right."""
    opener: str
    """`module:function`, `async (request, selection) -> Response`."""


class View:
    """An entity in the panel. Names of columns may lead along foreign keys: `deal_id.client_id`, `policy_id.number`.

    A foreign key is shown as the title of what it points to. Names and labels are msgids.
    """

    record: ClassVar[type[Any]]
    name: ClassVar[str] = ""
    name_plural: ClassVar[str] = ""
    category: ClassVar[Category] = Category.SETTINGS
    icon: ClassVar[str] = "table"
    order: ClassVar[int] = 100
    """The place in the menu's group; equal ones stand by name."""
    menu: ClassVar[bool] = True
    first_look: ClassVar[str] = ""
    """The filters with which the menu opens the list, as they stand in an address; they can be taken away there."""
    columns: ClassVar[tuple[str, ...]] = ()
    filters: ClassVar[tuple[str, ...]] = ()
    quiet_filters: ClassVar[tuple[str, ...]] = ()
    """Filters that addresses may name and the bar does not offer: figures lead to the rows behind them."""
    slices: ClassVar[dict[str, Slice]] = {}
    """Conditions that an address may ask for by name: `?slice=renewed`."""
    default_sort: ClassVar[str] = "-created_at"
    """A column, with `-` for the other direction."""
    labels: ClassVar[dict[str, str]] = {}
    """Labels of columns where the model's own do not fit."""
    derived: ClassVar[dict[str, Derived]] = {}
    """Columns that are worked out when they are read, by their names."""
    spare: ClassVar[tuple[str, ...]] = ()
    """Columns that give way where the list is narrow; on a phone all are shown."""
    due: ClassVar[tuple[str, ...]] = ()
    """Dates that are red when past and amber today, while the record's state is in `open_states`."""
    late_word: ClassVar[str] = ""
    """What a day in `due` that has passed is said to be, beside it; without it "overdue", to those who hear."""
    set_by: ClassVar[dict[str, str]] = {}
    """Dates that nobody writes, and the verb that sets each: a record that is put on another day asks for it."""
    open_states: ClassVar[tuple[str, ...]] = ()
    quiet_states: ClassVar[tuple[str, ...]] = ()
    """States whose rows are greyed: nothing is to be done."""
    search: ClassVar[str] = ""
    """A definer function that finds ids by a term; empty: the columns of `__search__` under the row policies."""
    form: ClassVar[tuple[tuple[str, tuple[str, ...]], ...] | None] = None
    """Sections (label, fields) of the form; None: every editable column in one."""
    named: ClassVar[str] = ""
    """What a record is called in a sentence, with `{title}` in it, where its title alone says nothing."""
    short_form: ClassVar[tuple[str, ...]] = ()
    """Fields that a form in a row shows at once, beside those that are needed; the others unfold. Empty: all."""
    heading: ClassVar[tuple[str, ...]] = ()
    """Columns that name a record on its own page; without them its title does."""
    facts: ClassVar[tuple[str | tuple[str, ...], ...]] = ()
    """Columns in the order of importance; those of an inner tuple are read together. The others follow."""
    beside: ClassVar[dict[str, str]] = {}
    """Templates that stand beside facts: how to put off beside the day of the next review."""
    children: ClassVar[tuple[Child, ...]] = ()
    assets: ClassVar[tuple[str, ...]] = ()
    """Static files that the record's page loads beside its children's: style sheets and modules."""
    form_assets: ClassVar[tuple[str, ...]] = ()
    """Modules that the pages of its form load."""
    form_foot: ClassVar[str] = ""
    """A template that stands below the fields of its form: how what is written will look."""
    verb_pages: ClassVar[dict[str, str]] = {}
    """Verbs that have a page of their own in place of a dialog: the page's address, with `{key}` for the record."""
    strip: ClassVar[str] = ""
    """A template that stands between the head of the record's page and its sections: figures in a row."""
    stages: ClassVar[tuple[Any, ...]] = ()
    """States drawn as a bar, in their order; without them the state is a badge."""
    dialogs: ClassVar[dict[str, str]] = {}
    """Verbs whose dialog is a template of its own; it is given what `parts/verb.html` is given."""
    list_actions: ClassVar[str] = ""
    """A template with more buttons above the list."""
    further: ClassVar[tuple[Further, ...]] = ()
    """What chosen rows lead to: a recalculation of exactly these policies."""
    head_actions: ClassVar[str] = ""
    """A template with more links in the head of the record's page: its papers."""
    creatable: ClassVar[bool] = True
    create_label: ClassVar[str] = N_("Create")
    """What the button that makes a record is called."""
    editable: ClassVar[bool] = True
    empty: ClassVar[str] = N_("Nothing here yet. What you add will appear here.")
    """What an empty list says."""

    def new_values(self, today: date) -> Mapping[str, Any]:
        """What the form of a new record begins with, where the columns' own defaults do not say it."""
        return {}

    async def start_values(self, verb: str, row: Any, work: Work) -> Mapping[str, Any]:
        """What a verb's form begins with, where the record's own columns do not say it."""
        return {}

    async def steps_of(self, work: Work, keys: Iterable[UUID]) -> dict[UUID, Step]:
        """The one obvious next step of records by their keys, where more than the state decides it."""
        return {}

    async def standing_of(self, work: Work, row: Any) -> Told | None:
        """How the record of a page stands today, where more than its state says it."""
        return None

    async def after_verb(self, verb: str, row: Any, data: FormData, work: Work) -> None:
        """What a verb's form brings beside what the verb asks, in the same transaction: files."""

    @cached_property
    def identity(self) -> str:
        """The name in addresses and rights."""
        return str(self.record.__identity__)

    @cached_property
    def table(self) -> Table:
        """The entity's table."""
        return self.record.__table__  # type: ignore[no-any-return]

    @cached_property
    def title(self) -> str:
        """The column that names a record."""
        return str(self.record.__title__)

    @cached_property
    def verbs(self) -> dict[str, Verb]:
        """What a record can be asked to do."""
        return dict(self.record.__verbs__)

    @cached_property
    def state(self) -> str | None:
        """The column of the state, which only verbs change."""
        found = self.record.__state__
        return str(found) if found else None

    @cached_property
    def notes(self) -> Child | None:
        """What people write beside the record, and so its timeline."""
        return next((child for child in self.children if child.quick), None)

    @cached_property
    def all_assets(self) -> tuple[str, ...]:
        """Static files of the record's page and of its sections, each once."""
        return tuple(dict.fromkeys((*self.assets, *(asset for child in self.children for asset in child.assets))))

    @cached_property
    def is_sealed(self) -> bool:
        """Whether no door may read the table: it has no pages at all."""
        return getattr(self.record, "__rows__", None) == Rows.SEALED

    @cached_property
    def has_story(self) -> bool:
        """Whether the log tells of its records; of its own rows it does not."""
        return issubclass(self.record, Record)

    @cached_property
    def has_trash(self) -> bool:
        """Whether records are deleted softly."""
        return "deleted_at" in self.table.c


def record_name(record: type[Record]) -> str:
    """`JournalEntry` as "Journal entry", the msgid where a view names nothing else."""
    words = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in record.__name__)
    return words.strip().capitalize()
