"""Tokens of sessions and forms: 256 random bits, of which only the digest is stored."""

from __future__ import annotations

import hashlib
import hmac
import secrets


def new_token() -> str:
    """A session's secret; it lives in the cookie alone."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> bytes:
    """What is stored of a token."""
    return hashlib.sha256(token.encode()).digest()


def form_token(session_token: str) -> str:
    """The token of the session's forms; nobody without the session's secret can work it out."""
    return signature(session_token, "form")


def signature(session_token: str, text: str) -> str:
    """A text sealed with the session's secret."""
    return hmac.new(session_token.encode(), text.encode(), hashlib.sha256).hexdigest()


def is_same(given: str, expected: str) -> bool:
    """Comparison in constant time."""
    return hmac.compare_digest(given.encode(), expected.encode())
