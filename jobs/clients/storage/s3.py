"""The storage as a bucket of S3: `s3://bucket/prefix?endpoint=https://…&region=…`, keys by the usual AWS settings."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final, cast
from urllib.parse import parse_qs, quote, urlsplit

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from jobs.clients.storage.content import BLOCK, read_through
from models import clock
from models.errors import OutsideError
from models.filing.store import Content, File, Gone, Taken
from models.texts import N_

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

LINK_SECONDS: Final = 120
"""How long a signed link works; five minutes at most."""
CONNECT_SECONDS, READ_SECONDS, TRIES = 5, 30, 3
IN_FLIGHT: Final = timedelta(hours=1)
"""A younger object without a row may still be getting one."""
PARTS: Final = TransferConfig(multipart_threshold=16 * BLOCK, multipart_chunksize=8 * BLOCK, max_concurrency=2)
"""At most 16 MB of a file are in memory at once."""
MISSING: Final = frozenset({"404", "NoSuchKey", "NotFound"})


class Bucket:
    """Objects of a bucket below a prefix. Nobody sees the keys, so files stay where they were put."""

    follows_names = False

    def __init__(self, url: str, **session: Any) -> None:
        parts = urlsplit(url)
        asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        self.bucket = parts.netloc
        self.prefix = f"{parts.path.strip('/')}/".lstrip("/")
        config = Config(
            connect_timeout=CONNECT_SECONDS,
            read_timeout=READ_SECONDS,
            retries={"max_attempts": TRIES, "mode": "standard"},
            signature_version="s3v4",
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
            s3={"addressing_style": "path" if asked.get("endpoint") else "auto"},
        )
        self.client: S3Client = boto3.client(
            "s3", endpoint_url=asked.get("endpoint"), region_name=asked.get("region", "us-east-1"), config=config,
            **session,
        )  # fmt: skip

    async def put(self, part: Path, key: str) -> File:
        """Take a file in, in parts. Raises `Taken`."""
        return await asyncio.to_thread(self._put, part, key)

    async def move(self, old: str, new: str) -> None:
        """Copy under another key, then delete. Raises `Taken`, `Gone`."""
        await asyncio.to_thread(self._move, old, new)

    async def remove(self, key: str) -> None:
        """Delete an object for good; one that is not there is no matter."""
        with outside():
            await asyncio.to_thread(self.client.delete_object, Bucket=self.bucket, Key=self._full(key))

    async def stat(self, key: str) -> File | None:
        """What is known of an object; None where there is none."""
        return await asyncio.to_thread(self._stat, key)

    async def listing(self, prefix: str = "") -> list[File]:
        """Objects below a folder."""
        return await asyncio.to_thread(lambda: list(self._listing(prefix)))

    async def content(self, key: str) -> Content:
        """Read an object through. Raises `Gone`."""
        return await asyncio.to_thread(self._content, key)

    async def read(self, key: str, first: int, last: int) -> AsyncIterator[bytes]:
        """The bytes from `first` to `last`, both included. Raises `Gone`."""
        with outside():
            wanted = {"Bucket": self.bucket, "Key": self._full(key), "Range": f"bytes={first}-{last}"}
            body = (await asyncio.to_thread(lambda: self.client.get_object(**wanted)))["Body"]  # type: ignore[arg-type]
            try:
                while block := await asyncio.to_thread(body.read, BLOCK):
                    yield block
            finally:
                body.close()

    async def signed(self, key: str, name: str, media_type: str) -> str:
        """A link that downloads the object for two minutes; that it is saved, not shown, is signed too."""
        shown = {
            "ResponseContentDisposition": f"attachment; filename*=UTF-8''{quote(name)}",
            "ResponseContentType": media_type,
        }
        wanted = {"Bucket": self.bucket, "Key": self._full(key), **shown}
        return await asyncio.to_thread(
            self.client.generate_presigned_url, "get_object", Params=wanted, ExpiresIn=LINK_SECONDS
        )

    def _full(self, key: str) -> str:
        return self.prefix + key

    def _put(self, part: Path, key: str) -> File:
        known = self._stat(key)
        if known is not None:
            if known.size != part.stat().st_size:
                raise Taken
            return known
        with outside(), part.open("rb") as file:
            self.client.upload_fileobj(file, self.bucket, self._full(key), Config=PARTS)
        put = self._stat(key)
        if put is None:
            raise Gone
        return put

    def _move(self, old: str, new: str) -> None:
        if self._stat(new) is not None:
            raise Taken
        if self._stat(old) is None:
            raise Gone
        with outside():
            source = {"Bucket": self.bucket, "Key": self._full(old)}
            self.client.copy(source, self.bucket, self._full(new), Config=PARTS)  # type: ignore[arg-type]
            self.client.delete_object(**source)  # type: ignore[arg-type]

    def _stat(self, key: str) -> File | None:
        try:
            with outside():
                found = self.client.head_object(Bucket=self.bucket, Key=self._full(key))
        except Gone:
            return None
        return self._file(key, found["ContentLength"], found["LastModified"])

    def _listing(self, prefix: str) -> Iterator[File]:
        with outside():
            pages = self.client.get_paginator("list_objects_v2")
            start = self._full(f"{prefix}/" if prefix else "")
            for page in pages.paginate(Bucket=self.bucket, Prefix=start):
                for found in page.get("Contents", ()):
                    key = found["Key"].removeprefix(self.prefix)
                    yield self._file(key, found["Size"], found["LastModified"])

    def _content(self, key: str) -> Content:
        with outside():
            body = self.client.get_object(Bucket=self.bucket, Key=self._full(key))["Body"]
            return read_through(cast("IO[bytes]", body))

    def _file(self, key: str, size: int, changed: Any) -> File:
        return File(key, size, changed, clock.now() - changed > IN_FLIGHT)


@contextmanager
def outside() -> Iterator[None]:
    """Raises `Gone` for what is missing, else `OutsideError`, permanent where asking again changes nothing."""
    try:
        yield
    except ClientError as problem:
        code = str(problem.response.get("Error", {}).get("Code", ""))
        if code in MISSING:
            raise Gone from problem
        status = problem.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 500)
        raise OutsideError(
            N_("The storage of documents refuses: {code}."), permanent=status < 500, code=code
        ) from problem
    except (BotoCoreError, OSError) as problem:
        raise OutsideError(N_("The storage of documents does not answer."), permanent=False) from problem
