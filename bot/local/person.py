"""The person's side and the faults: write, press, send a file, block; and see everything that was accepted."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.local.state import Fault, Json, State, chat_of, person
from models import clock


def memory(request: Request) -> State:
    """The server's memory."""
    state: State = request.app.state.memory
    return state


async def write(request: Request) -> Response:
    """A person writes `text` in `chat`."""
    told = await request.json()
    return JSONResponse(await said(memory(request), int(told["chat"]), {"text": str(told["text"])}))


async def said(state: State, chat: int, content: Json) -> Json:
    """A message of a person's, and the update that tells the bot."""
    message = {
        "message_id": state.next_message(),
        "from": person(abs(chat)),
        "chat": chat_of(chat),
        "date": int(clock.now().timestamp()),
        **content,
    }
    state.messages[chat, message["message_id"]] = message
    return await state.update({"message": message})


async def press(request: Request) -> Response:
    """A person presses the button with `data` under `message` in `chat`."""
    state, told = memory(request), await request.json()
    chat = int(told["chat"])
    message = state.messages.get((chat, int(told["message"])))
    if message is None:
        return JSONResponse({"error": "there is no such message"}, 404)
    query = {"id": f"q{state.last_update + 1}", "from": person(abs(chat)), "chat_instance": str(chat)}
    return JSONResponse(
        await state.update({"callback_query": {**query, "message": message, "data": str(told["data"])}})
    )


async def send_file(request: Request) -> Response:
    """A person sends the body as a file called `name`."""
    state = memory(request)
    chat, name = int(request.query_params["chat"]), request.query_params.get("name", "file.bin")
    content = await request.body()
    key = f"file{len(state.files) + 1}"
    state.files[key] = name, content
    document = {"file_id": key, "file_unique_id": key, "file_name": name, "file_size": len(content)}
    return JSONResponse(await said(state, chat, {"document": document}))


async def block(request: Request) -> Response:
    """A person blocks the bot, or lets it in again with `blocked` false."""
    state, told = memory(request), await request.json()
    (state.blocked.add if told.get("blocked", True) else state.blocked.discard)(int(told["chat"]))
    return JSONResponse({"ok": True})


async def order_fault(request: Request) -> Response:
    """The next calls go wrong; an empty list takes all faults back."""
    state, told = memory(request), await request.json()
    if isinstance(told, list):
        state.faults = [Fault(**one) for one in told]
    else:
        state.faults.append(Fault(**told))
    return JSONResponse([asdict(fault) for fault in state.faults])


async def record(request: Request) -> Response:
    """Everything that was accepted, with times; with `?refused=1` what was refused."""
    state = memory(request)
    return JSONResponse(
        [asdict(one) for one in (state.refused if request.query_params.get("refused") else state.accepted)]
    )


async def messages(request: Request) -> Response:
    """The messages of a chat, the oldest first, and what the last press was answered."""
    state, chat = memory(request), int(request.query_params["chat"])
    found: list[Any] = [message for (where, _number), message in sorted(state.messages.items()) if where == chat]
    answers = [one.told.get("text", "") for one in state.accepted if one.method == "answerCallbackQuery"]
    return JSONResponse({"messages": found, "commands": state.commands, "answer": answers[-1] if answers else ""})


ROUTES = (
    Route("/person/write", write, methods=["POST"]),
    Route("/person/press", press, methods=["POST"]),
    Route("/person/file", send_file, methods=["POST"]),
    Route("/person/block", block, methods=["POST"]),
    Route("/person/messages", messages),
    Route("/control/faults", order_fault, methods=["POST"]),
    Route("/control/record", record),
)
