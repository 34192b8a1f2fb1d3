"""Roles: how far each sees and what each may do. Grants are `identity:action`; `-` takes away."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from models.actor import Scope


class RoleSeed(NamedTuple):
    """One role as it is first made."""

    slug: str
    name: str
    scope: Scope
    grants: tuple[str, ...]
    approval_limit: Decimal | None = None
    """Roubles up to which expenses are approved; above them it is the owner's matter."""


READING = ("*:list", "*:read", "-user.phone:read", "-session:*", "-api-token:*", "-one-time-code:*", "-credential:*")
STEPS = ("checklist-item:tick", "checklist-item:untick")
OWN_MATTERS = (*STEPS, "saved-view:*", "followed-view:*", "pin:*", "preference:*", "notification:*", "api-token:*",
               "telegram-link:*", "contact-point:*", "absence:create", "absence:update", "absence:begin",
               "absence:come_back", "absence:call_off")  # fmt: skip
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
NOT_THE_OFFICE = ("-statement:*", "-statement-line:*", "-statement-layout:*", "-act:*", "-act-line:*",
                  "-bank-account:*", "-bank-operation:*", "-bank-link:*", "-closed-month.figures:read",
                  "-recalculation:*", "-recalculation-difference:*")  # fmt: skip
"""Tables that row policies open to scope all only, and what the brokerage as a whole earned in a month."""
ASKING = ("client:ask_elsewhere",)
"""Hearing that a colleague has such a client already: one bit, for a whole number or a name with its day of birth."""
NO_ROLES = ("-saved-view:assign",)
"""Which list a role's people see first is said by those who lead."""
TEAM_ONLY = ("-saved-view:lend", *NO_ROLES)
"""Saved lists may be lent to the team, not to everyone."""
INSTALMENTS = ("payment:pay", "payment:give_back", "payment:resize", "payment:put_off")
SELLING = (*NOT_THE_OFFICE, *ASKING, *TEAM_ONLY, "deal:*", "-deal:reopen", "-deal:import", "renewal:*", "calculation:*",
           "policy:issue", "policy:correct", "policy:endorse", "policy:annul", "policy:cancel", *INSTALMENTS,
           "task:*", "-task:act_for_others", "document:*", "-*:export")  # fmt: skip
EXECUTING = (*NOT_THE_OFFICE, *TEAM_ONLY, "deal:wait_for", "deal:put_off", "calculation:*", "-calculation:confirm",
             "-calculation:unconfirm", "policy:issue", "policy:correct", "policy:endorse", *INSTALMENTS, "task:*",
             "-task:act_for_others", "document:*", "-*:export")  # fmt: skip
COUNTING = ("payment:*", "income:*", "expense:*", "act:*", "act-line:*", "payout:*", "payout-line:*",
            "transit:*", "policy:issue", "policy:cancel", "policy:annul", "policy:endorse", "policy:set_refund",
            "arrear-terms:*", "statement:*", "statement-line:*", "statement-layout:*", "closed-month:*",
            "bank-account:*", "bank-operation:*", "agreement:*", "commission-rule:*", "expense-rule:*",
            "commission-tier:*", "vat-period:*", "recalculation:*", "recalculation-difference:*",
            "insurer:*", "entity:*", "*:export")  # fmt: skip
NOT_ONES_OWN = ("-expense:approve", "-payout:approve", "-closed-month:reopen")
"""Who pays out does not approve, and who closes a month does not reopen it."""
HEADING = (*ASKING, "client:merge", "client:tell_apart", "deal:*", "task:*", "calculation:*", "policy:*", "renewal:*",
           *INSTALMENTS, "expense:approve", "payout:approve", "payout:reopen",
           "document:*", "absence:*", "sales-target:*", "*:export", "audit:undo_others")  # fmt: skip

ROLES = (
    RoleSeed("seller", "Продавец", Scope.OWN, READING + OWN_MATTERS + RECORDS + SELLING),
    RoleSeed("executor", "Исполнитель", Scope.OWN, READING + OWN_MATTERS + RECORDS + EXECUTING),
    RoleSeed(
        "accountant", "Бухгалтер", Scope.ALL, READING + OWN_MATTERS + RECORDS + COUNTING + NOT_ONES_OWN + NO_ROLES
    ),
    RoleSeed(
        "head", "Руководитель", Scope.TEAM, READING + OWN_MATTERS + RECORDS + HEADING + NOT_THE_OFFICE, Decimal(100_000)
    ),
    RoleSeed("owner", "Владелец", Scope.ALL, READING + OWN_MATTERS + RECORDS + COUNTING + HEADING),
    RoleSeed("admin", "Администратор", Scope.ALL, ("*",)),
)
