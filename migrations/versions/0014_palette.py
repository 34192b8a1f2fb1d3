"""The palette's search."""

from alembic import op

from migrations.runner import run

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Functions and their grants."""
    run("palette")


def downgrade() -> None:
    """Take the functions back."""
    op.execute(
        "DROP FUNCTION crm.palette(text[], text[], int), crm.palette_recent(text[], int),"
        " crm.palette_rows(uuid[], uuid[], uuid[], uuid[]), crm.palette_objects(text, uuid[], int),"
        " crm.palette_policies(text, uuid[], int, uuid[]), crm.palette_deals(text, uuid[], int, uuid[], uuid[]),"
        " crm.palette_clients(text, uuid[], int), crm.palette_walk(text, uuid[], int), crm.has_words(text, text)"
    )
