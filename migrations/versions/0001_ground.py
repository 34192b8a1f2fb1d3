"""The ground that tables stand on: who acts, the log's writer, the policies' author."""

from alembic import op

from migrations.runner import run

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Functions first; their bodies name tables that come next."""
    for name in ("actor", "log", "policies"):
        run(name)
    op.execute("CREATE SEQUENCE crm.deal_numbers")


def downgrade() -> None:
    """The ground goes with the schemas."""
    op.execute("DROP SCHEMA IF EXISTS auth, crm, tasks, documents, notifications, reference CASCADE")
