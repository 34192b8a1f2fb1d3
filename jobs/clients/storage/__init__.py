"""Where files are kept: a folder under DATA_DIR, or a bucket of S3 by `STORAGE_URL`."""

from __future__ import annotations

from functools import cache

from jobs.clients.storage.content import INLINE, may_run
from jobs.clients.storage.folder import Folder
from jobs.clients.storage.incoming import Incoming
from jobs.clients.storage.s3 import Bucket
from settings import settings

__all__ = ["INLINE", "Bucket", "Folder", "Incoming", "incoming", "may_run", "storage"]


@cache
def storage() -> Folder | Bucket:
    """The storage of this installation."""
    if settings.storage_url:
        return Bucket(settings.storage_url)
    return Folder(settings.data_dir / "documents", is_shared=settings.file_shares == "acl")


@cache
def incoming() -> Incoming:
    """Where files wait that are on their way from a browser."""
    return Incoming(settings.data_dir / "incoming")
