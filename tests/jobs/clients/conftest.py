"""The storages: a folder, and a bucket of a server that speaks S3."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from moto.server import ThreadedMotoServer

from jobs.clients.storage import Bucket, Folder, folder, s3

KEYS = {"aws_access_key_id": "test", "aws_secret_access_key": "secret"}


@pytest.fixture(scope="session")
def s3_address() -> Iterator[str]:
    """The address of a server that speaks S3, with a bucket `papers`."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    address = f"http://{host}:{port}"
    boto3.client("s3", endpoint_url=address, region_name="us-east-1", **KEYS).create_bucket(Bucket="papers")
    yield address
    server.stop()


@pytest.fixture
def bucket(s3_address: str) -> Bucket:
    return Bucket(f"s3://papers/office/files?endpoint={s3_address}&region=us-east-1", **KEYS)


@pytest.fixture(params=["folder", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folder | Bucket:
    """Each storage in turn; what was written a moment ago counts at once."""
    monkeypatch.setattr(folder, "QUIET", folder.QUIET * 0)
    monkeypatch.setattr(s3, "IN_FLIGHT", s3.IN_FLIGHT * 0 - s3.IN_FLIGHT)
    if request.param == "folder":
        return Folder(tmp_path / "documents")
    found: Bucket = request.getfixturevalue("bucket")
    return found
