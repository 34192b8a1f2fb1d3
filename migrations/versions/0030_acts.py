"""Agent's acts and pay-out sheets; details of entities; up to which sum a role approves."""

import sqlalchemy as sa
from alembic import op

from migrations.runner import run

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

GIVE = "UPDATE auth.roles SET grants = grants || ARRAY[{more}] WHERE {has} AND NOT {mark} = ANY (grants)"
OFFICE = "'statement:*' = ANY (grants)"
NOT_THE_OFFICE = "'-statement:*' = ANY (grants)"
HEADING = "'absence:*' = ANY (grants) AND NOT '*' = ANY (grants)"


def upgrade() -> None:
    """The tables, protected and watched as every other; what the roles that count, head and own may do with them."""
    op.create_table(
        "acts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("agreement_id", sa.Uuid(), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=False),
        sa.Column("insurer_id", sa.Uuid(), nullable=False),
        sa.Column("period_from", sa.Date(), nullable=False),
        sa.Column("period_to", sa.Date(), nullable=False),
        sa.Column("takes_earlier", sa.Boolean(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("signed_on", sa.Date(), nullable=True),
        sa.Column("signatory", sa.Text(), nullable=True),
        sa.Column("signed_by_id", sa.Uuid(), nullable=True),
        sa.Column("line_count", sa.Integer(), nullable=False),
        sa.Column("premium", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("commission", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("vat", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("cancel_reason", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("commission <> 'NaN'", name=op.f("ck_acts_commission_number")),
        sa.CheckConstraint("premium <> 'NaN'", name=op.f("ck_acts_premium_number")),
        sa.CheckConstraint("status <> 'draft' OR number IS NULL", name=op.f("ck_acts_draft")),
        sa.CheckConstraint("status <> 'signed' OR (number > 0 AND signed_on IS NOT NULL)", name=op.f("ck_acts_signed")),
        sa.CheckConstraint("status IN ('draft', 'signed', 'cancelled')", name=op.f("ck_acts_status")),
        sa.CheckConstraint("vat <> 'NaN'", name=op.f("ck_acts_vat_number")),
        sa.CheckConstraint("(number IS NULL) = (year IS NULL)", name=op.f("ck_acts_year")),
        sa.CheckConstraint("period_to >= period_from", name=op.f("ck_acts_order")),
        sa.ForeignKeyConstraint(
            ["agreement_id"],
            ["crm.agreements.id"],
            name=op.f("fk_acts_agreement_id"),
            initially="IMMEDIATE",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["entity_id"], ["crm.entities.id"], name=op.f("fk_acts_entity_id"), initially="IMMEDIATE", deferrable=True
        ),
        sa.ForeignKeyConstraint(
            ["insurer_id"], ["crm.insurers.id"], name=op.f("fk_acts_insurer_id"), initially="IMMEDIATE", deferrable=True
        ),
        sa.ForeignKeyConstraint(
            ["signed_by_id"],
            ["auth.users.id"],
            name=op.f("fk_acts_signed_by_id"),
            initially="IMMEDIATE",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_acts")),
        sa.UniqueConstraint("entity_id", "year", "number", name=op.f("uq_acts_entity_id_year_number")),
        schema="crm",
    )
    op.create_index(op.f("ix_acts_agreement_id"), "acts", ["agreement_id"], unique=False, schema="crm")
    op.create_index(op.f("ix_acts_insurer_id"), "acts", ["insurer_id"], unique=False, schema="crm")
    op.create_index(op.f("ix_acts_signed_by_id"), "acts", ["signed_by_id"], unique=False, schema="crm")
    op.create_table(
        "payouts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("payee_id", sa.Uuid(), nullable=True),
        sa.Column("payee", sa.Text(), nullable=False),
        sa.Column("payee_key", sa.Text(), nullable=False),
        sa.Column("period_from", sa.Date(), nullable=False),
        sa.Column("period_to", sa.Date(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("line_count", sa.Integer(), nullable=False),
        sa.Column("total", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("approved_by_id", sa.Uuid(), nullable=True),
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.Column("paid_by_id", sa.Uuid(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("status <> 'paid' OR paid_on IS NOT NULL", name=op.f("ck_payouts_paid_on")),
        sa.CheckConstraint("status IN ('draft', 'approved', 'paid', 'cancelled')", name=op.f("ck_payouts_status")),
        sa.CheckConstraint("total <> 'NaN'", name=op.f("ck_payouts_total_number")),
        sa.CheckConstraint("period_to >= period_from", name=op.f("ck_payouts_order")),
        sa.ForeignKeyConstraint(
            ["approved_by_id"],
            ["auth.users.id"],
            name=op.f("fk_payouts_approved_by_id"),
            initially="IMMEDIATE",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["paid_by_id"],
            ["auth.users.id"],
            name=op.f("fk_payouts_paid_by_id"),
            initially="IMMEDIATE",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["payee_id"], ["auth.users.id"], name=op.f("fk_payouts_payee_id"), initially="IMMEDIATE", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payouts")),
        sa.UniqueConstraint("id", "payee_id", name=op.f("uq_payouts_id_payee_id")),
        schema="crm",
    )
    op.create_index(op.f("ix_payouts_payee_id"), "payouts", ["payee_id"], unique=False, schema="crm")
    op.create_index(
        "uq_payouts_draft",
        "payouts",
        ["payee_key", "period_from", "period_to"],
        unique=True,
        schema="crm",
        postgresql_where=sa.text("status = 'draft'"),
    )
    op.create_table(
        "act_lines",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("act_id", sa.Uuid(), nullable=False),
        sa.Column("income_id", sa.Uuid(), nullable=False),
        sa.Column("policy_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("settlement", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("policy_number", sa.Text(), nullable=False),
        sa.Column("policyholder", sa.Text(), nullable=False),
        sa.Column("product", sa.Text(), nullable=False),
        sa.Column("instalment", sa.Integer(), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.Column("premium", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("rate_percent", sa.Numeric(precision=14, scale=2), nullable=True),
        sa.Column("commission", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("vat_mode", sa.Text(), nullable=False),
        sa.Column("vat", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("commission <> 'NaN'", name=op.f("ck_act_lines_commission_number")),
        sa.CheckConstraint("kind IN ('commission', 'bonus', 'fee')", name=op.f("ck_act_lines_kind")),
        sa.CheckConstraint("premium <> 'NaN'", name=op.f("ck_act_lines_premium_number")),
        sa.CheckConstraint("rate_percent <> 'NaN'", name=op.f("ck_act_lines_rate_percent_number")),
        sa.CheckConstraint("settlement IN ('after_act', 'withheld')", name=op.f("ck_act_lines_settlement")),
        sa.CheckConstraint("status IN ('in', 'out', 'freed')", name=op.f("ck_act_lines_status")),
        sa.CheckConstraint("vat <> 'NaN'", name=op.f("ck_act_lines_vat_number")),
        sa.CheckConstraint("vat_mode IN ('none', '5', '7', '22')", name=op.f("ck_act_lines_vat_mode")),
        sa.ForeignKeyConstraint(
            ["act_id"], ["crm.acts.id"], name=op.f("fk_act_lines_act_id"), initially="IMMEDIATE", deferrable=True
        ),
        sa.ForeignKeyConstraint(
            ["income_id"],
            ["crm.payment_incomes.id"],
            name=op.f("fk_act_lines_income_id"),
            initially="IMMEDIATE",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["policy_id"],
            ["crm.policies.id"],
            name=op.f("fk_act_lines_policy_id"),
            initially="IMMEDIATE",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_act_lines")),
        sa.UniqueConstraint("act_id", "income_id", name=op.f("uq_act_lines_act_id_income_id")),
        schema="crm",
    )
    op.create_index("ix_act_lines_income", "act_lines", ["income_id"], unique=False, schema="crm")
    op.create_index(op.f("ix_act_lines_policy_id"), "act_lines", ["policy_id"], unique=False, schema="crm")
    op.create_index(
        "uq_act_lines_income",
        "act_lines",
        ["income_id"],
        unique=True,
        schema="crm",
        postgresql_where=sa.text("status = 'in'"),
    )
    op.create_table(
        "payout_lines",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("payout_id", sa.Uuid(), nullable=False),
        sa.Column("payee_id", sa.Uuid(), nullable=True),
        sa.Column("expense_id", sa.Uuid(), nullable=False),
        sa.Column("deal_id", sa.Uuid(), nullable=False),
        sa.Column("policy_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("policy_number", sa.Text(), nullable=False),
        sa.Column("policyholder", sa.Text(), nullable=False),
        sa.Column("insurer", sa.Text(), nullable=False),
        sa.Column("product", sa.Text(), nullable=False),
        sa.Column("instalment", sa.Integer(), nullable=False),
        sa.Column("payable_since", sa.Date(), nullable=False),
        sa.Column("base_amount", sa.Numeric(precision=14, scale=2), nullable=True),
        sa.Column("rate_percent", sa.Numeric(precision=14, scale=2), nullable=True),
        sa.Column("amount", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("amount <> 'NaN'", name=op.f("ck_payout_lines_amount_number")),
        sa.CheckConstraint("base_amount <> 'NaN'", name=op.f("ck_payout_lines_base_amount_number")),
        sa.CheckConstraint(
            "kind IN ('client_discount', 'seller_share', 'executor_share', 'partner_share', 'other')",
            name=op.f("ck_payout_lines_kind"),
        ),
        sa.CheckConstraint("rate_percent <> 'NaN'", name=op.f("ck_payout_lines_rate_percent_number")),
        sa.CheckConstraint("status IN ('in', 'out', 'freed')", name=op.f("ck_payout_lines_status")),
        sa.ForeignKeyConstraint(
            ["deal_id"], ["crm.deals.id"], name=op.f("fk_payout_lines_deal_id"), initially="IMMEDIATE", deferrable=True
        ),
        sa.ForeignKeyConstraint(
            ["expense_id"],
            ["crm.payment_expenses.id"],
            name=op.f("fk_payout_lines_expense_id"),
            initially="IMMEDIATE",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["payee_id"],
            ["auth.users.id"],
            name=op.f("fk_payout_lines_payee_id"),
            initially="IMMEDIATE",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["payout_id", "payee_id"],
            ["crm.payouts.id", "crm.payouts.payee_id"],
            name=op.f("fk_payout_lines_payout_id_payee_id"),
            initially="IMMEDIATE",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["payout_id"],
            ["crm.payouts.id"],
            name=op.f("fk_payout_lines_payout_id"),
            initially="IMMEDIATE",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["policy_id"],
            ["crm.policies.id"],
            name=op.f("fk_payout_lines_policy_id"),
            initially="IMMEDIATE",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payout_lines")),
        sa.UniqueConstraint("payout_id", "expense_id", name=op.f("uq_payout_lines_payout_id_expense_id")),
        schema="crm",
    )
    op.create_index(op.f("ix_payout_lines_deal_id"), "payout_lines", ["deal_id"], unique=False, schema="crm")
    op.create_index("ix_payout_lines_expense", "payout_lines", ["expense_id"], unique=False, schema="crm")
    op.create_index(op.f("ix_payout_lines_payee_id"), "payout_lines", ["payee_id"], unique=False, schema="crm")
    op.create_index(op.f("ix_payout_lines_policy_id"), "payout_lines", ["policy_id"], unique=False, schema="crm")
    op.create_index(
        "uq_payout_lines_expense",
        "payout_lines",
        ["expense_id"],
        unique=True,
        schema="crm",
        postgresql_where=sa.text("status = 'in'"),
    )
    op.add_column("roles", sa.Column("approval_limit", sa.Numeric(precision=14, scale=2), nullable=True), schema="auth")
    op.add_column("entities", sa.Column("kpp", sa.Text(), nullable=True), schema="crm")
    op.add_column("entities", sa.Column("address", sa.Text(), nullable=True), schema="crm")
    op.add_column("entities", sa.Column("signatory", sa.Text(), nullable=True), schema="crm")
    op.add_column("entities", sa.Column("bank_account", sa.Text(), nullable=True), schema="crm")
    op.add_column("entities", sa.Column("bank_name", sa.Text(), nullable=True), schema="crm")
    op.add_column("entities", sa.Column("bank_bik", sa.Text(), nullable=True), schema="crm")
    op.add_column("entities", sa.Column("bank_correspondent", sa.Text(), nullable=True), schema="crm")
    op.add_column("insurers", sa.Column("kpp", sa.Text(), nullable=True), schema="crm")
    run("policies")
    op.execute("SELECT auth.protect('crm.acts', 'office')")
    op.execute("SELECT audit.watch('crm.acts', 'crm.act', '{}', '{}', 'status.{}')")
    op.execute("SELECT auth.protect('crm.payouts', 'payee')")
    op.execute("SELECT audit.watch('crm.payouts', 'crm.payout', '{}', '{}', 'status.{}')")
    op.execute("SELECT auth.protect('crm.act_lines', 'office')")
    op.execute("SELECT audit.watch('crm.act_lines', 'crm.act.line', '{}', '{}', '')")
    op.execute("SELECT auth.protect('crm.payout_lines', 'payee')")
    op.execute("SELECT audit.watch('crm.payout_lines', 'crm.payout.line', '{}', '{}', '')")
    run("acts")
    run("payouts")
    run("undo")
    run("attention")
    run("grants")
    op.execute("SELECT set_config('app.actor_id', '00000000-0000-7000-8000-000000000001', true)")
    op.execute(GIVE.format(more="'act:*', 'act-line:*', 'payout:*', 'payout-line:*'", has=OFFICE, mark="'act:*'"))
    op.execute(GIVE.format(more="'-act:*', '-act-line:*'", has=NOT_THE_OFFICE, mark="'-act:*'"))
    op.execute(GIVE.format(more="'payout:approve', 'payout:reopen'", has=HEADING, mark="'payout:approve'"))
    # What one approves another pays: the accountant. A grant that begins with a minus took the owner's own away, too.
    op.execute(GIVE.format(more="'-payout:approve'", has="slug = 'accountant'", mark="'-payout:approve'"))
    op.execute("UPDATE auth.roles SET grants = array_remove(grants, '-expense:approve') WHERE slug = 'owner'")


def downgrade() -> None:
    """Without acts and pay-out sheets."""
    op.drop_column("insurers", "kpp", schema="crm")
    op.drop_column("entities", "bank_correspondent", schema="crm")
    op.drop_column("entities", "bank_bik", schema="crm")
    op.drop_column("entities", "bank_name", schema="crm")
    op.drop_column("entities", "bank_account", schema="crm")
    op.drop_column("entities", "signatory", schema="crm")
    op.drop_column("entities", "address", schema="crm")
    op.drop_column("entities", "kpp", schema="crm")
    op.drop_column("roles", "approval_limit", schema="auth")
    op.drop_index(
        "uq_payout_lines_expense", table_name="payout_lines", schema="crm", postgresql_where=sa.text("status = 'in'")
    )
    op.drop_index(op.f("ix_payout_lines_policy_id"), table_name="payout_lines", schema="crm")
    op.drop_index(op.f("ix_payout_lines_payee_id"), table_name="payout_lines", schema="crm")
    op.drop_index("ix_payout_lines_expense", table_name="payout_lines", schema="crm")
    op.drop_index(op.f("ix_payout_lines_deal_id"), table_name="payout_lines", schema="crm")
    op.drop_table("payout_lines", schema="crm")
    op.drop_index("uq_act_lines_income", table_name="act_lines", schema="crm", postgresql_where=sa.text("status = 'in'"))
    op.drop_index(op.f("ix_act_lines_policy_id"), table_name="act_lines", schema="crm")
    op.drop_index("ix_act_lines_income", table_name="act_lines", schema="crm")
    op.drop_table("act_lines", schema="crm")
    op.drop_index("uq_payouts_draft", table_name="payouts", schema="crm", postgresql_where=sa.text("status = 'draft'"))
    op.drop_index(op.f("ix_payouts_payee_id"), table_name="payouts", schema="crm")
    op.drop_table("payouts", schema="crm")
    op.drop_index(op.f("ix_acts_signed_by_id"), table_name="acts", schema="crm")
    op.drop_index(op.f("ix_acts_insurer_id"), table_name="acts", schema="crm")
    op.drop_index(op.f("ix_acts_agreement_id"), table_name="acts", schema="crm")
    op.drop_table("acts", schema="crm")
