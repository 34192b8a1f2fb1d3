"""Room in the pages of what is rewritten most: a new version of a row stays beside the old one, no index is touched."""

from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

FILLED = {
    "crm.payments": 50,
    "crm.payment_incomes": 60,
    "crm.payment_expenses": 60,
    "crm.policies": 80,
    "crm.deals": 80,
}
"""Percent of a page that inserting fills. Totals of a payment change with each of its lines, eleven indexes do not."""


def upgrade() -> None:
    """Only pages to come are filled so; a table's own pages as it is rewritten."""
    for table, percent in FILLED.items():
        op.execute(f"ALTER TABLE {table} SET (fillfactor = {percent})")


def downgrade() -> None:
    """Pages are filled whole again."""
    for table in FILLED:
        op.execute(f"ALTER TABLE {table} RESET (fillfactor)")
