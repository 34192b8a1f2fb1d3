"""How far deals have come, plans of sales, and what figures are found by."""

import sqlalchemy as sa
from alembic import op

from migrations.runner import run

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

INDEXES = {
    "ix_payments_due_money": ("due_on", "amount, paid_amount, status"),
    "ix_payments_paid_money": ("paid_on", "paid_amount"),
}
"""Sums by day are read from these, without the rows: name → the day, and the sums."""


def upgrade() -> None:
    """Two tables, protected; the steps of the deals that are there; grants of those who plan."""
    run("policies")
    run("undo")
    steps()
    targets()
    for name, (day, sums) in INDEXES.items():
        op.execute(
            f"CREATE INDEX {name} ON crm.payments ({day}) INCLUDE ({sums}, deal_id, policy_id) WHERE deleted_at IS NULL"
        )


def steps() -> None:
    """How far deals have come; no part of the log, as the log says it already."""
    stage = "stage IN ('draft', 'quotation', 'client_decision', 'policy_issue', 'won', 'closed', 'lost')"
    op.create_table(
        "deal_steps",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("deal_id", sa.Uuid(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_furthest", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(stage, name=op.f("ck_deal_steps_stage")),
        sa.CheckConstraint("stage NOT IN ('closed', 'lost')", name=op.f("ck_deal_steps_way")),
        sa.ForeignKeyConstraint(["deal_id"], ["crm.deals.id"], name=op.f("fk_deal_steps_deal_id"), ondelete="CASCADE", initially="IMMEDIATE", deferrable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deal_steps")),
        sa.UniqueConstraint("deal_id", "stage", name=op.f("uq_deal_steps_deal_id_stage")),
        schema="crm",
    )
    op.create_index(
        "ix_deal_steps_entered", "deal_steps", ["stage", "entered_at"], schema="crm",
        postgresql_include=["deal_id", "is_furthest"],
    )  # fmt: skip
    op.execute("SELECT auth.protect('crm.deal_steps', 'under_deal')")
    run("steps")
    run("grants")
    run("steps_of_old")


def targets() -> None:
    """What a month should bring."""
    op.create_table(
        "sales_targets",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("amount <> 'NaN'", name=op.f("ck_sales_targets_amount_number")),
        sa.CheckConstraint("amount > 0", name=op.f("ck_sales_targets_amount")),
        sa.CheckConstraint("extract(day FROM month) = 1", name=op.f("ck_sales_targets_first_day")),
        sa.CheckConstraint("measure IN ('premium', 'commission')", name=op.f("ck_sales_targets_measure")),
        sa.CheckConstraint("num_nonnulls(team_id, user_id) = 1", name=op.f("ck_sales_targets_whose")),
        sa.ForeignKeyConstraint(
            ["team_id"],
            ["auth.teams.id"],
            name=op.f("fk_sales_targets_team_id"),
            initially="IMMEDIATE",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["auth.users.id"],
            name=op.f("fk_sales_targets_user_id"),
            initially="IMMEDIATE",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sales_targets")),
        schema="crm",
    )
    for whose in ("team", "user"):
        column = f"{whose}_id"
        op.create_index(op.f(f"ix_sales_targets_{column}"), "sales_targets", [column], schema="crm")
        op.create_index(
            f"uq_sales_targets_{whose}", "sales_targets", ["month", column, "measure"], unique=True, schema="crm",
            postgresql_where=sa.text("deleted_at IS NULL"),
        )  # fmt: skip
    op.execute("SELECT auth.protect('crm.sales_targets', 'target')")
    op.execute("SELECT audit.watch('crm.sales_targets', 'crm.sales_target', '{}', '{}', '')")
    op.execute("SELECT set_config('app.actor_id', '00000000-0000-7000-8000-000000000001', true)")
    op.execute(
        "UPDATE auth.roles SET grants = array_append(grants, 'sales-target:*')"
        " WHERE slug IN ('head', 'owner') AND NOT 'sales-target:*' = ANY (grants) AND NOT '*' = ANY (grants)"
    )


def downgrade() -> None:
    """Nobody plans, and nobody knows how far deals have come."""
    for name in INDEXES:
        op.execute(f"DROP INDEX crm.{name}")
    op.execute("DROP TRIGGER steps_insert ON crm.deals")
    op.execute("DROP TRIGGER steps_update ON crm.deals")
    for function in ("steps_follow()", "take_steps(uuid[], text[], timestamptz[])", "way()"):
        op.execute(f"DROP FUNCTION crm.{function}")
    op.drop_table("sales_targets", schema="crm")
    op.drop_table("deal_steps", schema="crm")
