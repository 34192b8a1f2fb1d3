"""What waits for the accountant and the head: payments to confirm, expenses to approve and to pay out."""

import sqlalchemy as sa
from alembic import op

from migrations.runner import run

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

OFFICE = sa.text("kind IN ('confirm', 'approve', 'pay_out')")


def upgrade() -> None:
    """The function anew, an index of its own, and the matters of every deal."""
    run("attention")
    run("grants")
    op.create_index(
        "ix_attention_office", "attention", ["kind", sa.text("money DESC")], schema="crm", postgresql_where=OFFICE
    )
    op.execute("SELECT crm.derive_attention(ARRAY(SELECT id FROM crm.deals))")


def downgrade() -> None:
    """These matters go; what is written anew follows the older function."""
    op.drop_index("ix_attention_office", "attention", schema="crm")
    op.execute("DELETE FROM crm.attention WHERE kind IN ('confirm', 'approve', 'pay_out')")
