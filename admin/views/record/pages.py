"""The doors of a record's pages, as the panel's routes name them."""

from admin.views.record.authors import authors_page, field_page
from admin.views.record.children import children_page
from admin.views.record.detail import details_page
from admin.views.record.editing import create_page, delete_page, edit_page
from admin.views.record.former import bring_back_page
from admin.views.record.history import history_page, undo_page
from admin.views.record.lookups import lookup_page
from admin.views.record.timeline import timeline_page
from admin.views.record.verbing import verb_page

__all__ = [
    "authors_page",
    "bring_back_page",
    "children_page",
    "create_page",
    "delete_page",
    "details_page",
    "edit_page",
    "field_page",
    "history_page",
    "lookup_page",
    "timeline_page",
    "undo_page",
    "verb_page",
]
