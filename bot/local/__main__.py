"""`python -m bot.local --port 8081`: then TELEGRAM_API_URL=http://127.0.0.1:8081 and any token of the form 1:x."""

from __future__ import annotations

import argparse
import asyncio

import uvicorn

from bot.local.app import build, deliver


async def serve(host: str, port: int) -> None:
    """Serve until SIGINT or SIGTERM."""
    app = build()
    server = uvicorn.Server(uvicorn.Config(app, host=host, port=port, log_level="warning"))
    print(f"Bot API: TELEGRAM_API_URL=http://{host}:{port} · the person's page: http://{host}:{port}/", flush=True)
    delivering = asyncio.create_task(deliver(app.state.memory))
    await server.serve()
    delivering.cancel()


def main() -> None:
    """Read the arguments and serve."""
    parser = argparse.ArgumentParser(prog="python -m bot.local", description="A local Bot API server.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8081)
    given = parser.parse_args()
    asyncio.run(serve(given.host, given.port))


if __name__ == "__main__":
    main()
