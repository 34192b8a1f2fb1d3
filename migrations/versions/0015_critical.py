"""Critical events are kept by year, each chained to the one before."""

import sqlalchemy as sa
from alembic import op

from migrations.runner import run

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The end of the chain stands beside the reader's place."""
    op.add_column("cursors", sa.Column("last_link", sa.BigInteger()), schema="audit")
    op.add_column("cursors", sa.Column("last_hash", sa.LargeBinary()), schema="audit")
    run("log")
    run("critical")
    op.execute("SELECT audit.make_partitions(date_trunc('month', now())\\:\\:date, 4)")


def downgrade() -> None:
    """The chain stays as it is; nobody adds to it."""
    op.execute("DELETE FROM audit.cursors WHERE name = 'critical'")
    op.drop_column("cursors", "last_hash", schema="audit")
    op.drop_column("cursors", "last_link", schema="audit")
