"""Quiet hours: whether they run, and when they end."""

from __future__ import annotations

from datetime import datetime, time

import pytest

from models.clock import BROKERAGE_ZONE
from models.wishes import Wishes

NIGHT, LUNCH = (time(21), time(8)), (time(13), time(14))


@pytest.mark.parametrize(
    ("hours", "now", "until"),
    [
        (NIGHT, "2026-11-26 20:59", None),
        (NIGHT, "2026-11-26 21:00", "2026-11-27 08:00"),
        (NIGHT, "2026-11-27 00:00", "2026-11-27 08:00"),
        (NIGHT, "2026-11-27 07:59", "2026-11-27 08:00"),
        (NIGHT, "2026-11-27 08:00", None),
        (LUNCH, "2026-11-26 12:59", None),
        (LUNCH, "2026-11-26 13:30", "2026-11-26 14:00"),
        (LUNCH, "2026-11-26 14:00", None),
        ((None, None), "2026-11-26 03:00", None),
    ],
)
def test_quiet_hours(hours: tuple[time | None, time | None], now: str, until: str | None) -> None:
    def moment(text: str) -> datetime:
        return datetime.fromisoformat(text).replace(tzinfo=BROKERAGE_ZONE)

    found = Wishes(frozenset(), *hours).silent_until(moment(now), BROKERAGE_ZONE)
    assert found == (moment(until) if until else None)
