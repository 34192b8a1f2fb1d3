"""What needs whom, and since when: derived with a deal's other columns, so that Today is one walk of an index."""

from __future__ import annotations

from sqlalchemy import Column, Date, Index, Numeric, PrimaryKeyConstraint, Table, Text, Uuid, text

from models.base import Base, Rows
from models.choices import Choice
from models.texts import N_


class Matter(Choice):
    """Kinds of what asks for somebody."""

    TASK = "task", N_("Tasks")
    RETURNED = "returned", N_("Returned hand-offs")
    INSTALMENT = "instalment", N_("Instalments")
    RENEWAL = "renewal", N_("Renewals")
    REVIEW = "review", N_("Reviews")
    STATEMENT = "statement", N_("Statements")
    CONFIRM = "confirm", N_("Payments to confirm")
    APPROVE = "approve", N_("Expenses to approve")
    PAY_OUT = "pay_out", N_("Expenses to pay out")
    SHEET = "sheet", N_("Pay-out sheets")


OFFICE = (Matter.CONFIRM, Matter.APPROVE, Matter.PAY_OUT)
"""Matters of whoever holds the office (the accountant, the head), not of the deal's own people."""


attention = Table(
    "attention",
    Base.metadata,
    Column("kind", Text, nullable=False),
    Column("record_id", Uuid, nullable=False),
    Column("deal_id", Uuid, nullable=False),
    Column("user_id", Uuid, nullable=False),
    Column("since", Date, nullable=False),
    Column("day", Date),
    Column("money", Numeric(14, 2), nullable=False),
    PrimaryKeyConstraint("kind", "record_id"),
    Index("ix_attention_deal", "deal_id"),
    Index("ix_attention_user", "user_id", "since", postgresql_include=["day", "money", "kind", "record_id"]),
    Index("ix_attention_money", Column("money").desc(), "since", "record_id", postgresql_include=["day", "kind"]),
    Index(
        "ix_attention_office",
        "kind",
        Column("money").desc(),
        postgresql_where=text("kind IN ('confirm', 'approve', 'pay_out')"),
    ),
    schema="crm",
    info={"rows": Rows.MEMBERSHIP},
)
"""One row for each matter: whose it is (seller, assignee, author of what came back; of an `OFFICE`'s the seller),
the day from which it is shown, its deadline (none: whenever), and the money at risk in roubles. Written by `crm.derive`
only."""
