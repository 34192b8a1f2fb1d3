"""What was said is forgotten once it has left; what is left to do of a job is found by an index."""

import sqlalchemy as sa
from alembic import op

from migrations.runner import run

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The index, and both functions anew."""
    left = sa.text("state IN ('waiting', 'running', 'dead')")
    op.create_index("ix_runs_left", "runs", ["job", "created_at"], schema="audit", postgresql_where=left)
    run("runs")
    run("telegram_state")
    op.execute("UPDATE audit.runs SET args = args - 'told' WHERE state = 'done' AND args ? 'told'")


def downgrade() -> None:
    """The functions of before serve without the index."""
    op.drop_index("ix_runs_left", "runs", schema="audit")
