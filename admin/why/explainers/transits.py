"""Premium in passing: the insurer's money, which is in no figure of what the brokerage earns."""

from __future__ import annotations

from collections.abc import Sequence

from admin.i18n import _
from admin.why.asking import Asked
from admin.why.registry import explains
from admin.why.story import Chapter, said
from models.payment import Payment
from models.texts import N_


@explains("transit", "amount")
async def not_ours(asked: Asked) -> Sequence[Chapter]:
    """Which instalment it is, and whose money."""
    payment = await asked.work.get_record(Payment, asked.row.payment_id)
    chapter = Chapter(_("How it was counted"))
    if asked.sees("payment", "amount"):
        whole = N_("The whole instalment {instalment}, {amount}: the client pays it at the brokerage's desk.")
        part = N_("Of the instalment {instalment}, {amount}, which the client pays at the brokerage's desk.")
        link = await asked.title("payment", payment.id)
        sentence = whole if payment.amount == asked.row.amount else part
        chapter.said.append(said(sentence, instalment=link, amount=payment.amount))
    chapter.said.append(said(N_("It is the insurer's money: it counts neither as income nor as revenue, nor for VAT.")))
    return [chapter]
