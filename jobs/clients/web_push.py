"""Notifications shown by a browser, by its push service (RFC 8030, 8291, 8292); off without a contact."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import timedelta
from fnmatch import fnmatchcase
from functools import cache
from urllib.parse import urlsplit

import httpx
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid02, b64urlencode
from pywebpush import WebPusher, WebPushException

from jobs.clients.outcomes import Impossible, ShutOut, Slow, Unclear, Unreached
from jobs.embedded import installation_secret
from jobs.embedded.secret import password
from models import clock
from settings import settings

CONNECT_SECONDS, ANSWER_SECONDS = 5.0, 15.0
KEPT_FOR = timedelta(hours=24)
"""How long the service keeps a message for a browser that is closed."""
SIGNED_FOR = timedelta(hours=2)
SHORTEST_WAIT, LONGEST_WAIT = 5, 3600
ORDER = int("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", 16)
"""Of the curve P-256: keys are below it."""
GONE = (404, 410)
ENDPOINT = re.compile(r"(?P<scheme>https?)://(?P<host>[A-Za-z0-9.-]+)(:\d{1,5})?/[!-~]*")
"""Addresses that every reader of addresses takes alike."""


def is_known_service(endpoint: str, hosts: str) -> bool:
    """Whether it is a push service that may be called: what a browser gives as an address is not to be trusted."""
    found = ENDPOINT.fullmatch(endpoint)
    if found is None:
        return False
    scheme, named = found["scheme"], found["host"].lower()
    allowed = [host.strip().lower() for host in hosts.split(",") if host.strip()]
    return any(fnmatchcase(named, host) for host in allowed) and (scheme == "https" or named == "127.0.0.1")


@cache
def _key(secret: str) -> ec.EllipticCurvePrivateKey:
    """The key of this installation: the same for the same secret, so that browsers stay subscribed."""
    number = int(password("web-push", secret), 16) % (ORDER - 1) + 1
    return ec.derive_private_key(number, ec.SECP256R1())


def public_key() -> str:
    """What a browser subscribes with, in base64 without padding."""
    point = _key(installation_secret()).public_key()
    return str(b64urlencode(point.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)))


class WebPush:
    """Push services, under the name of a contact."""

    def __init__(self, contact: str, hosts: str) -> None:
        self.contact, self.hosts = contact, hosts
        self.timeout = httpx.Timeout(ANSWER_SECONDS, connect=CONNECT_SECONDS)

    async def send(self, endpoint: str, keys: Mapping[str, str], told: Mapping[str, str], topic: str) -> None:
        """One message; a later one of the same `topic` replaces it while it waits.

        Raises `Slow`, `Unreached`, `Unclear`, `ShutOut` (the browser has unsubscribed), `Impossible`.
        """
        if not is_known_service(endpoint, self.hosts):
            raise Impossible("this is no push service that may be called")
        text = json.dumps(told, ensure_ascii=False).encode()
        try:
            sealed = WebPusher({"endpoint": endpoint, "keys": dict(keys)}).encode(text)
        except (WebPushException, ValueError, IndexError) as problem:
            raise Impossible("the browser's keys are none") from problem
        headers = {
            **self.signature(endpoint),
            "content-encoding": "aes128gcm",
            "ttl": str(int(KEPT_FOR.total_seconds())),
            "topic": topic,
            "urgency": "high",
        }
        await self.post(endpoint, bytes(sealed["body"]), headers)

    async def post(self, endpoint: str, body: bytes, headers: Mapping[str, str]) -> None:
        """Hand it over. Raises as `send` does."""
        try:
            async with (
                httpx.AsyncClient(timeout=self.timeout, follow_redirects=False, trust_env=False) as client,
                client.stream("POST", endpoint, content=body, headers=headers) as answer,
            ):
                judge(answer)  # what else it says is not read
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as problem:
            raise Unreached(type(problem).__name__) from problem
        except httpx.HTTPError as problem:
            raise Unclear(type(problem).__name__) from problem

    def signature(self, endpoint: str) -> dict[str, str]:
        """Who we are, for this service alone."""
        parts = urlsplit(endpoint)
        claims = {
            "sub": self.contact,
            "aud": f"{parts.scheme}://{parts.netloc}",
            "exp": int((clock.now() + SIGNED_FOR).timestamp()),
        }
        signed: dict[str, str] = Vapid02(_key(installation_secret())).sign(claims)
        return signed


def judge(answer: httpx.Response) -> None:
    """What a status means. Raises as `WebPush.send` does."""
    if answer.is_success:
        return
    if answer.status_code in GONE:
        raise ShutOut(f"the push service answers {answer.status_code}: the browser has unsubscribed")
    if answer.status_code == 429:
        wait = answer.headers.get("retry-after", "")
        seconds = int(wait) if wait.isdecimal() else SHORTEST_WAIT
        raise Slow(timedelta(seconds=max(SHORTEST_WAIT, min(seconds, LONGEST_WAIT))))
    if answer.is_server_error:
        raise Unreached(f"the push service answers {answer.status_code}")
    raise Impossible(f"the push service answers {answer.status_code}")


class Off:
    """No contact: nothing leaves."""

    async def send(self, endpoint: str, keys: Mapping[str, str], told: Mapping[str, str], topic: str) -> None:
        """Nothing happens."""


def web_push() -> WebPush | Off:
    """The way to push services of this installation."""
    if not settings.web_push_contact:
        return Off()
    return WebPush(settings.web_push_contact, settings.web_push_hosts)
