"""The methods of the Bot API that the bot uses, as the public server answers them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from bot.local.state import BOT, Json, State, chat_of
from models import clock

LONGEST_TEXT, LONGEST_DATA = 4096, 64


class BadCall(Exception):
    """The answer is an error with this code and description."""

    def __init__(self, code: int, description: str, **parameters: Any) -> None:
        super().__init__(description)
        self.code, self.description, self.parameters = code, description, parameters


async def get_me(_state: State, _told: Json) -> Json:
    """The bot itself."""
    return {**BOT, "can_join_groups": False, "can_read_all_group_messages": False, "supports_inline_queries": False}


async def send_message(state: State, told: Json) -> Json:
    """A message to a chat."""
    chat = int(told["chat_id"])
    check(state, chat, told)
    message = {
        "message_id": state.next_message(),
        "from": BOT,
        "chat": chat_of(chat),
        "date": int(clock.now().timestamp()),
        "text": told["text"],
        **({"reply_markup": told["reply_markup"]} if "inline_keyboard" in told.get("reply_markup", {}) else {}),
    }
    state.messages[chat, message["message_id"]] = message
    return message


async def edit_message_text(state: State, told: Json) -> Json:
    """Other words and buttons for a message of the bot's."""
    check(state, int(told["chat_id"]), told)
    return changed(state, told, {"text": told["text"], "reply_markup": told.get("reply_markup")})


async def edit_message_reply_markup(state: State, told: Json) -> Json:
    """Other buttons."""
    return changed(state, told, {"reply_markup": told.get("reply_markup")})


def changed(state: State, told: Json, values: Json) -> Json:
    """The message with these values. Raises `BadCall` for an unknown one and where nothing changes."""
    key = int(told["chat_id"]), int(told["message_id"])
    message = state.messages.get(key)
    if message is None or message["from"] is not BOT:
        raise BadCall(400, "Bad Request: message to edit not found")
    if all(message.get(name) == value for name, value in values.items()):
        raise BadCall(400, "Bad Request: message is not modified: specified new message content is exactly the same")
    rest = {name: value for name, value in message.items() if name not in values}
    state.messages[key] = {**rest, **{name: value for name, value in values.items() if value}}
    return state.messages[key]


def check(state: State, chat: int, told: Json) -> None:
    """What the public server refuses: blocked chats, texts and buttons that are too long."""
    if chat in state.blocked:
        raise BadCall(403, "Forbidden: bot was blocked by the user")
    if not told.get("text"):
        raise BadCall(400, "Bad Request: message text is empty")
    if len(told["text"]) > LONGEST_TEXT:
        raise BadCall(400, "Bad Request: message is too long")
    for row in told.get("reply_markup", {}).get("inline_keyboard", []):
        for button in row:
            if len(button.get("callback_data", "").encode()) > LONGEST_DATA:
                raise BadCall(400, "Bad Request: BUTTON_DATA_INVALID")


async def answer_callback_query(_state: State, told: Json) -> bool:
    """The press of a button is answered."""
    if not told.get("callback_query_id"):
        raise BadCall(400, "Bad Request: query is too old and response timeout expired or query ID is invalid")
    return True


async def get_file(state: State, told: Json) -> Json:
    """Where a file can be had."""
    if told["file_id"] not in state.files:
        raise BadCall(400, "Bad Request: invalid file_id")
    name, content = state.files[told["file_id"]]
    path = f"documents/{told['file_id']}/{name}"
    return {"file_id": told["file_id"], "file_unique_id": told["file_id"], "file_size": len(content), "file_path": path}


async def set_webhook(state: State, told: Json) -> bool:
    """Updates go to an address from now on; those that wait go first."""
    state.webhook = {"url": told.get("url", ""), "secret": told.get("secret_token", "")} if told.get("url") else {}
    return True


async def delete_webhook(state: State, told: Json) -> bool:
    """Updates are asked for from now on."""
    state.webhook = {}
    if told.get("drop_pending_updates"):
        state.updates.clear()
    return True


async def get_webhook_info(state: State, _told: Json) -> Json:
    """Where updates go."""
    waiting = len(state.updates)
    return {"url": state.webhook.get("url", ""), "has_custom_certificate": False, "pending_update_count": waiting}


async def get_updates(state: State, told: Json) -> list[Json]:
    """Updates from an offset on, waited for."""
    if state.webhook:
        raise BadCall(409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook first")
    offset, limit = int(told.get("offset", 0)), int(told.get("limit", 100))
    return await state.wait_for_updates(offset, limit, int(told.get("timeout", 0)))


async def set_my_commands(state: State, told: Json) -> bool:
    """The menu of commands."""
    state.commands = list(told.get("commands", []))
    return True


METHODS: dict[str, Callable[[State, Json], Awaitable[Any]]] = {
    "getme": get_me,
    "sendmessage": send_message,
    "editmessagetext": edit_message_text,
    "editmessagereplymarkup": edit_message_reply_markup,
    "answercallbackquery": answer_callback_query,
    "getfile": get_file,
    "setwebhook": set_webhook,
    "deletewebhook": delete_webhook,
    "getwebhookinfo": get_webhook_info,
    "getupdates": get_updates,
    "setmycommands": set_my_commands,
}
"""By name in small letters: the public server does not mind case either."""
