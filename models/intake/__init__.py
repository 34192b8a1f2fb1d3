"""A call, from the telephone number to the task with the executor: what is typed, and what becomes of it."""

from models.intake.call import Call, Hand, Thing, read_call
from models.intake.draft import (
    IntakeDraft,
    deal_of_action,
    drafts_of,
    keep,
    next_action,
    put_away,
    put_away_lately,
    sweep,
    take_back,
)
from models.intake.taking import take

__all__ = [
    "Call",
    "Hand",
    "IntakeDraft",
    "Thing",
    "deal_of_action",
    "drafts_of",
    "keep",
    "next_action",
    "put_away",
    "put_away_lately",
    "read_call",
    "sweep",
    "take",
    "take_back",
]
