"""Matters of an office: whoever may confirm, approve or pay out has them, whosever deals they are."""

from __future__ import annotations

from models.actor import Actor
from models.attention import Matter
from models.paper import PayoutStatus

OFFICES = {
    Matter.CONFIRM: ("payment", "confirm"),
    Matter.APPROVE: ("expense", "approve"),
    Matter.PAY_OUT: ("expense", "pay"),
}
"""The verb that each of these matters waits for."""
MOST = 1_000
"""So many of each kind are listed and counted, the largest first."""


SHEETS = {PayoutStatus.DRAFT: "approve", PayoutStatus.APPROVED: "pay"}
"""The verb that a pay-out sheet waits for in each of its states."""


def sheets_of(actor: Actor) -> tuple[str, ...]:
    """The states in which pay-out sheets wait for this person."""
    return tuple(status for status, verb in SHEETS.items() if actor.rights.may("payout", verb))


def offices_of(actor: Actor) -> tuple[Matter, ...]:
    """The matters that this person does for everybody whose deals they see."""
    return tuple(kind for kind, (identity, verb) in OFFICES.items() if actor.rights.may(identity, verb))
