"""Who sees which rows of a table, asked of its policies for many people at once: for presence in any list."""

from alembic import op

from migrations.runner import run

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A function and its grant."""
    run("onlookers")


def downgrade() -> None:
    """Nobody asks any more."""
    op.execute("DROP FUNCTION auth.onlookers(regclass, uuid[], uuid[])")
