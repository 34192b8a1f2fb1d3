"""What chosen rows of several entities lead to."""

from __future__ import annotations

from admin.views.base import Further
from models.texts import N_

TO_RECALCULATE = Further(
    "recalculate",
    N_("Recalculate commission"),
    ("recalculation", "create"),
    "admin.recalculation.pages:chosen_policies",
)
