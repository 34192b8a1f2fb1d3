"""Why variants lost, which of them became policies, and the insurer's file on each."""

import sqlalchemy as sa
from alembic import op

from migrations.runner import run

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

WATCH = (
    "SELECT audit.watch('crm.calculations', 'crm.deal.calculation', '{}', '{is_issued,title}', 'status.{}')"
)
MADE = (
    "UPDATE crm.calculations c SET is_issued = true WHERE EXISTS (SELECT FROM crm.policies p"
    " WHERE p.calculation_id = c.id AND p.status IN ('issued', 'cancelled') AND p.deleted_at IS NULL)"
)


def upgrade() -> None:
    """Columns, the key of the same deal, and what is derived."""
    op.add_column("calculations", sa.Column("decline_reason", sa.Text(), nullable=True), schema="crm")
    is_issued = sa.Column("is_issued", sa.Boolean(), server_default=sa.false(), nullable=False)
    op.add_column("calculations", is_issued, schema="crm")
    op.add_column("documents", sa.Column("calculation_id", sa.Uuid(), nullable=True), schema="documents")
    op.create_index(
        "ix_documents_calculation_id", "documents", ["calculation_id"], unique=False, schema="documents"
    )
    for local, remote, name in (
        (["calculation_id"], ["id"], "fk_documents_calculation_id"),
        (["calculation_id", "deal_id"], ["id", "deal_id"], "fk_documents_calculation_id_deal_id"),
    ):
        op.create_foreign_key(
            name, "documents", "calculations", local, remote, source_schema="documents", referent_schema="crm",
            initially="IMMEDIATE", deferrable=True,
        )  # fmt: skip
    op.execute(WATCH.replace(":", "\\:"))
    run("derive")
    op.execute(MADE)


def downgrade() -> None:
    """The files stay, their link to a variant goes."""
    op.drop_column("documents", "calculation_id", schema="documents")
    op.drop_column("calculations", "is_issued", schema="crm")
    op.drop_column("calculations", "decline_reason", schema="crm")
