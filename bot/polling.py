"""Where updates come from: Telegram calls the webhook, or we ask; either way they only become rows here."""

from __future__ import annotations

import asyncio
import logging

from telegram import Bot, BotCommand
from telegram.error import TelegramError
from telegram.request import HTTPXRequest

from bot.commands import MENU
from jobs.relay import LOST
from jobs.updates import receive
from jobs.words import words
from models.errors import Problem
from models.session import Database
from settings import settings

LOG = logging.getLogger(__name__)
WAIT_SECONDS = 25
PAUSE_SECONDS = 3.0
WANTED = ["message", "callback_query"]
WEBHOOK_CONNECTIONS = 4


def connected() -> Bot:
    """The bot as it asks for updates: one long question at a time."""
    base, proxy = settings.telegram_api_url.rstrip("/"), settings.telegram_proxy or None
    asking = HTTPXRequest(connection_pool_size=1, read_timeout=WAIT_SECONDS + 10, proxy=proxy)
    return Bot(
        settings.telegram_token,
        base_url=f"{base}/bot",
        base_file_url=f"{base}/file/bot",
        request=HTTPXRequest(proxy=proxy),
        get_updates_request=asking,
    )


async def bring(database: Database) -> None:
    """For ever: tell Telegram where updates go, and ask for them where no webhook is set."""
    bot = connected()
    offset = 0
    is_told = False
    while True:
        try:
            is_told = is_told or await introduce(bot)
            if settings.telegram_webhook_secret:
                return
            offset = await ask(bot, database, offset)
        except (TelegramError, Problem, *LOST) as problem:
            LOG.warning("no updates: %s", str(problem).replace(settings.telegram_token, "the token"))
            await asyncio.sleep(PAUSE_SECONDS)


async def ask(bot: Bot, database: Database, offset: int) -> int:
    """Ask once; gives from where to ask next. Telegram forgets what stands before that."""
    for update in await bot.get_updates(offset=offset, timeout=WAIT_SECONDS, allowed_updates=WANTED):
        await receive(database, update.to_dict())
        offset = max(offset, update.update_id + 1)
    return offset


async def introduce(bot: Bot) -> bool:
    """Set the webhook or take it away, and the menu of commands in both languages."""
    if settings.telegram_webhook_secret:
        await bot.set_webhook(
            f"{settings.address}/telegram/webhook",
            secret_token=settings.telegram_webhook_secret,
            allowed_updates=WANTED,
            max_connections=WEBHOOK_CONNECTIONS,
        )
    else:
        await bot.delete_webhook()
    for locale, code in (("ru", None), ("en", "en")):
        _ = words(locale)
        await bot.set_my_commands([BotCommand(name, _(label)) for name, label in MENU], language_code=code)
    return True
