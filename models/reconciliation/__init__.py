"""Сверка: what is expected, what insurers' statements say, what the bank shows, what is paid out of it."""

from models.reconciliation.asking import Asked, Line, Part, Row, Stray, lines_of, rows_of, strays_of

__all__ = ["Asked", "Line", "Part", "Row", "Stray", "lines_of", "rows_of", "strays_of"]
