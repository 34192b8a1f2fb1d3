"""Saved lists: an address each, kept for oneself, lent to the team or to everyone; one may open first."""

import sqlalchemy as sa
from alembic import op

from migrations.runner import run

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

SYSTEM = "SELECT set_config('app.actor_id', '00000000-0000-7000-8000-000000000001', true)"


def upgrade() -> None:
    """The columns, the policies, and who lends to everyone."""
    op.execute(SYSTEM)
    op.execute("ALTER TABLE auth.saved_views ALTER COLUMN query TYPE text USING ''")
    lent_to = sa.Column("lent_to", sa.Text(), nullable=False, server_default="nobody")
    op.add_column("saved_views", lent_to, schema="auth")
    op.add_column("saved_views", sa.Column("is_first", sa.Boolean(), nullable=False, server_default="false"), schema="auth")
    op.execute("ALTER TABLE auth.saved_views ALTER lent_to DROP DEFAULT, ALTER is_first DROP DEFAULT")
    op.create_check_constraint(
        op.f("ck_saved_views_lent_to"), "saved_views", "lent_to IN ('nobody', 'team', 'everyone')", schema="auth"
    )
    op.create_index(
        "ix_saved_views_list",
        "saved_views",
        ["identity", "user_id"],
        schema="auth",
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.execute(
        "ALTER TABLE notifications.contact_points RENAME CONSTRAINT uq_contact_points_user_id"
        " TO uq_contact_points_user_id_channel_address"
    )
    run("policies")
    op.execute("SELECT auth.protect('auth.saved_views', 'lent')")
    op.execute(
        "UPDATE auth.roles SET grants = array_append(grants, '-saved-view:lend')"
        " WHERE slug IN ('seller', 'executor') AND NOT '-saved-view:lend' = ANY (grants)"
    )


def downgrade() -> None:
    """Everyone's lists are their own again."""
    op.execute(SYSTEM)
    op.execute(
        "ALTER TABLE notifications.contact_points RENAME CONSTRAINT uq_contact_points_user_id_channel_address"
        " TO uq_contact_points_user_id"
    )
    op.drop_index("ix_saved_views_list", "saved_views", schema="auth")
    op.drop_column("saved_views", "is_first", schema="auth")
    op.drop_column("saved_views", "lent_to", schema="auth")
    op.execute("ALTER TABLE auth.saved_views ALTER COLUMN query TYPE jsonb USING '{}'")
    op.execute("SELECT auth.protect('auth.saved_views', 'personal')")
