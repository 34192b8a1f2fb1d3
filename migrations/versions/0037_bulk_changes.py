"""Frozen selections of rows, and steps for many records with what became of each."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from migrations.runner import run

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

KEY = {"initially": "IMMEDIATE", "deferrable": True}
STATES = "'checking', 'ready', 'running', 'done', 'stopped', 'undoing', 'failed'"


def upgrade() -> None:
    """Three tables of a person's own, out of the log; undo waits for what is still being done."""
    op.create_table(
        "selections",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("identity", sa.Text(), nullable=False),
        sa.Column("asked", sa.Text(), nullable=False),
        sa.Column("by_hand", sa.Boolean(), nullable=False),
        sa.Column("ids", ARRAY(sa.Uuid()), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["auth.users.id"], name=op.f("fk_selections_user_id"), **KEY),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_selections")),
        schema="auth",
    )
    op.create_index(op.f("ix_selections_user_id"), "selections", ["user_id"], schema="auth")
    op.create_index("ix_selections_expires", "selections", ["expires_at"], schema="auth")
    op.create_table(
        "bulk_changes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("identity", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("told", JSONB(none_as_null=True), nullable=False),
        sa.Column("asked", sa.Text(), nullable=False),
        sa.Column("by_hand", sa.Boolean(), nullable=False),
        sa.Column("selection_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("reached", sa.Integer(), nullable=False),
        sa.Column("will", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("skipped", sa.Integer(), nullable=False),
        sa.Column("action_id", sa.Uuid(), nullable=False),
        sa.Column("via", sa.Text(), nullable=False),
        sa.Column("problem", JSONB(none_as_null=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["auth.users.id"], name=op.f("fk_bulk_changes_user_id"), **KEY),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_changes")),
        sa.CheckConstraint("reached BETWEEN 0 AND number", name=op.f("ck_bulk_changes_reached")),
        sa.CheckConstraint(f"status IN ({STATES})", name=op.f("ck_bulk_changes_status")),
        schema="auth",
    )
    op.create_index(op.f("ix_bulk_changes_user_id"), "bulk_changes", ["user_id"], schema="auth")
    op.create_index("ix_bulk_changes_action", "bulk_changes", ["action_id"], schema="auth")
    op.create_table(
        "bulk_rows",
        sa.Column("change_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=True),
        sa.Column("reason", JSONB(none_as_null=True), nullable=True),
        sa.Column("was", JSONB(none_as_null=True), nullable=True),
        sa.Column("becomes", JSONB(none_as_null=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["change_id"], ["auth.bulk_changes.id"], name=op.f("fk_bulk_rows_change_id"), ondelete="CASCADE", **KEY
        ),
        sa.PrimaryKeyConstraint("change_id", "place", name=op.f("pk_bulk_rows")),
        sa.CheckConstraint("verdict IN ('will', 'done', 'skipped')", name=op.f("ck_bulk_rows_verdict")),
        schema="auth",
    )
    for table in ("selections", "bulk_changes", "bulk_rows"):
        op.execute(f"SELECT auth.protect('auth.{table}', 'personal')")
    run("bulk")
    run("runs")


def downgrade() -> None:
    """Nobody remembers who changed many at once; what was changed stays."""
    op.execute("DROP FUNCTION auth.bulk_is_busy(uuid)")
    for table in ("bulk_rows", "bulk_changes", "selections"):
        op.drop_table(table, schema="auth")
