"""Tiers, VAT by date, expense rules by program and renewal; expected lines made anew in runs."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.runner import run

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

NOBODY = "'00000000-0000-0000-0000-000000000000'::uuid"
OVERLAP = """ALTER TABLE crm.expense_rules ADD CONSTRAINT ex_expense_rules_overlap EXCLUDE USING gist (
    kind WITH =, coalesce(insurer_id, %(nobody)s) WITH =, coalesce(product_id, %(nobody)s) WITH =%(more)s,
    daterange(starts_on, ends_on, '[]') WITH &&) WHERE (deleted_at IS NULL)"""
MORE = """, (coalesce(program, '')) WITH =, (coalesce(is_renewal::int, -1)) WITH =,
    (coalesce(CASE kind WHEN 'partner_share' THEN payee_name END, '')) WITH ="""
GRANT = """UPDATE auth.roles SET grants = grants || ARRAY[%s]
    WHERE %s = ANY (grants) AND NOT %s = ANY (grants)"""


def upgrade() -> None:
    """Tables, then the functions that make lines. A mode that says the usual is the entity's from now on."""
    op.create_table(
        "vat_periods",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("mode IN ('none', '5', '7', '22')", name=op.f("ck_vat_periods_mode")),
        sa.ForeignKeyConstraint(["entity_id"], ["crm.entities.id"], name=op.f("fk_vat_periods_entity_id"), initially="IMMEDIATE", deferrable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vat_periods")),
        schema="crm",
    )
    op.create_index(
        "uq_vat_periods_entity", "vat_periods", ["entity_id", "starts_on"], unique=True, schema="crm", postgresql_where=sa.text("deleted_at IS NULL")
    )
    op.create_table(
        "commission_tiers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("rule_id", sa.Uuid(), nullable=False),
        sa.Column("from_premium", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("percent", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("from_premium <> 'NaN'", name=op.f("ck_commission_tiers_from_premium_number")),
        sa.CheckConstraint("percent <> 'NaN'", name=op.f("ck_commission_tiers_percent_number")),
        sa.CheckConstraint("from_premium > 0", name=op.f("ck_commission_tiers_from_premium")),
        sa.CheckConstraint("percent BETWEEN 0 AND 100", name=op.f("ck_commission_tiers_percent")),
        sa.ForeignKeyConstraint(["rule_id"], ["crm.commission_rules.id"], name=op.f("fk_commission_tiers_rule_id"), initially="IMMEDIATE", deferrable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commission_tiers")),
        schema="crm",
    )
    op.create_index(
        "uq_commission_tiers_rule", "commission_tiers", ["rule_id", "from_premium"], unique=True, schema="crm", postgresql_where=sa.text("deleted_at IS NULL")
    )
    op.create_table(
        "recalculations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("commission_rule_id", sa.Uuid(), nullable=True),
        sa.Column("expense_rule_id", sa.Uuid(), nullable=True),
        sa.Column("insurer_id", sa.Uuid(), nullable=True),
        sa.Column("product_id", sa.Uuid(), nullable=True),
        sa.Column("entity_id", sa.Uuid(), nullable=True),
        sa.Column("sold_from", sa.Date(), nullable=True),
        sa.Column("sold_to", sa.Date(), nullable=True),
        sa.Column("policies", postgresql.ARRAY(sa.Uuid()), nullable=True),
        sa.Column("with_missing", sa.Boolean(), nullable=False),
        sa.Column("with_imported", sa.Boolean(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=False),
        sa.Column("ordered_by_id", sa.Uuid(), nullable=False),
        sa.Column("previewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("action_id", sa.Uuid(), nullable=True),
        sa.Column("undo_action_id", sa.Uuid(), nullable=True),
        sa.Column("place", sa.Uuid(), nullable=True),
        sa.Column("undo_place", sa.Uuid(), nullable=True),
        sa.Column("rates_key", sa.Text(), nullable=True),
        sa.Column("policies_total", sa.Integer(), nullable=False),
        sa.Column("looked_at", sa.Integer(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("applied", sa.Integer(), nullable=False),
        sa.Column("left_alone", sa.Integer(), nullable=False),
        sa.Column("restored", sa.Integer(), nullable=False),
        sa.Column("incomes_before", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("incomes_after", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("expenses_before", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("expenses_after", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("expenses_after <> 'NaN'", name=op.f("ck_recalculations_expenses_after_number")),
        sa.CheckConstraint("expenses_before <> 'NaN'", name=op.f("ck_recalculations_expenses_before_number")),
        sa.CheckConstraint("incomes_after <> 'NaN'", name=op.f("ck_recalculations_incomes_after_number")),
        sa.CheckConstraint("incomes_before <> 'NaN'", name=op.f("ck_recalculations_incomes_before_number")),
        sa.CheckConstraint("status IN ('planned', 'cancelled') OR previewed_at IS NOT NULL", name=op.f("ck_recalculations_previewed")),
        sa.CheckConstraint(
            "status IN ('planned', 'previewed', 'running', 'paused', 'done', 'cancelled', 'undoing', 'undone')", name=op.f("ck_recalculations_status")
        ),
        sa.CheckConstraint("sold_to >= sold_from", name=op.f("ck_recalculations_order")),
        sa.ForeignKeyConstraint(["created_by_id"], ["auth.users.id"], name=op.f("fk_recalculations_created_by_id"), initially="IMMEDIATE", deferrable=True),
        sa.ForeignKeyConstraint(["ordered_by_id"], ["auth.users.id"], name=op.f("fk_recalculations_ordered_by_id"), initially="IMMEDIATE", deferrable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recalculations")),
        schema="crm",
    )
    op.create_index(op.f("ix_recalculations_ordered_by_id"), "recalculations", ["ordered_by_id"], unique=False, schema="crm")
    op.create_index(op.f("ix_recalculations_created_by_id"), "recalculations", ["created_by_id"], unique=False, schema="crm")
    op.create_table(
        "recalculation_differences",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("recalculation_id", sa.Uuid(), nullable=False),
        sa.Column("policy_id", sa.Uuid(), nullable=False),
        sa.Column("deal_id", sa.Uuid(), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("party", sa.Text(), nullable=False),
        sa.Column("line_id", sa.Uuid(), nullable=True),
        sa.Column("made_id", sa.Uuid(), nullable=True),
        sa.Column("before_amount", sa.Numeric(precision=14, scale=2), nullable=True),
        sa.Column("after_amount", sa.Numeric(precision=14, scale=2), nullable=True),
        sa.Column("change", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("before", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("after", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("after_amount <> 'NaN'", name=op.f("ck_recalculation_differences_after_amount_number")),
        sa.CheckConstraint("before_amount <> 'NaN'", name=op.f("ck_recalculation_differences_before_amount_number")),
        sa.CheckConstraint("change <> 'NaN'", name=op.f("ck_recalculation_differences_change_number")),
        sa.CheckConstraint("outcome IN ('left', 'restored', 'kept')", name=op.f("ck_recalculation_differences_outcome")),
        sa.CheckConstraint(
            "kind IN ('commission', 'bonus', 'fee', 'client_discount', 'seller_share', 'executor_share', 'partner_share', 'other')",
            name=op.f("ck_recalculation_differences_kind"),
        ),
        sa.CheckConstraint("side IN ('income', 'expense')", name=op.f("ck_recalculation_differences_side")),
        sa.CheckConstraint(
            "why IN ('made', 'removed', 'rate', 'base', 'amount', 'vat', 'day', 'payee', 'rule')", name=op.f("ck_recalculation_differences_why")
        ),
        sa.ForeignKeyConstraint(
            ["recalculation_id"], ["crm.recalculations.id"], name=op.f("fk_recalculation_differences_recalculation_id"), initially="IMMEDIATE", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recalculation_differences")),
        schema="crm",
    )
    op.create_index("ix_recalculation_differences_policy", "recalculation_differences", ["recalculation_id", "policy_id"], unique=False, schema="crm")
    op.create_index("ix_recalculation_differences_run", "recalculation_differences", ["recalculation_id", "id"], unique=False, schema="crm")
    for table in ("agreements", "commission_rules"):
        op.alter_column(table, "vat_mode", existing_type=sa.TEXT(), nullable=True, schema="crm")
    op.add_column("expense_rules", sa.Column("program", sa.Text(), nullable=True), schema="crm")
    op.add_column("expense_rules", sa.Column("is_renewal", sa.Boolean(), nullable=True), schema="crm")
    op.execute("ALTER TABLE crm.expense_rules DROP CONSTRAINT ex_expense_rules_overlap")
    op.execute((OVERLAP % {"nobody": NOBODY, "more": MORE}).replace("::", "\\:\\:"))
    op.execute("SELECT auth.protect('crm.vat_periods', 'reference')")
    op.execute("SELECT audit.watch('crm.vat_periods', 'crm.vat_period', '{}', '{}', '')")
    op.execute("SELECT auth.protect('crm.commission_tiers', 'reference')")
    op.execute("SELECT audit.watch('crm.commission_tiers', 'crm.commission_tier', '{}', '{}', '')")
    op.execute("SELECT auth.protect('crm.recalculations', 'office')")
    op.execute(
        "SELECT audit.watch('crm.recalculations', 'crm.recalculation', '{place,rates_key,undo_place}', '{applied,expenses_after,expenses_before,incomes_after,incomes_before,left_alone,lines,looked_at,policies_total,restored}', 'status.{}')"
    )
    op.execute("SELECT auth.protect('crm.recalculation_differences', 'office')")
    op.execute("SELECT set_config('app.actor_id', '00000000-0000-7000-8000-000000000001', true)")
    op.execute("UPDATE crm.commission_rules SET vat_mode = NULL WHERE vat_mode = 'none'")
    op.execute("UPDATE crm.agreements SET vat_mode = NULL WHERE vat_mode = 'none'")
    for grants, held in (
        ("'recalculation:*', 'recalculation-difference:*', 'commission-tier:*', 'vat-period:*'", "'commission-rule:*'"),
        ("'-recalculation:*', '-recalculation-difference:*'", "'-statement:*'"),
    ):
        op.execute(GRANT % (grants, held, grants.split(", ")[0]))
    run("lines")
    run("recalculation")


def downgrade() -> None:
    """Every line keeps the mode that it has."""
    op.execute("SELECT set_config('app.actor_id', '00000000-0000-7000-8000-000000000001', true)")
    for table in ("agreements", "commission_rules"):
        op.execute(f"UPDATE crm.{table} SET vat_mode = 'none' WHERE vat_mode IS NULL")
        op.alter_column(table, "vat_mode", existing_type=sa.TEXT(), nullable=False, schema="crm")
    op.execute("ALTER TABLE crm.expense_rules DROP CONSTRAINT ex_expense_rules_overlap")
    for column in ("is_renewal", "program"):
        op.drop_column("expense_rules", column, schema="crm")
    op.execute((OVERLAP % {"nobody": NOBODY, "more": ""}).replace("::", "\\:\\:"))
    for table in ("recalculation_differences", "recalculations", "commission_tiers", "vat_periods"):
        op.execute(f"DROP TABLE crm.{table} CASCADE")
