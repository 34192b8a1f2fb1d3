"""The bot's inbox."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations.runner import run

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

WHEN = sa.DateTime(timezone=True)


def upgrade() -> None:
    """The table, its policies and the functions that are the only way to it; the words of messages."""
    op.create_table(
        "bot_updates",
        sa.Column("update_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("told", JSONB, nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("received_at", WHEN, server_default=sa.text("now()"), nullable=False),
        sa.Column("due_at", WHEN, server_default=sa.text("now()"), nullable=False),
        sa.Column("handled_at", WHEN),
        sa.Column("error", sa.Text()),
        sa.PrimaryKeyConstraint("update_id", name=op.f("pk_bot_updates")),
        schema="audit",
    )
    waits = sa.text("handled_at IS NULL")
    op.create_index("ix_bot_updates_due", "bot_updates", ["update_id"], schema="audit", postgresql_where=waits)
    op.execute("SELECT auth.protect('audit.bot_updates', 'jobs')")
    run("telegram")


def downgrade() -> None:
    """Without an inbox there is no bot."""
    op.execute(
        "DROP FUNCTION audit.receive_update(bigint, jsonb), audit.take_update(interval),"
        " audit.finish_update(bigint, int), audit.fail_update(bigint, int, text, interval)"
    )
    op.drop_table("bot_updates", schema="audit")
