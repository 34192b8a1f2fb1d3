"""What live streams read: the log's news, its audience, sessions that still count."""

from alembic import op

from migrations.runner import run

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Functions and their grants."""
    run("streams")


def downgrade() -> None:
    """Take the functions back."""
    op.execute(
        "DROP FUNCTION audit.horizon(), audit.news(text, bigint, int), audit.audience(uuid[], uuid[], uuid[]),"
        " auth.still_signed_in(uuid[], interval)"
    )
