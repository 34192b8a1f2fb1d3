"""Reading an insurer's commission statement."""

from jobs.statements.matching import Expected, Judged, judge_lines
from jobs.statements.reading import Line, read_statement

__all__ = ["Expected", "Judged", "Line", "judge_lines", "read_statement"]
