"""Statements of banks: read, recognised, brought in."""

from jobs.bank.importing import Brought, bring_in, recognise_again
from jobs.bank.reading import Exchange, Movement, read_exchange

__all__ = ["Brought", "Exchange", "Movement", "bring_in", "read_exchange", "recognise_again"]
