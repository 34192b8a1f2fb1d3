"""/new: what is to be insured, by buttons; the rest is typed in the panel, where a draft of the call waits."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from uuid_utils.compat import uuid7

from bot.answers import Answer, changed, message, pressed
from bot.asked import Asked
from bot.talk import Turn
from bot.ways import led
from jobs.cards import keyboard
from jobs.words import words
from models import intake
from models.actor import Actor
from models.catalogue import Product
from models.choices import ObjectKind
from models.errors import Denied, Refused
from models.session import Work
from models.texts import N_

NEW, WANT = "new", "want"
IN_A_ROW = 2
WHAT = N_("What is to be insured? /cancel to leave it.")
WHICH = N_("{kind}: which insurance?")
WAITS = N_(
    "{product}: the form waits in the panel. Client and details are written there. The link works once, for ten"
    " minutes."
)
FINISHED = N_("This dialogue is over. /new begins another one.")
NOT_YOURS = N_("Your role opens no deals.")


async def new(work: Work, asked: Asked, actor: Actor, turn: Turn) -> list[Answer]:
    """Ask for the kind of object. Raises `Denied` for who opens no deals."""
    if not actor.rights.may("deal", "create"):
        raise Denied(NOT_YOURS)
    _ = words(actor.locale)
    known = set(await work.scalars(select(Product.object_kind).where(Product.deleted_at.is_(None)).distinct()))
    buttons = [{"text": _(kind.label), "callback_data": f"{NEW}:{kind}"} for kind in ObjectKind if kind in known]
    turn.begin(NEW)
    return [message(asked, _(WHAT), keyboard(*in_rows(buttons)))]


async def choose_kind(work: Work, asked: Asked, actor: Actor, turn: Turn) -> list[Answer]:
    """A kind was pressed: which product? Raises `Refused` once the dialogue is over."""
    must_be_going_on(turn)
    _, kind = words(actor.locale), ObjectKind(asked.button[1])
    wanted = select(Product).where(Product.object_kind == kind, Product.deleted_at.is_(None)).order_by(Product.name)
    buttons = [{"text": one.name, "callback_data": f"{WANT}:{one.id}"} for one in await work.scalars(wanted)]
    text = _(WHICH).format(kind=_(kind.label))
    return [pressed(asked), changed(asked, text, keyboard(*in_rows(buttons)))]


async def choose_product(work: Work, asked: Asked, actor: Actor, turn: Turn) -> list[Answer]:
    """A product was pressed: a draft of the call, and the way to it. Raises `Refused` once the dialogue is over."""
    must_be_going_on(turn)
    product = await work.get_record(Product, UUID(asked.button[1]))
    fields = {"thing.0.kind": [product.object_kind], "thing.0.products": [str(product.id)]}
    draft = await intake.keep(work, uuid7(), fields)
    assert draft is not None, "something was said: the product"
    turn.end()
    text = words(actor.locale)(WAITS).format(product=product.name)
    return [pressed(asked), await led(work, asked, actor, text, draft)]


def must_be_going_on(turn: Turn) -> None:
    """Raises `Refused`."""
    if turn.matter != NEW:
        raise Refused(FINISHED)


def in_rows(buttons: list[dict[str, str]]) -> list[list[dict[str, str]]]:
    """Two beside each other."""
    return [buttons[n : n + IN_A_ROW] for n in range(0, len(buttons), IN_A_ROW)]
