"""The comparison as a table: a row for each term, what differs marked, the best premium found."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from admin.i18n import _, choice_label, show_date, show_money, show_percent
from admin.quotes.variants import NeedVariants, Part, Variant
from admin.views.record.offers import Offers, offers_of
from admin.views.record.plans import plan_name
from admin.views.registry import view_named
from models.actor import Actor
from models.choices import CalculationStatus, DeductibleKind
from models.money import percent_of
from models.texts import N_

S = CalculationStatus


@dataclass(frozen=True)
class Cell:
    """A value with a second line; `mark` is `best`, `late` or nothing."""

    text: str
    more: tuple[str, ...] = ()
    mark: str = ""
    said: str = ""
    """What the mark means, in words."""


@dataclass(frozen=True)
class Row:
    """A term of all variants."""

    name: str
    label: str
    cells: tuple[Cell, ...]
    differs: bool
    is_inner: bool = False
    """For staff only."""


@dataclass(frozen=True)
class Column:
    """The head of a variant."""

    variant: Variant
    state: str
    reason: str
    """Why it was refused or lost."""
    is_quiet: bool
    offers: Offers

    @property
    def may_be_chosen(self) -> bool:
        """Whether the person may confirm it now."""
        verbs = [*([self.offers.primary] if self.offers.primary else []), *self.offers.quiet]
        return any(verb.name == "confirm" for verb in verbs) and not self.variant.is_over


@dataclass(frozen=True)
class Comparison:
    """A need with its variants side by side."""

    need: NeedVariants
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]


def comparison(need: NeedVariants, actor: Actor) -> Comparison:
    """The table that this person may see."""
    view = view_named("calculation")
    columns = tuple(
        Column(
            variant,
            choice_label(CalculationStatus, variant.row.status),
            reason_of(variant),
            not variant.is_open,
            offers_of(view, variant.row, actor),
        )
        for variant in need.variants
    )
    return Comparison(need, columns, tuple(rows_of(need.variants, actor)))


def reason_of(variant: Variant) -> str:
    """Why the insurer refused, or why the client chose another."""
    row = variant.row
    return (row.refusal_reason if row.status == S.REFUSED else row.decline_reason) or ""


def rows_of(variants: Sequence[Variant], actor: Actor) -> Iterable[Row]:
    """The terms, those left out that nobody has filled in or that this person may not read."""
    for name, label, show in TERMS:
        if not actor.rights.may_field("calculation", name, "read"):
            continue
        cells = premiums(variants) if name == "premium" else tuple(show(variant) for variant in variants)
        if any(cell.text for cell in cells):
            more = name == "deductible"
            said = {
                (cell.text, cell.more if more else ())
                for cell, one in zip(cells, variants, strict=True)
                if one.row.status != S.REFUSED
            }
            yield Row(name, _(label), cells, len(said) > 1, name == "commission_percent")


def premiums(variants: Sequence[Variant]) -> tuple[Cell, ...]:
    """Premiums; the lowest that can be had is marked, the others say how much more they are."""
    open_ones = [v.row.premium for v in variants if v.is_open and v.row.premium is not None]
    best = min(open_ones, default=None) if len(open_ones) > 1 else None
    return tuple(_premium(variant, best) for variant in variants)


def _premium(variant: Variant, best: Decimal | None) -> Cell:
    premium = variant.row.premium
    if premium is None or best is None or not variant.is_open:
        return Cell(show_money(premium))
    if premium == best:
        return Cell(show_money(premium), mark="best", said=_("best price"))
    return Cell(show_money(premium), (f"+{show_money(premium - best)}",))


def plan_of(variant: Variant) -> Cell:
    """The plan's name, and its payments where there are several."""
    if not variant.parts:
        return Cell(plan_name(variant.row.plan))
    return Cell(plan_name(variant.row.plan), tuple(part_text(part) for part in variant.parts[:MOST_PARTS]))


MOST_PARTS = 4
"""Payments that are written out; twelve equal ones are known from four."""


def part_text(part: Part) -> str:
    """`40 000,40 ₽ at once`, `20 000,20 ₽ in 3 months`."""
    if not part.months:
        return _("{amount} at once", amount=show_money(part.amount))
    return _("{amount} in {n} months", amount=show_money(part.amount), n=part.months)


def deductible_of(variant: Variant) -> Cell:
    """The sum and how it works."""
    row = variant.row
    if row.deductible_kind == DeductibleKind.NONE and not row.deductible:
        return Cell(_("without") if row.premium is not None else "")
    kind = choice_label(DeductibleKind, row.deductible_kind) if row.deductible_kind != DeductibleKind.NONE else ""
    if row.deductible_kind == DeductibleKind.PERCENT:
        return Cell(show_percent(row.deductible), (kind,))
    return Cell(show_money(row.deductible), (kind,) if kind else ())


def valid_of(variant: Variant) -> Cell:
    """The last day, said to be over where it is."""
    mark, said = ("late", _("expired")) if variant.is_over else ("", "")
    return Cell(show_date(variant.row.valid_until), mark=mark, said=said)


def commission_of(variant: Variant) -> Cell:
    """The percentage of this variant, and what it makes."""
    row = variant.row
    if row.commission_percent is None:
        return Cell("")
    made = show_money(percent_of(row.premium, row.commission_percent)) if row.premium is not None else ""
    return Cell(show_percent(row.commission_percent), (made,) if made else ())


TERMS: tuple[tuple[str, str, Callable[[Variant], Cell]], ...] = (
    ("premium", N_("Premium"), lambda v: Cell(show_money(v.row.premium))),
    ("sum_insured", N_("Sum insured"), lambda v: Cell(show_money(v.row.sum_insured))),
    ("deductible", N_("Deductible"), deductible_of),
    ("plan", N_("Plan"), plan_of),
    ("valid_until", N_("Valid until"), valid_of),
    ("program", N_("Program"), lambda v: Cell(v.row.program or "")),
    ("note", N_("Note"), lambda v: Cell(v.row.note or "")),
    ("commission_percent", N_("Commission"), commission_of),
)
