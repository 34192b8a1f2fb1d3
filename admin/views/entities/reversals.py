"""Premiums that turned out not to be there."""

from admin.views.base import Category, View
from models.payment import PaymentReversal
from models.texts import N_


class PaymentReversalView(View):
    """Dated reversals of instalments whose month is closed."""

    record = PaymentReversal
    name, name_plural = N_("Reversal of a payment"), N_("Reversals of payments")
    category, icon = Category.MONEY, "arrow-back-up"
    columns = ("payment_id.policy_id", "deal_id", "amount", "paid_on", "reversed_on", "reason")
    filters = ("reversed_on", "paid_on", "amount", "deal_id")
    default_sort = "-reversed_on"
    creatable = False
    editable = False
    menu = False
    empty = N_("No payment of a closed month has been reversed.")
