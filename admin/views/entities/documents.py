"""Files of deals and clients."""

from admin.views.base import Category, Child, View
from models.document import Document, DocumentLink
from models.texts import N_


def files_by(column: str) -> Child:
    """The section of files on the page of what the column points to."""
    return Child(
        "document", column, ("name",),
        template="parts/documents.html", loader="admin.documents.section:load", assets=("documents.css", "js/files.js"),
    )  # fmt: skip


class DocumentView(View):
    """Files, the newest first."""

    record = Document
    name, name_plural = N_("Document"), N_("Documents")
    category, icon, order = Category.WORK, "file-text", 60
    columns = ("name", "kind", "deal_id", "client_id", "policy_id", "size", "uploaded_by_id", "created_at")
    filters = ("kind", "deal_id", "client_id", "policy_id", "uploaded_by_id", "created_at")
    default_sort = "-created_at"
    creatable = False
    assets = ("documents.css", "js/files.js")
    empty = N_("No documents yet. Drop files onto a deal's page.")


class DocumentLinkView(View):
    """Links that open a file once."""

    record = DocumentLink
    name, name_plural = N_("Document link"), N_("Document links")
    category, icon, order = Category.SETTINGS, "link", 80
    columns = ("document_id", "user_id", "expires_at", "used_at", "created_at")
    filters = ("user_id", "expires_at")
    creatable = editable = False
    menu = False
