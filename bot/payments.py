"""/pay: an instalment is paid, by its number and day; sums and policies are seen in the panel only."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Select, func, select

from bot.answers import Answer, changed, message, pressed
from bot.asked import Asked
from bot.deals import UNKNOWN, by_code
from bot.talk import Turn
from jobs.cards import into_deal, keyboard
from jobs.words import day, words
from models.actor import Actor
from models.catalogue import Product
from models.choices import PaymentStatus
from models.deal import Deal
from models.errors import NotFound, Refused
from models.payment import Payment
from models.payment.record import Paid
from models.policy import Policy
from models.session import Work
from models.texts import N_

PAY, PAID = "pay", "paid"
AT_MOST = 12
WHICH_DEAL = N_("Which deal? Write its number like this: D-2026-00042. /cancel to leave it.")
WHICH = N_("{code} · which instalment is paid?")
NOTHING = N_("{code} · no instalment waits to be paid.")
LINE = N_("{product} · instalment {number} of {total} · {day}")
SURE = N_("Has the client paid it in full, today?")
YES, NO = N_("Yes, paid"), N_("No")
DONE = N_("Paid today.")
FINISHED = N_("This dialogue is over. /pay begins another one.")
GONE = N_("This instalment is not among yours any more.")


class Instalment(NamedTuple):
    """An instalment with what a message may say of it."""

    payment: Payment
    deal: Deal
    product: str
    total: int

    def line(self, locale: str) -> str:
        """`КАСКО · взнос 2 из 4 · 27.11.2026`."""
        payment, when = self.payment, day(self.payment.due_on, locale)
        told = {"product": self.product, "number": payment.sequence, "total": self.total, "day": when}
        return words(locale)(LINE).format(**told)


async def pay(work: Work, asked: Asked, actor: Actor, turn: Turn) -> list[Answer]:
    """`/pay D-2026-00042`, or the number in the next message."""
    if not asked.rest:
        turn.begin(PAY)
        return [message(asked, words(actor.locale)(WHICH_DEAL))]
    return await of_deal(work, asked, actor, turn, asked.rest)


async def of_deal(work: Work, asked: Asked, actor: Actor, turn: Turn, code: str) -> list[Answer]:
    """The instalments of a deal that wait to be paid, a button each."""
    _, deal = words(actor.locale), await by_code(work, code)
    if deal is None:
        turn.begin(PAY)
        return [message(asked, _(UNKNOWN))]
    turn.choose(deal.id)
    waiting = instalments().where(Payment.deal_id == deal.id, Payment.status.in_(sorted(Payment.__verbs__["pay"].when)))
    order = Payment.due_on, Payment.sequence, Payment.id
    found = [Instalment(*row) for row in await work.execute(waiting.order_by(*order).limit(AT_MOST))]
    offered = [one for one in found if Payment.__verbs__["pay"].is_offered(one.payment, actor)]
    if not offered:
        turn.end()
        return [message(asked, _(NOTHING).format(code=deal.code), keyboard(into_deal(deal.id, actor.locale)))]
    turn.begin(PAY)
    rows = [[{"text": one.line(actor.locale), "callback_data": f"{PAY}:{one.payment.id}"}] for one in offered]
    return [message(asked, _(WHICH).format(code=deal.code), keyboard(*rows))]


async def ask(work: Work, asked: Asked, actor: Actor, turn: Turn) -> list[Answer]:
    """An instalment was pressed: is it so? Raises `Refused` once the dialogue is over."""
    if turn.matter.partition(":")[0] not in (PAY, PAID):
        raise Refused(FINISHED)
    _, found = words(actor.locale), await one_of(work, asked)
    key = f"{PAID}:{found.payment.id}"
    turn.begin(key)
    answers = [{"text": _(YES), "callback_data": key}, {"text": _(NO), "callback_data": "stop:"}]
    text = f"{found.deal.code} · {found.line(actor.locale)}\n{_(SURE)}"
    return [pressed(asked), changed(asked, text, keyboard(answers, into_deal(found.deal.id, actor.locale)))]


async def confirm(work: Work, asked: Asked, actor: Actor, turn: Turn) -> list[Answer]:
    """It is so: the payment's verb. Raises `Refused` once the dialogue is over or the verb does not fit."""
    if turn.matter != asked.data:
        raise Refused(FINISHED)
    found = await one_of(work, asked)
    await Payment.__verbs__["pay"].do(found.payment, work.act(), Paid(paid_on=work.today))
    await work.settle()
    turn.end()
    text = f"{found.deal.code} · {found.line(actor.locale)}\n{words(actor.locale)(DONE)}"
    return [pressed(asked), changed(asked, text, keyboard(into_deal(found.deal.id, actor.locale)))]


async def one_of(work: Work, asked: Asked) -> Instalment:
    """The instalment of a button, locked, as this person sees it. Raises `NotFound` in words."""
    key = UUID(asked.button[1])
    try:
        await work.get_record(Payment, key, lock=True)
    except NotFound:
        raise NotFound(GONE) from None
    found = (await work.execute(instalments().where(Payment.id == key))).one_or_none()
    if found is None:  # it, its policy or its deal lies in the trash
        raise NotFound(GONE)
    return Instalment(*found)


def instalments() -> Select[Payment, Deal, str, int]:
    """Instalments with their deal, product and how many the policy has."""
    beside = Payment.__table__.alias("beside")
    total = (
        select(func.count())
        .select_from(beside)
        .where(beside.c.policy_id == Payment.policy_id, beside.c.deleted_at.is_(None))
        .where(beside.c.status != PaymentStatus.CANCELLED)
        .scalar_subquery()
    )
    return (
        select(Payment, Deal, Product.name, total)
        .join(Deal, Deal.id == Payment.deal_id)
        .join(Policy, Policy.id == Payment.policy_id)
        .join(Product, Product.id == Policy.product_id)
        .where(Payment.deleted_at.is_(None), Deal.deleted_at.is_(None), Policy.deleted_at.is_(None))
    )
