"""Where people are reached by letters and browsers."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The table, protected and watched as every other."""
    channels = sa.CheckConstraint("channel IN ('panel', 'telegram', 'email', 'web_push')", name=op.f("ck_contact_points_channel"))
    op.create_table(
        "contact_points",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("keys", JSONB(none_as_null=True)),
        sa.Column("blocked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["auth.users.id"], name=op.f("fk_contact_points_user_id"), initially="IMMEDIATE", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_points")),
        sa.UniqueConstraint("user_id", "channel", "address", name=op.f("uq_contact_points_user_id")),
        channels,
        schema="notifications",
    )
    op.execute("SELECT auth.protect('notifications.contact_points', 'personal')")
    op.execute(
        "SELECT audit.watch('notifications.contact_points', 'notifications.contact_point', '{address,keys}', '{}', '')"
    )
    op.execute("SELECT set_config('app.actor_id', '00000000-0000-7000-8000-000000000001', true)")
    op.execute(
        "UPDATE auth.roles SET grants = array_append(grants, 'contact-point:*')"
        " WHERE 'telegram-link:*' = ANY (grants) AND NOT 'contact-point:*' = ANY (grants)"
    )


def downgrade() -> None:
    """Nobody has an address any more."""
    op.drop_table("contact_points", schema="notifications")
