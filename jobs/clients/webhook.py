"""A receiver of events by HTTP, signed after Standard Webhooks; no redirects are followed. Off without an address."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence
from datetime import timedelta
from functools import cache

import httpx

from jobs.clients.outcomes import Refused, ShutOut, Slow
from models import clock
from settings import settings

CONNECT_SECONDS, ANSWER_SECONDS = 5.0, 15.0
SHORTEST_WAIT, LONGEST_WAIT = 30, 3600
PREFIX = "whsec_"


def sign(secrets: Sequence[str], identity: str, seconds: int, body: bytes) -> str:
    """`webhook-signature`: one for each secret, so that a receiver may change to the next one at leisure."""
    message = f"{identity}.{seconds}.".encode() + body
    keys = (base64.b64decode(secret.removeprefix(PREFIX)) for secret in secrets)
    made = (hmac.new(key, message, hashlib.sha256).digest() for key in keys)
    return " ".join(f"v1,{base64.b64encode(one).decode()}" for one in made)


class Webhook:
    """A receiver at an address."""

    def __init__(self, address: str, secrets: Sequence[str]) -> None:
        self.address = address
        self.secrets = secrets
        self.timeout = httpx.Timeout(ANSWER_SECONDS, connect=CONNECT_SECONDS)

    async def send(self, identity: str, body: bytes) -> None:
        """One delivery; any 2xx is its receipt. Raises `Slow`, `ShutOut`, `Refused`."""
        seconds = int(clock.now().timestamp())
        headers = {
            "content-type": "application/cloudevents+json; charset=utf-8",
            "webhook-id": identity,
            "webhook-timestamp": str(seconds),
            "webhook-signature": sign(self.secrets, identity, seconds, body),
        }
        try:
            async with (
                httpx.AsyncClient(timeout=self.timeout, follow_redirects=False, trust_env=False) as client,
                client.stream("POST", self.address, content=body, headers=headers) as answer,
            ):
                judge(answer)  # what else it says is not read
        except httpx.HTTPError as problem:
            raise Refused(f"no answer: {type(problem).__name__}") from problem


def judge(answer: httpx.Response) -> None:
    """What a status means. Raises as `Webhook.send` does."""
    if answer.is_success:
        return
    if answer.status_code == httpx.codes.GONE:
        raise ShutOut("the receiver answers 410: it wants no more events")
    wait = answer.headers.get("retry-after", "")
    if answer.status_code in (429, 503) and wait.isdecimal():
        raise Slow(timedelta(seconds=max(SHORTEST_WAIT, min(int(wait), LONGEST_WAIT))))
    raise Refused(f"the receiver answers {answer.status_code}")


class Off:
    """No receiver: nothing leaves."""

    async def send(self, identity: str, body: bytes) -> None:
        """Nothing happens."""


@cache
def _webhook(address: str, secrets: tuple[str, ...]) -> Webhook:
    return Webhook(address, secrets)


def webhook() -> Webhook | Off:
    """The receiver of this installation."""
    if not settings.events_webhook_url:
        return Off()
    return _webhook(settings.events_webhook_url, settings.events_webhook_keys)
