"""A saved list may be what a role's people see first."""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

SYSTEM = "SELECT set_config('app.actor_id', '00000000-0000-7000-8000-000000000001', true)"


def upgrade() -> None:
    """The column, and who gives a list to a role: those who lead."""
    op.add_column("saved_views", sa.Column("for_role_id", sa.Uuid(), nullable=True), schema="auth")
    op.create_foreign_key(
        op.f("fk_saved_views_for_role_id"),
        "saved_views",
        "roles",
        ["for_role_id"],
        ["id"],
        source_schema="auth",
        referent_schema="auth",
        initially="IMMEDIATE",
        deferrable=True,
    )
    op.execute(SYSTEM)
    op.execute(
        "UPDATE auth.roles SET grants = array_append(grants, '-saved-view:assign')"
        " WHERE slug IN ('seller', 'executor', 'accountant') AND NOT '-saved-view:assign' = ANY (grants)"
    )


def downgrade() -> None:
    """Nobody's list is a role's."""
    op.execute(SYSTEM)
    op.execute("UPDATE auth.roles SET grants = array_remove(grants, '-saved-view:assign')")
    op.drop_column("saved_views", "for_role_id", schema="auth")
