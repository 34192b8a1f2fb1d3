"""Absences have a kind and a state, who plans one may be oneself, and tasks know for whom they are done."""

import sqlalchemy as sa
from alembic import op

from migrations.runner import run

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What was entered before is a plan for a time; one that is past is over."""
    for name, first in (("kind", "temporary"), ("status", "planned")):
        column = sa.Column(name, sa.Text(), nullable=False, server_default=first)
        op.add_column("absences", column, schema="crm")
        op.alter_column("absences", name, server_default=None, schema="crm")
    op.execute("SELECT set_config('app.actor_id', '00000000-0000-7000-8000-000000000001', true)")
    op.execute("UPDATE crm.absences SET status = 'over' WHERE ends_on < current_date")
    op.alter_column("absences", "ends_on", existing_type=sa.Date(), nullable=True, schema="crm")
    for name, rule in (
        ("kind", "kind IN ('temporary', 'leaving')"),
        ("status", "status IN ('planned', 'running', 'over', 'cancelled')"),
        ("return", "ends_on IS NOT NULL OR kind = 'leaving'"),
    ):
        op.create_check_constraint(op.f(f"ck_absences_{name}"), "absences", rule, schema="crm")
    op.execute(
        "ALTER TABLE crm.absences ADD CONSTRAINT ex_absences_overlap EXCLUDE USING gist"
        " (user_id WITH =, daterange(starts_on, ends_on, '[]') WITH &&)"
        " WHERE (kind = 'temporary' AND status IN ('planned', 'running') AND deleted_at IS NULL)"
    )
    op.add_column("tasks", sa.Column("stands_in_for_id", sa.Uuid(), nullable=True), schema="tasks")
    op.create_index(op.f("ix_tasks_stands_in_for_id"), "tasks", ["stands_in_for_id"], schema="tasks")
    op.create_foreign_key(
        op.f("fk_tasks_stands_in_for_id"), "tasks", "users", ["stands_in_for_id"], ["id"],
        source_schema="tasks", referent_schema="auth", initially="IMMEDIATE", deferrable=True,
    )  # fmt: skip
    run("policies")
    op.execute("SELECT auth.protect('crm.absences', 'absence')")
    run("membership")


def downgrade() -> None:
    """A task is its assignee's again; absences are dates only."""
    op.drop_column("tasks", "stands_in_for_id", schema="tasks")
    op.execute("ALTER TABLE crm.absences DROP CONSTRAINT ex_absences_overlap")
    op.execute("DELETE FROM crm.absences WHERE ends_on IS NULL")
    op.alter_column("absences", "ends_on", existing_type=sa.Date(), nullable=False, schema="crm")
    op.drop_column("absences", "status", schema="crm")
    op.drop_column("absences", "kind", schema="crm")
    op.execute("SELECT auth.protect('crm.absences', 'reference')")
