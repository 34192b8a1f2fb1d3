"""Rows of files are worked off as bulk changes are, and a role may take away so many rows a day."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

ROWS = ("does", "key", "told", "line")


def upgrade() -> None:
    """What a row of a file says, the line that it stands in, what it does and by which key it is known."""
    op.alter_column("bulk_changes", "selection_id", nullable=True, schema="auth")
    op.add_column("bulk_rows", sa.Column("line", sa.Integer(), nullable=True), schema="auth")
    op.add_column("bulk_rows", sa.Column("told", JSONB(none_as_null=True), nullable=True), schema="auth")
    op.add_column("bulk_rows", sa.Column("does", sa.Text(), nullable=True), schema="auth")
    op.add_column("bulk_rows", sa.Column("key", sa.Text(), nullable=True), schema="auth")
    op.create_check_constraint(op.f("ck_bulk_rows_does"), "bulk_rows", "does IN ('create', 'update')", schema="auth")
    known = sa.text("key IS NOT NULL")
    op.create_index("ix_bulk_rows_key", "bulk_rows", ["change_id", "key"], schema="auth", postgresql_where=known)
    op.add_column("roles", sa.Column("export_limit", sa.Integer(), nullable=True), schema="auth")
    op.create_check_constraint(op.f("ck_roles_export_limit"), "roles", "export_limit >= 0", schema="auth")


def downgrade() -> None:
    """No file is imported any more; what was written stays."""
    op.drop_column("roles", "export_limit", schema="auth")
    op.execute("DELETE FROM auth.bulk_changes WHERE selection_id IS NULL")
    op.drop_index("ix_bulk_rows_key", "bulk_rows", schema="auth")
    for column in ROWS:
        op.drop_column("bulk_rows", column, schema="auth")
    op.alter_column("bulk_changes", "selection_id", nullable=False, schema="auth")
