"""Reading an insurer's commission statement."""

from jobs.statements.reading import read_statement
from models.reconciling import Expected, Judged, Line, judge_lines

__all__ = ["Expected", "Judged", "Line", "judge_lines", "read_statement"]
