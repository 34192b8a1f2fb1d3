"""The bank: own accounts, what came and went on them, and what each operation is."""

from models.bank.account import BankAccount
from models.bank.kinds import BankKind, BankReason, BankStatus
from models.bank.operation import BankLink, BankOperation

__all__ = ["BankAccount", "BankKind", "BankLink", "BankOperation", "BankReason", "BankStatus"]
