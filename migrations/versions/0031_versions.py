"""A rule is told as it was when a line was made by it."""

from alembic import op

from migrations.runner import run

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One function that reads the log of what everybody may read."""
    run("versions")


def downgrade() -> None:
    """Nobody asks any more."""
    op.execute("DROP FUNCTION audit.changes_since(text, uuid, timestamptz)")
