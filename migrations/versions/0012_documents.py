"""Files as the storage knows them, and accounts of people on the file server."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the schema."""
    for name in ("modified_at", "missing_since"):
        op.add_column("documents", sa.Column(name, sa.DateTime(timezone=True), nullable=True), schema="documents")
    op.add_column("users", sa.Column("system_account", sa.Text(), nullable=True), schema="auth")
    op.create_unique_constraint("uq_users_system_account", "users", ["system_account"], schema="auth")


def downgrade() -> None:
    """Change it back."""
    op.drop_column("users", "system_account", schema="auth")
    for name in ("missing_since", "modified_at"):
        op.drop_column("documents", name, schema="documents")
