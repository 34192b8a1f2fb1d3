"""How the bot is doing."""

from alembic import op

from migrations.runner import run

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One function that counts what waits."""
    run("telegram_state")


def downgrade() -> None:
    """Nobody asks any more."""
    op.execute("DROP FUNCTION audit.telegram_state()")
