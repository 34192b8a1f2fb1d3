"""The insurer's paper that comes with an issue: files of its form become the policy's."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from starlette.datastructures import FormData

from admin.documents.putting import attach
from admin.issuing.foresight import policy_from
from models.choices import DocumentKind
from models.errors import Invalid
from models.policy import Policy
from models.session import Work
from models.texts import N_


def uploads_of(data: FormData) -> list[str]:
    """Keys of the files that a form has gathered. Raises `Invalid` for a malformed one."""
    try:
        return [str(UUID(str(key))) for key in data.getlist("upload") if key]
    except ValueError:
        raise Invalid(N_("This page is out of date. Load it again and repeat the step.")) from None


async def keep_paper(work: Work, row: Any, data: FormData) -> None:
    """Give the uploads of the form to the policy that has just been issued. Raises `Invalid` for a malformed key."""
    uploads = uploads_of(data)
    if not uploads:
        return
    await work.settle()
    policy = row if isinstance(row, Policy) else await policy_from(work, row)
    for document in await attach(work, uploads, deal_id=policy.deal_id, policy_id=policy.id):
        document.policy_id = document.policy_id or policy.id
        if document.kind == DocumentKind.OTHER:
            document.kind = DocumentKind.POLICY
