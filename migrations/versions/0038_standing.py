"""An instalment's number is kept unique by an index that is cheap to write: each change of a total went through it."""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

STANDING = "CASE WHEN deleted_at IS NULL AND status <> 'cancelled' THEN sequence END"


def upgrade() -> None:
    """The column and its constraint in place of an exclusion: 0.3 ms of a write were a search in a tree of the other kind."""
    op.execute("ALTER TABLE crm.payments DROP CONSTRAINT ex_payments_sequence")
    op.add_column("payments", sa.Column("standing", sa.Integer(), sa.Computed(STANDING, persisted=True)), schema="crm")
    op.create_unique_constraint(
        "uq_payments_standing", "payments", ["policy_id", "standing"], schema="crm", deferrable=True, initially="IMMEDIATE"
    )


def downgrade() -> None:
    """The exclusion again."""
    op.drop_constraint("uq_payments_standing", "payments", schema="crm")
    op.drop_column("payments", "standing", schema="crm")
    op.execute(
        "ALTER TABLE crm.payments ADD CONSTRAINT ex_payments_sequence EXCLUDE USING gist"
        " (policy_id WITH =, sequence WITH =) WHERE (deleted_at IS NULL AND status <> 'cancelled')"
        " DEFERRABLE INITIALLY IMMEDIATE"
    )
