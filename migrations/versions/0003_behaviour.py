"""What the tables do by themselves: membership, derived columns, undo, sign-in, search; and who may call it."""

from alembic import op

from migrations.runner import run

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Partitions of the log, functions and triggers, grants."""
    for table in ("events", "critical"):
        op.execute(f"CREATE TABLE audit.{table}_default PARTITION OF audit.{table} DEFAULT")
        op.execute(f"SELECT auth.protect('audit.{table}_default', 'partition')")
    op.execute("SELECT auth.protect('audit.alembic_version', 'sealed')")
    for name in ("membership", "derive", "undo", "sign_in", "profile", "health", "reference", "search", "grants"):
        run(name)
    op.execute("SELECT audit.make_partitions(date_trunc('month', now())\\:\\:date, 4)")


def downgrade() -> None:
    """The functions go with their schemas."""
