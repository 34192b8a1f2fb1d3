"""An instalment and the money around it."""

from models.payment.expense import Expense
from models.payment.income import Income
from models.payment.record import Payment
from models.payment.reversal import PaymentReversal
from models.payment.transit import Transit

__all__ = ["Expense", "Income", "Payment", "PaymentReversal", "Transit"]
