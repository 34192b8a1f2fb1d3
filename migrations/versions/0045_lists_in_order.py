"""Lists of money, variants, tasks, documents and the log begin in an index; what hides the trash lets workers help."""

import sqlalchemy as sa
from alembic import op

from migrations.runner import run

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

IN_ORDER = (
    ("ix_payments_status", "crm", "payments", ("status", "due_on")),
    ("ix_payment_incomes_created_at", "crm", "payment_incomes", ("created_at",)),
    ("ix_payment_incomes_status", "crm", "payment_incomes", ("status", "created_at")),
    ("ix_payment_expenses_created_at", "crm", "payment_expenses", ("created_at",)),
    ("ix_payment_expenses_status", "crm", "payment_expenses", ("status", "created_at")),
    ("ix_transits_created_at", "crm", "transits", ("created_at",)),
    ("ix_transits_status", "crm", "transits", ("status", "created_at")),
    ("ix_calculations_created_at", "crm", "calculations", ("created_at",)),
    ("ix_calculations_status", "crm", "calculations", ("status", "created_at")),
    ("ix_policies_status", "crm", "policies", ("status", "ends_on")),
    ("ix_deal_journal_happened_at", "crm", "deal_journal", ("happened_at",)),
    ("ix_tasks_due_on", "tasks", "tasks", ("due_on",)),
    ("ix_tasks_status", "tasks", "tasks", ("status", "due_on")),
    ("ix_documents_created_at", "documents", "documents", ("created_at",)),
)
"""Name, schema, table and columns; the key comes last, and the trash is left out."""
LIVING = sa.text("deleted_at IS NULL")


def upgrade() -> None:
    """Indexes in the order of lists and of boards' columns; two files whose functions may run in parallel."""
    for name, schema, table, columns in IN_ORDER:
        op.create_index(name, table, [*columns, "id"], schema=schema, postgresql_where=LIVING)
    op.create_index("ix_events_at", "events", ["at", "id"], schema="audit")
    run("trash")
    run("actor")


def downgrade() -> None:
    """Lists sort again."""
    op.drop_index("ix_events_at", "events", schema="audit")
    for name, schema, table, _columns in reversed(IN_ORDER):
        op.drop_index(name, table, schema=schema)
