"""Insurers' quotes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.datastructures import FormData

from admin.issuing.files import keep_paper
from admin.views.base import Category, View
from admin.views.entities.documents import files_by
from hooks.drafts import draft_of, draft_there
from hooks.schedules import collector_of
from models.calculation import Calculation
from models.choices import CalculationStatus as S
from models.deal import Deal
from models.session import Work
from models.texts import N_


class CalculationView(View):
    """Variants of insurers, the newest first."""

    record = Calculation
    name, name_plural = N_("Calculation"), N_("Calculations")
    category, icon, order = Category.WORK, "calculator", 40
    columns = (
        "title", "deal_id", "deal_id.client_id", "status", "premium", "sum_insured", "deductible",
        "commission_percent", "valid_until",
    )  # fmt: skip
    spare = ("sum_insured",)
    filters = ("status", "insurer_id", "deal_id", "premium", "valid_until", "created_at")
    short_form = (
        "need_id", "insurer_id", "program", "premium", "sum_insured", "deductible", "commission_percent", "plan",
        "valid_until",
    )  # fmt: skip
    default_sort = "-created_at"
    due = ("valid_until",)
    late_word = N_("expired")
    open_states = (S.READY, S.OFFERED)
    quiet_states = (S.REFUSED, S.DECLINED, S.STALE, S.ARCHIVED)
    labels = {"title": N_("Variant")}
    children = (files_by("calculation_id"),)
    dialogs = {"issue": "parts/issue.html"}
    assets = ("issue.css", "documents.css", "js/issue.js", "js/files.js")
    empty = N_("No calculations yet. Hand a deal off for calculation, or add a variant on the deal's page.")

    async def start_values(self, verb: str, row: Calculation, work: Work) -> Mapping[str, Any]:
        """An issue begins with what the draft has, or would have."""
        if verb != "issue":
            return {}
        draft = await draft_there(work.act(), row)
        if draft is None:
            draft = await draft_of(work.act(), await work.get_record(Deal, row.deal_id), row, None)
        return {name: getattr(draft, name) for name in DRAFTED} | {
            "collected_by": await collector_of(work, draft.id),
        }

    async def after_verb(self, verb: str, row: Any, data: FormData, work: Work) -> None:
        """The files of an issue are the policy's."""
        if verb == "issue":
            await keep_paper(work, row, data)


DRAFTED = ("starts_on", "ends_on", "premium", "plan", "agreement_id", "start_time", "blank_number", "receipt_number")
