"""Telegram's Bot API by python-telegram-bot: calls, and what became of them in words of ours; off without a token."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from typing import Any

import httpx
from telegram import Bot, InlineKeyboardMarkup
from telegram.error import BadRequest, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError, TimedOut
from telegram.request import HTTPXRequest

from jobs.clients.outcomes import Impossible, ShutOut, Slow, Unclear, Unreached
from settings import settings

logging.getLogger("httpx").setLevel(logging.WARNING)  # its lines hold the token

CONNECT_SECONDS, READ_SECONDS = 5.0, 10.0
CONNECTIONS = 16
METHODS = frozenset({"send_message", "edit_message_text", "edit_message_reply_markup", "answer_callback_query"})
NOTHING_TO_DO = ("message is not modified", "query is too old", "message to edit not found")
"""Refusals after which the world is as it should be."""


class Telegram:
    """A bot at a Bot API server."""

    def __init__(self, token: str, address: str, proxy: str) -> None:
        request = HTTPXRequest(
            connection_pool_size=CONNECTIONS,
            connect_timeout=CONNECT_SECONDS,
            read_timeout=READ_SECONDS,
            proxy=proxy or None,
        )
        base = address.rstrip("/")
        self.bot = Bot(token, base_url=f"{base}/bot", base_file_url=f"{base}/file/bot", request=request)

    async def call(self, method: str, told: Mapping[str, Any]) -> None:
        """One call. Raises `Slow`, `Unreached`, `Unclear`, `ShutOut`, `Impossible`."""
        if method not in METHODS:
            raise Impossible(f"there is no method {method}")
        given = dict(told)
        if "reply_markup" in given:
            given["reply_markup"] = InlineKeyboardMarkup.de_json(given["reply_markup"], self.bot)
        try:
            await getattr(self.bot, method)(**given)
        except TelegramError as problem:
            if not any(words in str(problem).lower() for words in NOTHING_TO_DO):
                raise meaning(problem) from problem

    async def fetch(self, file: str, most: int) -> bytes:
        """A file that somebody sent. Raises as `call` does, `Impossible` also for more than `most` bytes."""
        try:
            found = await self.bot.get_file(file)
            if (found.file_size or 0) > most:
                raise Impossible("the file is too large")
            return bytes(await found.download_as_bytearray())
        except TelegramError as problem:
            raise meaning(problem) from problem


def meaning(problem: TelegramError) -> Exception:
    """What an error of the library means for the message."""
    match problem:
        case RetryAfter():
            wait = problem.retry_after
            return Slow(wait if isinstance(wait, timedelta) else timedelta(seconds=wait))
        case Forbidden():
            return ShutOut(str(problem))
        case BadRequest():
            return Impossible(str(problem))
        case InvalidToken():
            return Unreached("the token is not known there")  # the library's own words hold it
        case NetworkError():
            cause = problem.__cause__
            never_left = isinstance(cause, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout)
            unclear = isinstance(problem, TimedOut) or isinstance(cause, httpx.HTTPError)
            return Unclear(str(problem)) if unclear and not never_left else Unreached(str(problem))
    return Impossible(str(problem))


class Off:
    """Telegram where no token is set: nothing leaves."""

    async def call(self, method: str, told: Mapping[str, Any]) -> None:
        """Nothing happens."""

    async def fetch(self, file: str, most: int) -> bytes:
        """There is no file. Raises `Impossible`."""
        raise Impossible("Telegram is off")


@cache
def _bot(token: str, address: str, proxy: str) -> Telegram:
    return Telegram(token, address, proxy)


def telegram() -> Telegram | Off:
    """The bot of this installation."""
    if not settings.telegram_token:
        return Off()
    return _bot(settings.telegram_token, settings.telegram_api_url, settings.telegram_proxy)
