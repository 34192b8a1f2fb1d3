"""The only place that asks the time."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

BROKERAGE_ZONE = ZoneInfo("Europe/Moscow")


def now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)


def today(zone: ZoneInfo = BROKERAGE_ZONE) -> date:
    """The brokerage's calendar day."""
    return now().astimezone(zone).date()
