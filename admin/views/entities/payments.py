"""Instalments and the money around them."""

from sqlalchemy import ColumnElement, FromClause, case, func

from admin.arrears import read_clock
from admin.views.base import Category, Child, Derived, View
from admin.views.entities.leading import TO_RECALCULATE
from models.choices import ExpenseStatus, IncomeStatus, PaymentStatus
from models.payment import Expense, Income, Payment, Transit
from models.texts import N_

INCOME = ("kind", "status", "amount", "received_amount", "expected_on", "received_on", "note")
OF_COVER = ("payment_id.policy_id.product_id", "deal_id.seller_id.team_id")
EXPENSE = ("kind", "payee_id", "payee_name", "status", "amount", "paid_on", "note")

REVERSED = ("received_on", "amount", "received_amount", "status", "note")

SEEN = ("operation_id.day", "amount", "operation_id.counterparty_name", "operation_id")


OPEN = (PaymentStatus.PLANNED, PaymentStatus.PARTIALLY_PAID)


def is_late(c: FromClause) -> ColumnElement[bool]:
    """Whether an instalment is an arrear today."""
    return c.c.status.in_(OPEN) & (c.c.amount > 0) & (c.c.due_on < func.crm.today())


CLOCK = Derived(
    N_("Arrear"),
    lambda c: case((is_late(c), func.crm.clock(c.c.policy_id, c.c.due_on)), else_=None),
    ("due_on", "status", "policy_id.arrear_effect", "policy_id.arrear_days"),
    show=read_clock,
)


class PaymentView(View):
    """Instalments by due day."""

    record = Payment
    name, name_plural = N_("Payment"), N_("Payments")
    category, icon, order = Category.MONEY, "cash", 55
    columns = (
        "due_on", "policy_id.client_id", "policy_id", "sequence", "status", "amount", "paid_amount", "paid_on",
        "deal_id",
    )  # fmt: skip
    filters = (
        "status", "due_on", "paid_on", "policy_id.insurer_id", "policy_id", "deal_id", "amount", "collected_by",
        "created_at", "deal_id.seller_id",
    )  # fmt: skip
    quiet_filters = ("policy_id.product_id", "deal_id.seller_id.team_id")
    default_sort = "due_on"
    first_look = "status=planned&status=partially_paid"
    derived = {"clock": CLOCK}
    due = ("due_on",)
    open_states = OPEN
    quiet_states = (PaymentStatus.CANCELLED,)
    named = N_("instalment {title}")
    labels = {"sequence": N_("No."), "policy_id": N_("Policy")}
    children = (
        Child("income", "payment_id", INCOME, eager=True, sums=True),
        Child("expense", "payment_id", EXPENSE, eager=True, sums=True),
        Child("transit", "payment_id", ("status", "amount", "collected_on", "passed_on")),
        Child("payment-reversal", "payment_id", ("reversed_on", "amount", "paid_on", "reason"), eager=True),
        Child("bank-link", "payment_id", SEEN, title=N_("Seen in the bank")),
    )
    empty = N_("No payments yet. Instalments appear with a policy.")


class IncomeView(View):
    """Commission, bonuses and fees."""

    record = Income
    name, name_plural = N_("Income"), N_("Incomes")
    category, icon, order = Category.MONEY, "coin", 57
    columns = (
        "payment_id.policy_id", "payment_id.policy_id.insurer_id", "kind", "status", "amount", "received_amount",
        "expected_on", "received_on", "deal_id",
    )  # fmt: skip
    filters = (
        "status", "kind", "payment_id.policy_id.insurer_id", "received_on", "expected_on", "act_date", "amount",
        "settlement", "origin", "deal_id", "created_at", "deal_id.seller_id",
    )  # fmt: skip
    quiet_filters = (*OF_COVER, "deal_id.source", "deal_id.created_at")
    default_sort = "-created_at"
    due = ("expected_on",)
    open_states = (IncomeStatus.EXPECTED, IncomeStatus.IN_STATEMENT, IncomeStatus.PARTLY)
    quiet_states = (IncomeStatus.WRITTEN_OFF,)
    children = (
        Child("income", "reverses_id", REVERSED, title=N_("Reversed by"), eager=True, sums=True),
        Child("bank-link", "income_id", SEEN, title=N_("Seen in the bank")),
    )
    further = (TO_RECALCULATE,)
    empty = N_("No incomes yet. They appear when a policy is issued.")


class ExpenseView(View):
    """Discounts and shares to pay out."""

    record = Expense
    name, name_plural = N_("Expense"), N_("Expenses")
    category, icon, order = Category.MONEY, "receipt", 58
    labels = {"payee_name": N_("Other payee")}
    columns = ("payment_id.policy_id", "kind", "payee_id", "payee_name", "status", "amount", "paid_on", "deal_id")
    filters = ("status", "kind", "payee_id", "amount", "paid_on", "origin", "deal_id", "created_at")
    quiet_filters = ("deal_id.seller_id", "payment_id.policy_id.insurer_id", *OF_COVER)
    default_sort = "-created_at"
    quiet_states = (ExpenseStatus.CANCELLED,)
    children = (
        Child("expense", "reverses_id", ("paid_on", "amount", "status", "note"), title=N_("Reversed by"), eager=True),
    )
    empty = N_("No expenses yet. They appear when a policy is issued.")


class TransitView(View):
    """Premium that passes through the brokerage."""

    record = Transit
    name, name_plural = N_("Premium in transit"), N_("Premiums in transit")
    category, icon, order = Category.MONEY, "arrows-right-left", 59
    columns = ("payment_id.policy_id", "deal_id", "status", "amount", "collected_on", "passed_on")
    filters = ("status", "amount", "collected_on", "passed_on", "deal_id")
    quiet_filters = ("deal_id.seller_id", "payment_id.policy_id.insurer_id", *OF_COVER)
    default_sort = "-created_at"
    menu = False
    children = (
        Child("transit", "reverses_id", ("passed_on", "amount", "status"), title=N_("Reversed by"), eager=True),
    )
