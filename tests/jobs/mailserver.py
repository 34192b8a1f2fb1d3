"""A mail server: a real SMTP peer that keeps what it took and answers as told."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

NAME, PASSWORD = "polisdesk", "s3cret-of-mail"


@dataclass
class MailServer:
    """Where it is, what it took, and what it says of the next recipients (250 when there is no more to say)."""

    url: str = ""
    letters: list[EmailMessage] = field(default_factory=list)
    replies: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    pause: float = 0
    """Seconds before it answers about a recipient."""

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:
        """A recipient."""
        self.asked.append(address)
        await asyncio.sleep(self.pause)
        reply = self.replies.pop(0) if self.replies else "250 OK"
        if reply.startswith("250"):
            envelope.rcpt_tos.append(address)
        return reply

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        """A letter."""
        self.letters.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 taken"


@contextmanager
def delivering() -> Iterator[MailServer]:
    """Serves on a free port until the end of the block; asks for a name and a password."""
    post = MailServer()

    def known(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
        is_right = (data.login, data.password) == (NAME.encode(), PASSWORD.encode())
        return AuthResult(success=is_right, handled=False)

    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]
    controller = Controller(
        post, hostname="127.0.0.1", port=port, authenticator=known, auth_required=True, auth_require_tls=False
    )
    controller.start()
    try:
        post.url = f"smtp://{NAME}:{PASSWORD}@127.0.0.1:{port}"
        yield post
    finally:
        controller.stop()
