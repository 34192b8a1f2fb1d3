"""A search fetches what its keys name, or walks the list where they are many."""

from alembic import op

from migrations.runner import run

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The functions anew; one of them is given keys where it was given people."""
    op.execute("DROP FUNCTION IF EXISTS crm.walk_deals(text, uuid[], bigint, int)")
    run("search")


def downgrade() -> None:
    """The result is the same either way."""
