"""What was paid long before it was entered waits for nobody's confirmation."""

from alembic import op

from migrations.runner import run

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The function anew; such matters go."""
    run("attention")
    run("grants")
    op.execute(
        "DELETE FROM crm.attention a USING crm.payments p WHERE a.kind = 'confirm' AND p.id = a.record_id"
        " AND coalesce(p.paid_on, crm.local_day(p.created_at)) <= crm.local_day(p.created_at) - 31"
    )


def downgrade() -> None:
    """The nightly run derives them again by the older function."""
