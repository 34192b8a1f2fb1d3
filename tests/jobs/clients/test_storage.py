"""What every storage promises, on a folder and on S3 alike; and what each does in its own way."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from jobs.clients.storage import Bucket, Folder
from models.errors import OutsideError
from models.filing.store import Gone, Taken

Store = Folder | Bucket


@pytest.fixture
def part(tmp_path: Path) -> Path:
    path = tmp_path / "incoming.part"
    path.write_bytes(b"%PDF-1.7\n" + os.urandom(3000))
    return path


async def whole(store: Store, key: str, first: int = 0, last: int = 1 << 30) -> bytes:
    file = await store.stat(key)
    assert file is not None
    return b"".join([block async for block in store.read(key, first, min(last, file.size - 1))])


def fresh() -> str:
    """A folder that no other test uses."""
    return f"Иванов Ёж ({uuid4().hex[-12:]})/D-2026-00001"


async def test_what_is_put_is_found_read_and_described(store: Store, part: Path) -> None:
    key = f"{fresh()}/Полисы/скан & копия 100%.pdf"
    file = await store.put(part, key)
    body = part.read_bytes()
    assert (file.key, file.size) == (key, len(body))
    assert await whole(store, key) == body and await whole(store, key, 5, 9) == body[5:10]
    content = await store.content(key)
    assert (content.sha256, content.media_type) == (hashlib.sha256(body).hexdigest(), "application/pdf")


async def test_nothing_is_written_over_but_a_repetition_is_no_matter(store: Store, part: Path, tmp_path: Path) -> None:
    key = f"{fresh()}/скан.pdf"
    first, again = await store.put(part, key), await store.put(part, key)
    assert first.size == again.size
    other = tmp_path / "other.part"
    other.write_bytes(b"something else")
    with pytest.raises(Taken):
        await store.put(other, key)
    assert await whole(store, key) == part.read_bytes()


async def test_a_file_moves_and_goes(store: Store, part: Path, tmp_path: Path) -> None:
    home = fresh()
    await store.put(part, f"{home}/а.pdf")
    await store.move(f"{home}/а.pdf", f"{home}/Новая папка/б.pdf")
    assert await store.stat(f"{home}/а.pdf") is None
    assert await whole(store, f"{home}/Новая папка/б.pdf") == part.read_bytes()
    other = tmp_path / "other.part"
    other.write_bytes(b"something else")
    await store.put(other, f"{home}/в.pdf")
    with pytest.raises(Taken):
        await store.move(f"{home}/в.pdf", f"{home}/Новая папка/б.pdf")
    with pytest.raises(Gone):
        await store.move(f"{home}/нет.pdf", f"{home}/г.pdf")
    for _twice in range(2):
        await store.remove(f"{home}/в.pdf")
    assert [file.key for file in await store.listing(home)] == [f"{home}/Новая папка/б.pdf"]
    with pytest.raises(Gone):
        await store.content(f"{home}/в.pdf")


async def test_a_listing_knows_size_and_change(store: Store, part: Path) -> None:
    home = fresh()
    put = await store.put(part, f"{home}/а.pdf")
    part.unlink()
    (found,) = await store.listing(home)
    assert (found.key, found.size, found.modified_at) == (put.key, put.size, put.modified_at)
    assert found.is_settled and await store.listing(f"{home}/nowhere") == []


async def test_a_bucket_signs_links_that_save_the_file_and_expire(bucket: Bucket, part: Path) -> None:
    key = f"{fresh()}/{uuid4()}/Полис Ёлкиной.pdf"
    await bucket.put(part, key)
    address = await bucket.signed(key, "Полис Ёлкиной.pdf", "application/pdf")
    assert "X-Amz-Expires=120" in address and "response-content-disposition=attachment" in address
    async with httpx.AsyncClient() as browser:
        answer = await browser.get(address)
    assert answer.content == part.read_bytes()
    assert answer.headers["content-disposition"].startswith("attachment; filename*=UTF-8''%D0%9F")


async def test_large_files_go_to_a_bucket_in_parts(bucket: Bucket, tmp_path: Path) -> None:
    large = tmp_path / "large.part"
    with large.open("wb") as file:
        file.truncate(40 * 1024 * 1024)
    key = f"{fresh()}/большой.bin"
    assert (await bucket.put(large, key)).size == 40 * 1024 * 1024
    etag = bucket.client.head_object(Bucket="papers", Key=f"office/files/{key}")["ETag"]
    assert "-5" in etag, "not in five parts"


async def test_an_absent_bucket_is_an_outside_error_in_words(s3_address: str, part: Path) -> None:
    absent = Bucket(f"s3://nobodys?endpoint={s3_address}", aws_access_key_id="a", aws_secret_access_key="b")
    with pytest.raises(OutsideError):
        await absent.put(part, "a/b.pdf")
    silent = Bucket("s3://papers?endpoint=http://127.0.0.1:9", aws_access_key_id="a", aws_secret_access_key="b")
    with pytest.raises(OutsideError) as refusal:
        await silent.listing("a")
    assert not refusal.value.permanent and "papers" not in str(refusal.value)


async def test_no_link_leads_out_of_the_folder(tmp_path: Path, part: Path) -> None:
    store = Folder(tmp_path / "documents")
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "a.txt").write_text("secret")
    home = store.root / fresh()
    home.mkdir(parents=True)
    (home / "file.txt").symlink_to(secret / "a.txt")
    (home / "folder").symlink_to(secret)
    os.mkfifo(home / "pipe")
    key = str(home.relative_to(store.root))
    for name in ("file.txt", "folder/a.txt", "pipe", "../../secret/a.txt"):
        with pytest.raises(Gone):
            await store.content(f"{key}/{name}")
    assert await store.listing() == []
    with pytest.raises(OSError, match=r"Not a directory|Too many levels"):
        await store.put(part, f"{key}/folder/b.pdf")
    assert not (secret / "b.pdf").exists()


async def test_where_files_cannot_have_two_names_they_are_copied(
    tmp_path: Path, part: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_given: object, **_more: object) -> None:
        raise OSError(1, "Operation not permitted")

    store = Folder(tmp_path / "documents")
    monkeypatch.setattr(os, "link", refuse)
    await store.put(part, "a/б.pdf")
    assert (store.root / "a/б.pdf").read_bytes() == part.read_bytes()
    with pytest.raises(Taken):
        await store.put(part, "a/б.pdf")
    assert [path.name for path in (store.root / "a").iterdir()] == ["б.pdf"]
