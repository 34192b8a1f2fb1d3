"""An upload on its way from the browser to its folder, never whole in memory."""

from __future__ import annotations

import asyncio
from pathlib import PurePath

from python_multipart import FormParser
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import File
from starlette.requests import Request

from jobs import uploads
from jobs.portfolio.workbook import refuse_what_is_no_workbook
from models.errors import Invalid, Problem
from models.texts import N_

LONGEST_NAME = 120
TOO_LARGE = N_("The file is larger than {megabytes} MB")


async def receive(request: Request) -> uploads.Upload:
    """The workbook of a form, in a folder of its own. Raises `Invalid` for what is no workbook or too large."""
    upload = uploads.make(request.state.actor.id, "")
    try:
        name = await _store(request, upload)
        await asyncio.to_thread(refuse_what_is_no_workbook, upload.workbook)
    except Problem:
        upload.remove()
        raise
    return upload.named(name)


async def _store(request: Request, upload: uploads.Upload) -> str:
    files: list[File] = []
    boundary = request.headers.get("content-type", "").partition("boundary=")[2].strip('"')
    if not boundary:
        raise Invalid(N_("Choose a file first"))
    config = {"MAX_MEMORY_FILE_SIZE": 0, "UPLOAD_DIR": str(upload.folder), "UPLOAD_DELETE_TMP": False}
    parser = FormParser("multipart/form-data", None, files.append, boundary=boundary, config=config)
    size = 0
    try:
        async for chunk in request.stream():
            size += len(chunk)
            if (
                size <= uploads.LARGEST
            ):  # the rest is read and dropped: a browser shows no answer before it has sent all
                await asyncio.to_thread(parser.write, chunk)
        parser.finalize()
    except FormParserError:
        raise Invalid(N_("The upload broke off: try once more")) from None
    if size > uploads.LARGEST:
        raise Invalid(TOO_LARGE, megabytes=uploads.LARGEST // 1024 // 1024)
    return _keep(files, upload)


def _keep(files: list[File], upload: uploads.Upload) -> str:
    """Give the one file its name in the folder; the name that it had."""
    file = files[0] if len(files) == 1 else None
    if file is None or not file.file_name:
        raise Invalid(N_("Choose a file first"))
    if file.in_memory:
        file.flush_to_disk()
    file.close()
    assert file.actual_file_name is not None
    (upload.folder / PurePath(file.actual_file_name.decode()).name).replace(upload.workbook)
    return PurePath(file.file_name.decode("utf-8", "replace").replace("\\", "/")).name[:LONGEST_NAME]
