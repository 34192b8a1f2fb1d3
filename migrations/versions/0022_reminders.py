"""Nobody is reminded twice of one occasion."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The occasion of a reminder, once for a person."""
    op.add_column("notifications", sa.Column("occasion", sa.Text()), schema="notifications")
    op.create_index(
        "uq_notifications_occasion",
        "notifications",
        ["user_id", "occasion"],
        unique=True,
        schema="notifications",
        postgresql_where=sa.text("occasion IS NOT NULL"),
    )


def downgrade() -> None:
    """Reminders forget what they reminded of."""
    op.drop_index("uq_notifications_occasion", "notifications", schema="notifications")
    op.drop_column("notifications", "occasion", schema="notifications")
