"""Own accounts and what moved on them."""

from admin.views.base import Category, Child, View
from models.bank import BankAccount, BankLink, BankOperation, BankStatus
from models.texts import N_


class BankAccountView(View):
    """Accounts of the own entities."""

    record = BankAccount
    name, name_plural = N_("Bank account"), N_("Bank accounts")
    category, icon, order = Category.CATALOGUE, "building-bank", 90
    columns = ("number", "entity_id", "bank", "bic")
    filters = ("entity_id",)
    default_sort = "number"
    labels = {"bic": N_("BIC")}
    empty = N_("No accounts yet. The first one comes with the first file of the bank.")


class BankOperationView(View):
    """What came and went, the newest first."""

    record = BankOperation
    name, name_plural = N_("Bank operation"), N_("Bank operations")
    category, icon, order = Category.MONEY, "arrows-exchange", 66
    columns = ("day", "counterparty_name", "amount", "kind", "insurer_id", "status", "purpose")
    filters = ("status", "kind", "insurer_id", "day", "amount", "account_id", "counterparty_inn")
    default_sort = "-day"
    open_states = (BankStatus.NEW,)
    quiet_states = (BankStatus.IGNORED,)
    labels = {"counterparty_name": N_("Counterparty"), "counterparty_inn": N_("Counterparty's INN"),
              "counterparty_account": N_("Counterparty's account"), "document_on": N_("Document of")}  # fmt: skip
    children = (Child("bank-link", "operation_id", eager=True, sums=True),)
    creatable = False
    menu = False
    empty = N_("No operations yet. Bring a file of the bank in on the page “Bank”.")


class BankLinkView(View):
    """What an operation is money of."""

    record = BankLink
    name, name_plural = N_("Money of"), N_("Money of what")
    category, icon = Category.MONEY, "link"
    columns = (
        "created_at", "statement_id", "income_id", "payment_id", "transit_id", "expense_id", "amount", "operation_id",
    )  # fmt: skip
    filters = ("operation_id", "statement_id", "amount")
    default_sort = "created_at"
    creatable = False
    editable = False
    menu = False
