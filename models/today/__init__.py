"""Today: what needs somebody now, in one order, and what the team has on its hands."""

from models.today.facts import Facts, facts_of
from models.today.lists import Asked, Found, Part, counted, listed, queued
from models.today.people import Load, Turn, loads_of, numbers_of, teammates_of, turns_of

__all__ = [
    "Asked",
    "Facts",
    "Found",
    "Load",
    "Part",
    "Turn",
    "counted",
    "facts_of",
    "listed",
    "loads_of",
    "numbers_of",
    "queued",
    "teammates_of",
    "turns_of",
]
