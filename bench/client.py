"""A closed-loop HTTP client on one kept connection: asyncio streams, parsed by httptools, nothing else."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

import httptools

PART = ("HX-Request: true",)


@dataclass
class Reply:
    """What came back; `seconds` to the last byte."""

    status: int = 0
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytearray = field(default_factory=bytearray)
    seconds: float = 0.0
    done: bool = False

    def on_header(self, name: bytes, value: bytes) -> None:
        """Called by the parser."""
        self.headers.append((name.decode().lower(), value.decode("latin-1")))

    def on_body(self, data: bytes) -> None:
        """Called by the parser."""
        self.body += data

    def on_message_complete(self) -> None:
        """Called by the parser."""
        self.done = True

    def header(self, name: str) -> str:
        """A header's first value, or nothing."""
        return next((value for key, value in self.headers if key == name), "")


class Browser:
    """One signed-in connection: cookies, forms as a browser posts them, headers of the same origin."""

    def __init__(self, base: str, patience: float = 60.0) -> None:
        parts = urlsplit(base)
        self.base, self.host, self.port = base, str(parts.hostname), int(parts.port or 80)
        self.patience = patience
        self.cookies: dict[str, str] = {}
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def get(self, path: str, *, part: bool = False) -> Reply:
        """One page, or the part of it that htmx asks for."""
        return await self.send("GET", path, more=PART if part else ())

    async def post(self, path: str, fields: list[tuple[str, str]]) -> Reply:
        """One form."""
        return await self.send("POST", path, urlencode(fields).encode())

    async def send(self, method: str, path: str, body: bytes = b"", more: tuple[str, ...] = ()) -> Reply:
        """One timed request; a connection that was closed meanwhile is opened again. Raises `TimeoutError`."""
        async with asyncio.timeout(self.patience):
            kept = self._streams is not None
            try:
                reply = await self._exchange(method, path, body, more)
            except (ConnectionError, asyncio.IncompleteReadError):
                self.close()
                if not kept:
                    raise
                reply = await self._exchange(method, path, body, more)
        for name, value in reply.headers:
            if name == "set-cookie":
                self.cookies |= {key: morsel.value for key, morsel in SimpleCookie(value).items()}
        return reply

    def close(self) -> None:
        """Drop the connection."""
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None

    async def _exchange(self, method: str, path: str, body: bytes, more: tuple[str, ...]) -> Reply:
        if self._streams is None:
            self._streams = await asyncio.open_connection(self.host, self.port, limit=1 << 20)
        reader, writer = self._streams
        reply = Reply()
        parser = httptools.HttpResponseParser(reply)
        began = time.perf_counter()
        writer.write(self._head(method, path, body, more) + body)
        while not reply.done:
            data = await reader.read(1 << 20)
            if not data:
                raise ConnectionResetError("the server closed the connection")
            parser.feed_data(data)
        reply.seconds = time.perf_counter() - began
        reply.status = parser.get_status_code()
        if not parser.should_keep_alive():
            self.close()
        return reply

    def _head(self, method: str, path: str, body: bytes, more: tuple[str, ...]) -> bytes:
        lines = [
            f"{method} {path} HTTP/1.1",
            f"Host: {self.host}:{self.port}",
            "Accept: text/html",
            "Accept-Language: ru",
            *more,
        ]
        if self.cookies:
            lines.append("Cookie: " + "; ".join(f"{name}={value}" for name, value in self.cookies.items()))
        if method == "POST":
            lines += [f"Origin: {self.base}", "Sec-Fetch-Site: same-origin", f"Content-Length: {len(body)}"]
            lines.append("Content-Type: application/x-www-form-urlencoded")
        return ("\r\n".join(lines) + "\r\n\r\n").encode()
