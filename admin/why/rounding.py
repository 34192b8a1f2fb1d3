"""Arithmetic in sentences: a percentage, a part of a split, the kopeck that rounding added, the VAT that is within."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from markupsafe import Markup

from admin.i18n import choice_label, show_money, show_percent
from admin.why.story import exact_text, said
from models.choices import VatMode
from models.reasons import Rounded, part_told, percent_told
from models.texts import N_
from models.vat import vat_in


def by_percent(base: Decimal, percent: Decimal) -> list[Markup]:
    """`50 000 × 20 % = 10 000`, and what rounding did."""
    told = percent_told(base, percent)
    formula = said(N_("{base} × {percent} = {amount}"), base=base, percent=show_percent(percent), amount=told.amount)
    return [formula, rounded(told)]


def rounded(told: Rounded) -> Markup:
    """What the sum was before it was rounded, and what that added or took."""
    if not told.added:
        return said(N_("Exact to the kopeck, nothing was rounded."))
    exact, added = exact_text(told.exact), exact_text(abs(told.added))
    if told.added > 0:
        return said(
            N_("Before rounding {exact}\u00a0₽; rounding to the kopeck added {added}\u00a0₽."), exact=exact, added=added
        )
    return said(
        N_("Before rounding {exact}\u00a0₽; rounding to the kopeck took {added}\u00a0₽ away."), exact=exact, added=added
    )


def by_split(total: Decimal, weights: Sequence[Decimal | int], place: int) -> list[Markup]:
    """Why a part of a split is this sum, kopecks included."""
    told = part_told(total, weights, place)
    if len(weights) == 1:
        return [said(N_("It is not divided: there is one instalment, {total}."), total=total)]
    formula = said(
        N_("{total} × {weight} of {weights} = {amount}"),
        total=total,
        weight=weight_text(weights[place]),
        weights=weight_text(sum(map(Decimal, weights), Decimal(0))),
        amount=told.amount,
    )
    return [formula, kopecks(told.exact, told.amount, told.upto, told.before)]


def kopecks(exact: Fraction, amount: Decimal, upto: Rounded, before: Rounded) -> Markup:
    """The kopeck that makes the parts add up to the whole."""
    if exact == amount and not upto.added:
        return said(N_("Exact to the kopeck, nothing was rounded."))
    return said(
        N_(
            "Exactly {exact}\u00a0₽. So that the parts make the whole, each is what falls due up to it, {upto}, less"
            " what fell due before it, {before}."
        ),
        exact=exact_text(exact),
        upto=upto.amount,
        before=before.amount,
    )


def weight_text(weight: Decimal | int) -> str:
    """A weight of a plan, without zeros that say nothing; of a sum in roubles."""
    value = Decimal(weight)
    return show_money(value) if value >= 1000 else f"{value.normalize():f}".replace(".", ",")


def of_vat(amount: Decimal, mode: str) -> Markup:
    """The VAT that the sum contains."""
    if mode == VatMode.NONE:
        return said(N_("No VAT in it."))
    rate = Decimal(mode)
    return said(
        N_("{mode} in it: {vat} = {amount} × {rate} / {whole}."),
        mode=choice_label(VatMode, mode),
        vat=vat_in(amount, mode),
        amount=amount,
        rate=f"{rate:f}",
        whole=f"{100 + rate:f}",
    )
