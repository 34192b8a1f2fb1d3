"""Steps for many records at once: a list of one's own, each with a page of its own."""

from admin.views.base import Category, View
from models.many.change import BulkChange, BulkStatus
from models.texts import N_


class BulkChangeView(View):
    """The newest first; the page of each tells how far it is, what was left and why, and takes it back."""

    record = BulkChange
    name, name_plural = N_("Bulk change"), N_("Bulk changes")
    category, icon, order = Category.LOG, "checks", 30
    columns = ("title", "number", "done", "skipped", "status", "created_at", "finished_at")
    filters = ("status", "identity", "created_at")
    labels = {
        "title": N_("What was asked"), "number": N_("Chosen"), "done": N_("Changed"), "skipped": N_("Left as it is"),
        "new_rows": N_("Were made"), "same_rows": N_("As they are"),
        "identity": N_("Records"), "created_at": N_("Asked on"), "finished_at": N_("Finished on"),
    }  # fmt: skip
    open_states = (BulkStatus.CHECKING, BulkStatus.READY, BulkStatus.RUNNING, BulkStatus.UNDOING)
    creatable = editable = False
    empty = N_("Nothing was changed in bulk yet. Tick rows in any list.")
