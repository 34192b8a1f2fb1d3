"""Runs: from the log to jobs, with arguments, keys and leases."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations.runner import run

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

WHEN = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Columns and indexes, then the functions that are the only way to change a run."""
    for column in (
        sa.Column("event_at", WHEN),
        sa.Column("args", JSONB, nullable=False, server_default=sa.text("'{}'")),
        sa.Column("key", sa.Text()),
        sa.Column("leased_until", WHEN),
    ):
        op.add_column("runs", column, schema="audit")
    op.create_unique_constraint(op.f("uq_runs_job_key"), "runs", ["job", "key"], schema="audit")
    waits = sa.text("state IN ('waiting', 'running')")
    op.create_index("ix_runs_due", "runs", ["due_at"], schema="audit", postgresql_where=waits)
    op.create_index("ix_runs_dead", "runs", ["finished_at"], schema="audit", postgresql_where=sa.text("state = 'dead'"))
    states = "state IN ('waiting', 'running', 'done', 'dead', 'discarded')"
    op.create_check_constraint(op.f("ck_runs_state"), "runs", states, schema="audit")
    run("runs")


def downgrade() -> None:
    """The functions go with their schema; the columns go here."""
    op.drop_constraint(op.f("ck_runs_state"), "runs", schema="audit")
    op.drop_index("ix_runs_dead", "runs", schema="audit")
    op.drop_index("ix_runs_due", "runs", schema="audit")
    for name in ("leased_until", "key", "args", "event_at"):
        op.drop_column("runs", name, schema="audit")
