"""Rows of a bulk change are counted while they are worked off, and found by their verdict: pages of large files."""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

COUNT = """
UPDATE auth.bulk_changes c SET new_rows = n.fresh, same_rows = n.same FROM (
    SELECT change_id, count(*) FILTER (WHERE verdict IN ('will', 'done') AND does = 'create') AS fresh,
           count(*) FILTER (WHERE verdict = 'skipped'
               AND reason = '[["", "Nothing would change: it is so already.", {}]]') AS same
    FROM auth.bulk_rows GROUP BY change_id) n
WHERE n.change_id = c.id
"""


def upgrade() -> None:
    """Two numbers, and an index by which rare rows of a large file are found."""
    for name in ("new_rows", "same_rows"):
        column = sa.Column(name, sa.Integer(), server_default=sa.text("0"), nullable=False)
        op.add_column("bulk_changes", column, schema="auth")
    op.execute(COUNT)
    for name in ("new_rows", "same_rows"):
        op.alter_column("bulk_changes", name, server_default=None, schema="auth")
    op.create_index("ix_bulk_rows_verdict", "bulk_rows", ["change_id", "verdict", "place"], schema="auth")


def downgrade() -> None:
    """They are counted when they are looked at."""
    op.drop_index("ix_bulk_rows_verdict", "bulk_rows", schema="auth")
    for name in ("new_rows", "same_rows"):
        op.drop_column("bulk_changes", name, schema="auth")
