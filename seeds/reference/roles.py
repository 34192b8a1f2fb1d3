"""Roles: how far each sees and what each may do. Grants are `identity:action`; `-` takes away."""

from __future__ import annotations

from typing import NamedTuple

from models.actor import Scope


class RoleSeed(NamedTuple):
    """One role as it is first made."""

    slug: str
    name: str
    scope: Scope
    grants: tuple[str, ...]


READING = ("*:list", "*:read", "-user.phone:read", "-session:*", "-api-token:*", "-one-time-code:*", "-credential:*")
STEPS = ("checklist-item:tick", "checklist-item:untick")
OWN_MATTERS = (*STEPS, "saved-view:*", "preference:*", "notification:*", "api-token:*", "telegram-link:*",
               "contact-point:*", "absence:create", "absence:update", "absence:begin", "absence:come_back",
               "absence:call_off")  # fmt: skip
RECORDS = tuple(
    f"{identity}:{action}"
    for identity in (
        "client",
        "client-contact",
        "consent",
        "insured-object",
        "driver",
        "insured-person",
        "loan-balance",
        "deal",
        "deal-participant",
        "journal-entry",
        "need",
        "calculation",
        "policy",
        "endorsement",
        "renewal",
        "payment",
        "income",
        "expense",
        "transit",
        "task",
        "task-comment",
        "checklist-item",
        "document",
    )
    for action in ("create", "update", "trash", "restore")
    if (identity, action) not in (("deal", "trash"), ("deal", "restore"))
)
"""Deals are thrown away by those who have them: grants for a deal's trash stand with selling and heading."""
NOT_THE_OFFICE = ("-statement:*", "-statement-line:*")
"""Tables that row policies open to scope all only."""
ASKING = ("client:ask_elsewhere",)
"""Hearing that a colleague has such a client already: one bit, for a whole number or a name with its day of birth."""
SELLING = (*NOT_THE_OFFICE, *ASKING, "deal:*", "-deal:reopen", "-deal:import", "renewal:*", "calculation:*",
           "policy:issue", "policy:correct", "policy:annul", "policy:cancel", "payment:pay", "payment:put_off",
           "task:*", "-task:act_for_others", "document:*", "-*:export")  # fmt: skip
EXECUTING = (*NOT_THE_OFFICE, "deal:wait_for", "deal:put_off", "calculation:*", "-calculation:confirm",
             "-calculation:unconfirm", "policy:issue", "policy:correct", "payment:pay", "payment:put_off", "task:*",
             "-task:act_for_others", "document:*", "-*:export")  # fmt: skip
COUNTING = ("payment:*", "income:*", "expense:*", "-expense:approve", "transit:*", "policy:cancel", "policy:annul",
            "statement:*", "statement-line:*", "closed-month:*", "agreement:*", "commission-rule:*", "expense-rule:*",
            "insurer:*", "entity:*", "*:export")  # fmt: skip
HEADING = (*ASKING, "client:merge", "client:tell_apart", "deal:*", "task:*", "calculation:*", "policy:*", "renewal:*",
           "payment:pay", "payment:put_off",
           "expense:approve", "document:*", "absence:*", "sales-target:*", "*:export", "audit:undo_others")  # fmt: skip

ROLES = (
    RoleSeed("seller", "Продавец", Scope.OWN, READING + OWN_MATTERS + RECORDS + SELLING),
    RoleSeed("executor", "Исполнитель", Scope.OWN, READING + OWN_MATTERS + RECORDS + EXECUTING),
    RoleSeed("accountant", "Бухгалтер", Scope.ALL, READING + OWN_MATTERS + RECORDS + COUNTING),
    RoleSeed("head", "Руководитель", Scope.TEAM, READING + OWN_MATTERS + RECORDS + HEADING + NOT_THE_OFFICE),
    RoleSeed(
        "owner", "Владелец", Scope.ALL, READING + OWN_MATTERS + RECORDS + COUNTING + HEADING + ("expense:approve",)
    ),
    RoleSeed("admin", "Администратор", Scope.ALL, ("*",)),
)
