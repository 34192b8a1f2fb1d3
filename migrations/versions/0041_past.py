"""The story of a record: who wrote which field, and what it was on a day."""

from alembic import op

from migrations.runner import run

revision = "0041"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Two functions that read the log of one row."""
    run("past")


def downgrade() -> None:
    """Nobody asks any more."""
    op.execute("DROP FUNCTION audit.open_story(text, uuid)")
    op.execute("DROP FUNCTION audit.steps_of(text, uuid)")
