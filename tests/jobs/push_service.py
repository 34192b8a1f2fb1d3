"""A push service and a browser behind it: a real HTTP peer that opens what it gets with the browser's own key."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid02

from tests.jobs.receiver import Receiver, receiving


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@dataclass
class Browser:
    """One subscription, and what was sent to it."""

    service: Receiver
    private: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    secret: bytes = field(default_factory=lambda: os.urandom(16))

    @property
    def endpoint(self) -> str:
        """Where the service takes messages for it."""
        return self.service.address

    @property
    def keys(self) -> dict[str, str]:
        """What it tells those who may send."""
        point = self.private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return {"p256dh": b64(point), "auth": b64(self.secret)}

    def shown(self) -> list[dict[str, Any]]:
        """Every message, opened; raises for one that was not sealed for it or is signed for another service."""
        return [self.opened(headers, body) for headers, body in self.service.got]

    def opened(self, headers: dict[str, str], body: bytes) -> dict[str, Any]:
        """One message."""
        assert Vapid02.verify(headers["authorization"])
        raw = http_ece.decrypt(body, private_key=self.private, auth_secret=self.secret, version="aes128gcm")
        return dict(json.loads(raw))


@contextmanager
def browsing() -> Iterator[Browser]:
    """A browser with a service of its own until the end of the block."""
    with receiving() as service:
        yield Browser(service)
