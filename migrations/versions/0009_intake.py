"""Drafts of calls, clients who are one, and where the rows of a merged one go."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.runner import run

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the schema."""
    op.create_table(
        "intake_drafts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("fields", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("touched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cleared_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["auth.users.id"],
            name=op.f("fk_intake_drafts_user_id"),
            initially="IMMEDIATE",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intake_drafts")),
        schema="crm",
    )
    op.create_index(op.f("ix_intake_drafts_user_id"), "intake_drafts", ["user_id"], schema="crm")
    op.execute("SELECT auth.protect('crm.intake_drafts', 'personal')")
    op.add_column("clients", sa.Column("merged_into_id", sa.Uuid(), nullable=True), schema="crm")
    op.create_foreign_key(
        op.f("fk_clients_merged_into_id"),
        "clients",
        "clients",
        ["merged_into_id"],
        ["id"],
        source_schema="crm",
        referent_schema="crm",
        initially="IMMEDIATE",
        deferrable=True,
    )
    merged = sa.text("merged_into_id IS NOT NULL")
    op.create_index("ix_clients_merged", "clients", ["merged_into_id"], schema="crm", postgresql_where=merged)
    digits = sa.text("(\"right\"(regexp_replace(value, '\\D', '', 'g'), 10))")
    op.create_index("ix_client_contacts_digits", "client_contacts", [digits], schema="crm")
    run("likeness")


def downgrade() -> None:
    """Change it back."""
    for table in ("deals", "policies", "insured_objects", "drivers", "insured_persons", "loan_balances"):
        op.execute(f"DROP TRIGGER follow_merged ON crm.{table}")
    for table in ("crm.client_contacts", "crm.consents", "documents.documents"):
        op.execute(f"DROP TRIGGER follow_merged ON {table}")
    arguments = "(text, text, text, date, uuid)"
    op.execute(f"DROP FUNCTION crm.is_client_elsewhere{arguments}, crm.known_clients{arguments}")
    op.execute(f"DROP FUNCTION crm.clients_like{arguments}, crm.follow_the_merged()")
    op.drop_index("ix_client_contacts_digits", "client_contacts", schema="crm")
    op.drop_index("ix_clients_merged", "clients", schema="crm")
    op.drop_column("clients", "merged_into_id", schema="crm")
    op.drop_table("intake_drafts", schema="crm")
