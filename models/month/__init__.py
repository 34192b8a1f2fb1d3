"""Months of the brokerage's money: what moved in them, what is still open, and closing them."""

from models.month.figures import Figures, figures_of
from models.month.record import ClosedMonth, Reopen

__all__ = ["ClosedMonth", "Figures", "Reopen", "figures_of"]
