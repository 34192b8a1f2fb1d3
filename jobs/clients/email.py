"""Letters by SMTP; off without a server."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from functools import cache
from urllib.parse import unquote, urlsplit

import aiosmtplib
from aiosmtplib import (
    SMTPAuthenticationError,
    SMTPException,
    SMTPReadTimeoutError,
    SMTPRecipientRefused,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPSenderRefused,
    SMTPServerDisconnected,
)

from jobs.clients.outcomes import Impossible, ShutOut, Slow, Unclear, Unreached
from models import clock
from settings import settings

SECONDS, WHOLE_SECONDS = 20.0, 45.0
"""For an answer; for all that is said about a letter."""
TLS_FROM_THE_START, SUBMISSION = 465, 587
BUSY_AGAIN = timedelta(minutes=2)
"""A server that says "later" (4xx): greylisting lets the same letter in after a while."""
NO_SUCH_MAILBOX = (550, 551, 553)


class Mail:
    """A mail server, and the address that letters come from."""

    def __init__(self, url: str, sender: str) -> None:
        parts = urlsplit(url)
        self.is_secure = parts.scheme == "smtps"
        self.host = parts.hostname or "localhost"
        self.port = parts.port or (TLS_FROM_THE_START if self.is_secure else SUBMISSION)
        self.username = unquote(parts.username) if parts.username else None
        self.password = unquote(parts.password) if parts.password else None
        self.sender = sender

    async def send(self, identity: str, to: str, subject: str, text: str) -> None:
        """One letter; `identity` becomes its Message-ID, by which programs know a repetition.

        Raises `Slow`, `Unreached`, `Unclear`, `ShutOut`, `Impossible`.
        """
        try:
            async with asyncio.timeout(WHOLE_SECONDS):
                await aiosmtplib.send(
                    self.letter(identity, to, subject, text),
                    hostname=self.host,
                    port=self.port,
                    username=self.username,
                    password=self.password,
                    use_tls=self.is_secure,
                    timeout=SECONDS,
                )
        except (SMTPException, OSError) as problem:
            raise meaning(problem) from problem

    def letter(self, identity: str, to: str, subject: str, text: str) -> EmailMessage:
        """What is sent. Raises `Impossible` for an address that is none."""
        made = EmailMessage()
        try:
            made["From"] = Address("Polisdesk", addr_spec=self.sender)
            made["To"] = Address(addr_spec=to)
        except ValueError as problem:
            raise Impossible("this is no address") from problem
        made["Subject"] = " ".join(subject.replace("=?", "= ?").split())  # `=?…?=` would be decoded, line ends and all
        made["Date"] = clock.now()
        made["Message-ID"] = f"<{identity}@{self.sender.rpartition('@')[2]}>"
        made["Auto-Submitted"] = "auto-generated"
        made.set_content(text)
        return made


def meaning(problem: Exception) -> Exception:
    """What an error of the library means for the letter; no words of the server's that hold an address or a secret."""
    match problem:
        case SMTPRecipientsRefused() if is_of_mailbox(problem.recipients[0]):
            return ShutOut(f"the mail server answers {problem.recipients[0].code}: there is no such mailbox")
        case SMTPRecipientsRefused():
            return of_code(problem.recipients[0].code)
        case SMTPAuthenticationError() | SMTPSenderRefused():
            return Unreached("the mail server does not take our name, password or address")
        case SMTPResponseException():
            return of_code(problem.code)
        case SMTPServerDisconnected() | SMTPReadTimeoutError():
            return Unclear(type(problem).__name__)
    return Unclear("it takes too long") if type(problem) is TimeoutError else Unreached(type(problem).__name__)


def is_of_mailbox(refusal: SMTPRecipientRefused) -> bool:
    """Whether it is the mailbox that is wrong (5.1.x and plain 550), not we who are not let in (5.7.x)."""
    return refusal.code in NO_SUCH_MAILBOX and not refusal.message.startswith("5.7")


def of_code(code: int) -> Exception:
    """What a reply means: 4xx later, 5xx never."""
    return Slow(BUSY_AGAIN) if code < 500 else Impossible(f"the mail server answers {code}")


class Off:
    """No mail server: nothing leaves."""

    async def send(self, identity: str, to: str, subject: str, text: str) -> None:
        """Nothing happens."""


@cache
def _mail(url: str, sender: str) -> Mail:
    return Mail(url, sender)


def mail() -> Mail | Off:
    """The mail server of this installation."""
    return _mail(settings.smtp_url, settings.mail_from) if settings.smtp_url else Off()
