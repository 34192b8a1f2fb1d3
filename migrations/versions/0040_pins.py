"""Pinned records: a person's own rows."""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

SYSTEM = "SELECT set_config('app.actor_id', '00000000-0000-7000-8000-000000000001', true)"


def upgrade() -> None:
    """The table, protected and watched as every other, and who may pin: everybody who keeps lists of their own."""
    op.create_table(
        "pins",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("identity", sa.Text(), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["auth.users.id"], name=op.f("fk_pins_user_id"), initially="IMMEDIATE", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pins")),
        sa.UniqueConstraint("user_id", "identity", "record_id", name=op.f("uq_pins_user_id_identity_record_id")),
        schema="auth",
    )
    op.execute("SELECT auth.protect('auth.pins', 'personal')")
    op.execute("SELECT audit.watch('auth.pins', 'auth.pin', '{}', '{}', '')")
    op.execute(SYSTEM)
    op.execute(
        "UPDATE auth.roles SET grants = array_append(grants, 'pin:*')"
        " WHERE 'saved-view:*' = ANY (grants) AND NOT 'pin:*' = ANY (grants)"
    )


def downgrade() -> None:
    """Nobody keeps a record at hand any more."""
    op.execute(SYSTEM)
    op.execute("UPDATE auth.roles SET grants = array_remove(grants, 'pin:*')")
    op.drop_table("pins", schema="auth")
