"""Uploads on their way from the browser to their folders, never whole in memory."""

from __future__ import annotations

import asyncio
from pathlib import PurePath

from python_multipart import FormParser
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import Field, File
from starlette.requests import Request

from jobs import uploads
from jobs.portfolio.workbook import refuse_what_is_no_workbook
from jobs.uploads.folder import PORTFOLIO
from models.errors import Invalid, Problem
from models.texts import N_

LONGEST_NAME = 120
MOST = 20
"""Files of one form."""
CHOOSE = N_("Choose a file first")
TOO_MANY = N_("No more than {files} files at once, please")
TOO_LARGE = N_("The file is larger than {megabytes} MB")


async def receive(request: Request) -> uploads.Upload:
    """The workbook of a form, in a folder of its own. Raises `Invalid` for what is no workbook or too large."""
    found, _fields = await receive_all(request)
    upload, *others = found
    for other in others:
        other.remove()
    try:
        if others:
            raise Invalid(CHOOSE)
        await asyncio.to_thread(refuse_what_is_no_workbook, upload.workbook)
    except Problem:
        upload.remove()
        raise
    return upload


async def receive_all(request: Request, kind: str = PORTFOLIO) -> tuple[list[uploads.Upload], dict[str, str]]:
    """Each file of a form in a folder of its own, and the form's fields. Raises `Invalid` for none, for too much."""
    owner = request.state.actor.id
    first = uploads.make(owner, "", kind)
    try:
        files, fields = await _store(request, first)
        named = [file for file in files if file.file_name]
        if not named or len(named) > MOST:
            raise Invalid(CHOOSE if not named else TOO_MANY, files=MOST)
        places = [first, *(uploads.make(owner, "", kind) for _file in named[1:])]
        return [_keep(file, place, first) for file, place in zip(named, places, strict=True)], fields
    except Problem:
        first.remove()
        raise


async def _store(request: Request, upload: uploads.Upload) -> tuple[list[File], dict[str, str]]:
    files: list[File] = []
    fields: dict[str, str] = {}
    boundary = request.headers.get("content-type", "").partition("boundary=")[2].strip('"')
    if not boundary:
        raise Invalid(CHOOSE)

    def take(field: Field) -> None:
        fields[(field.field_name or b"").decode()] = (field.value or b"").decode("utf-8", "replace")

    config = {"MAX_MEMORY_FILE_SIZE": 0, "UPLOAD_DIR": str(upload.folder), "UPLOAD_DELETE_TMP": False}
    parser = FormParser("multipart/form-data", take, files.append, boundary=boundary, config=config)
    size = 0
    try:
        async for chunk in request.stream():
            size += len(chunk)
            if size <= uploads.LARGEST:  # the rest is dropped: a browser shows no answer before it has sent all
                await asyncio.to_thread(parser.write, chunk)
        parser.finalize()
    except FormParserError:
        raise Invalid(N_("The upload broke off: try once more")) from None
    if size > uploads.LARGEST:
        raise Invalid(TOO_LARGE, megabytes=uploads.LARGEST // 1024 // 1024)
    return files, fields


def _keep(file: File, upload: uploads.Upload, first: uploads.Upload) -> uploads.Upload:
    """Give a file its place in its folder; the upload with the name that it had."""
    if file.in_memory:
        file.flush_to_disk()
    file.close()
    assert file.actual_file_name is not None and file.file_name is not None
    (first.folder / PurePath(file.actual_file_name.decode()).name).replace(upload.workbook)
    return upload.named(PurePath(file.file_name.decode("utf-8", "replace").replace("\\", "/")).name[:LONGEST_NAME])
