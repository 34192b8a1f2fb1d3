"""The one obvious next step of a deal: the table, and that what it names can be done."""

from __future__ import annotations

from dataclasses import fields, replace
from itertools import product

import pytest

from models.choices import DealStage
from models.deal import Deal
from models.deal.next_step import (
    CHOOSE,
    HAND_OFF,
    ISSUE,
    OFFER,
    ORDER_ISSUE,
    RETURNED,
    WAITS_FOR_CALCULATION,
    WAITS_FOR_ISSUE,
    YOUR_CALCULATION,
    YOUR_ISSUE,
    Situation,
    Step,
    next_step,
)

D, Q, C, P, W = DealStage.DRAFT, DealStage.QUOTATION, DealStage.CLIENT_DECISION, DealStage.POLICY_ISSUE, DealStage.WON
TABLE = [
    (Situation(D), Step(HAND_OFF)),
    (Situation(D, drafted=True), Step(HAND_OFF)),
    (Situation(D, ready=True), Step(why=CHOOSE)),
    (Situation(Q), Step(HAND_OFF)),
    (Situation(Q, calculating=True), Step(why=WAITS_FOR_CALCULATION)),
    (Situation(Q, calculating=True, mine=True), Step(why=YOUR_CALCULATION)),
    (Situation(Q, ready=True, calculating=True), Step(why=WAITS_FOR_CALCULATION)),
    (Situation(Q, returned=True), Step(why=RETURNED)),
    (Situation(Q, ready=True), Step(OFFER)),
    (Situation(Q, offered=True), Step(why=CHOOSE)),
    (Situation(C), Step(HAND_OFF)),
    (Situation(C, offered=True), Step(why=CHOOSE)),
    (Situation(C, offered=True, confirmed=True), Step(ORDER_ISSUE)),
    (Situation(P, drafted=True, issuing=True), Step(why=WAITS_FOR_ISSUE)),
    (Situation(P, drafted=True, issuing=True, mine=True), Step(why=YOUR_ISSUE)),
    (Situation(P, drafted=True), Step(why=ISSUE)),
    (Situation(P, returned=True, drafted=True), Step(why=RETURNED)),
    (Situation(P, confirmed=True), Step(ORDER_ISSUE)),
    (Situation(W), Step()),
    (Situation(W, confirmed=True), Step(ORDER_ISSUE)),
    (Situation(W, ready=True), Step(why=CHOOSE)),
    (Situation(DealStage.CLOSED, ready=True, confirmed=True), Step()),
    (Situation(DealStage.LOST, returned=True), Step()),
]


@pytest.mark.parametrize(("now", "step"), TABLE)
def test_the_step_follows_from_what_there_is(now: Situation, step: Step) -> None:
    assert next_step(now) == step


def test_what_is_named_can_be_done_in_every_situation() -> None:
    """Of all 1,792: never a verb and a reason together, never a verb that the stage refuses or that comes too early."""
    flags = [field.name for field in fields(Situation) if field.name != "stage"]
    for stage, *values in product(DealStage, *([(False, True)] * len(flags))):
        now = replace(Situation(stage), **dict(zip(flags, values, strict=True)))
        step = next_step(now)
        assert not (step.verb and step.why)
        if step.verb:
            assert Deal.__verbs__[step.verb].admits(stage, is_gone=False)
            assert not (now.calculating or now.issuing or now.returned)
        assert step.verb != OFFER or now.ready
        assert step.verb != ORDER_ISSUE or now.confirmed
