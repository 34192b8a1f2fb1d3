"""The story of a record: who wrote which field, and what it was on a day. Saved lists that people follow."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

from migrations.runner import run

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

KEY = {"initially": "IMMEDIATE", "deferrable": True}
SYSTEM = "SELECT set_config('app.actor_id', '00000000-0000-7000-8000-000000000001', true)"


def upgrade() -> None:
    """Two functions that read the log of one row; a table of a person's own, and its grants."""
    run("past")
    op.create_table(
        "followed_views",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("saved_view_id", sa.Uuid(), nullable=False),
        sa.Column("is_pinned", sa.Boolean(), nullable=False),
        sa.Column("tells", sa.Boolean(), nullable=False),
        sa.Column("known", ARRAY(sa.Uuid()), nullable=True),
        sa.Column("known_query", sa.Text(), nullable=False),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["auth.users.id"], name=op.f("fk_followed_views_user_id"), **KEY),
        sa.ForeignKeyConstraint(
            ["saved_view_id"], ["auth.saved_views.id"], name=op.f("fk_followed_views_saved_view_id"), **KEY
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_followed_views")),
        sa.UniqueConstraint("user_id", "saved_view_id", name=op.f("uq_followed_views_user_id_saved_view_id")),
        schema="auth",
    )
    op.create_index(op.f("ix_followed_views_saved_view_id"), "followed_views", ["saved_view_id"], schema="auth")
    op.execute("SELECT auth.protect('auth.followed_views', 'personal')")
    op.execute(
        "SELECT audit.watch('auth.followed_views', 'auth.followed_view',"
        " '{known,known_query,looked_at,told_at}', '{}', '')"
    )
    op.execute(SYSTEM)
    op.execute(
        "UPDATE auth.roles SET grants = array_append(grants, 'followed-view:*')"
        " WHERE 'saved-view:*' = ANY (grants) AND NOT 'followed-view:*' = ANY (grants)"
    )


def downgrade() -> None:
    """Nobody asks any more."""
    op.drop_table("followed_views", schema="auth")
    op.execute("DROP FUNCTION audit.open_story(text, uuid)")
    op.execute("DROP FUNCTION audit.steps_of(text, uuid)")
