"""Expected lines made anew as the rules have it: previewed, applied in batches, stopped, gone on with, undone."""

from models.recalculation.difference import RecalculationDifference
from models.recalculation.record import Recalculation

__all__ = ["Recalculation", "RecalculationDifference"]
