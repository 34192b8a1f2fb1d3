"""An insurer's statement against what is expected: judging its lines, deciding on them, settling what is decided."""

from models.reconciling.book import judge_lines
from models.reconciling.line import Line
from models.reconciling.matching import Expected, Judged

__all__ = ["Expected", "Judged", "Line", "judge_lines"]
