"""How the bot is doing, for the page of operations, health checks and metrics."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from admin.auth.sessions import Sessions
from models import clock
from settings import settings

Mode = Literal["off", "polling", "webhook"]
LATE = timedelta(minutes=1)
"""An update that waits longer says that no bot is at work."""
FIRST_LINE = 200


class State(NamedTuple):
    """Where updates come from, how many of them wait or were given up, and how many messages wait to be sent."""

    mode: Mode
    last_update: datetime | None = None
    waiting: int = 0
    waiting_since: datetime | None = None
    parked: int = 0
    sends: int = 0
    sends_dead: int = 0
    blocked: int = 0
    error: str = ""

    @property
    def is_late(self) -> bool:
        """Whether updates are not worked off."""
        return self.waiting_since is not None and clock.now() - self.waiting_since > LATE

    @property
    def works(self) -> bool:
        """Whether it does what it should, or need not do anything."""
        return self.mode == "off" or not self.is_late


def mode() -> Mode:
    """Whether the bot is on, and who brings updates."""
    if not settings.telegram_token:
        return "off"
    return "webhook" if settings.telegram_webhook_secret else "polling"


async def telegram_state(sessions: Sessions) -> State:
    """Ask the database, where Telegram is on. Raises what the driver raises."""
    if mode() == "off":
        return State("off")
    row = await sessions.row("SELECT * FROM audit.telegram_state()")
    told = {name: value for name, value in dict(row).items() if value is not None}
    told["error"] = str(told.get("error", "")).partition("\n")[0][:FIRST_LINE]
    return State(mode(), **told)


def health_of(state: State) -> dict[str, str]:
    """The part of a health check."""
    if state.mode == "off":
        return {"state": "off"}
    numbers = {"waiting": state.waiting, "parked": state.parked, "sends": state.sends, "blocked": state.blocked}
    said = {name: str(number) for name, number in numbers.items()}
    seen = {"last_update": state.last_update.isoformat()} if state.last_update else {}
    return {"state": "up" if state.works else "down", "mode": state.mode, **said, **seen}


def metrics_of(state: State) -> str:
    """Gauges as Prometheus reads them; nothing where Telegram is off."""
    if state.mode == "off":
        return ""
    gauges = {
        "updates_waiting": ("Updates that the bot has not worked off.", state.waiting),
        "updates_parked": ("Updates given up after eight tries.", state.parked),
        "sends_waiting": ("Messages that wait to be sent.", state.sends),
        "sends_dead": ("Messages that could not be sent.", state.sends_dead),
        "people_blocked": ("People who have blocked the bot.", state.blocked),
        "last_update_seconds": ("When the newest update came, in Unix time.", seconds(state.last_update)),
    }
    return "".join(
        f"# HELP polisdesk_telegram_{name} {meaning}\n# TYPE polisdesk_telegram_{name} gauge\n"
        f"polisdesk_telegram_{name} {value}\n"
        for name, (meaning, value) in gauges.items()
    )


def seconds(when: datetime | None) -> int:
    """Unix time; 0 for never."""
    return int(when.timestamp()) if when else 0
