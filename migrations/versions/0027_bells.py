"""Bells ring by the streams."""

from alembic import op

from migrations.runner import run

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Whose a notification is."""
    run("streams")


def downgrade() -> None:
    """Streams tell of deals alone."""
    op.execute("DROP FUNCTION audit.bells(uuid[])")
