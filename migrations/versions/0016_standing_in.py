"""What needs somebody who is away needs their substitute."""

from alembic import op

from migrations.runner import run

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The functions anew, and the matters of those who are away now."""
    run("attention")
    run("grants")
    op.execute(
        "SELECT crm.derive_attention(ARRAY(SELECT d.id FROM crm.deals d JOIN crm.absences a ON a.user_id = d.seller_id"
        " AND a.status = 'running' AND a.deleted_at IS NULL))"
    )


def downgrade() -> None:
    """Matters are the seller's again, from the next night on."""
    for name in ("insert", "update", "delete"):
        op.execute(f"DROP TRIGGER attention_{name} ON crm.absences")
