"""Closed months hold in the database too; dated reversals; bank statements."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations.runner import run

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Columns and tables first, then what guards them."""
    add_to_months()
    add_reversals()
    index_days_of_money()
    make_bank()
    run("months")
    run("undo")
    run("critical")
    run("grants")
    grant()


def add_to_months() -> None:
    """Why a month was reopened, and what it held when it was closed."""
    op.add_column("closed_months", sa.Column("reopen_reason", sa.Text(), nullable=True), schema="crm")
    op.add_column("closed_months", sa.Column("figures", JSONB(none_as_null=True)), schema="crm")


def add_reversals() -> None:
    """Lines that take another one back, and reversals of premiums."""
    for table in ("payment_expenses", "transits"):
        op.add_column(table, sa.Column("reverses_id", sa.Uuid(), nullable=True), schema="crm")
        op.create_foreign_key(
            op.f(f"fk_{table}_reverses_id"), table, table, ["reverses_id"], ["id"], source_schema="crm",
            referent_schema="crm", initially="IMMEDIATE", deferrable=True,
        )  # fmt: skip
        op.create_index(op.f(f"ix_{table}_reverses_id"), table, ["reverses_id"], schema="crm")
    op.drop_constraint(op.f("ck_transits_amount"), "transits", schema="crm", type_="check")
    op.create_check_constraint(
        op.f("ck_transits_amount"), "transits", "amount > 0 OR (amount < 0 AND reverses_id IS NOT NULL)", schema="crm"
    )
    op.drop_constraint(op.f("ck_transits_status"), "transits", schema="crm", type_="check")
    op.create_check_constraint(
        op.f("ck_transits_status"), "transits", "status IN ('expected', 'collected', 'passed_on', 'given_back')",
        schema="crm",
    )  # fmt: skip
    op.create_table(
        "payment_reversals",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("deal_id", sa.Uuid(), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("amount", sa.Numeric(14, 2), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.Column("reversed_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("amount <> 'NaN'", name=op.f("ck_payment_reversals_amount_number")),
        sa.CheckConstraint("amount > 0", name=op.f("ck_payment_reversals_amount")),
        sa.CheckConstraint("reversed_on >= paid_on", name=op.f("ck_payment_reversals_order")),
        key("payment_reversals", ["deal_id"], ["crm.deals.id"]),
        key("payment_reversals", ["payment_id"], ["crm.payments.id"]),
        key("payment_reversals", ["payment_id", "deal_id"], ["crm.payments.id", "crm.payments.deal_id"]),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_reversals")),
        schema="crm",
    )
    for column in ("deal_id", "payment_id"):
        op.create_index(op.f(f"ix_payment_reversals_{column}"), "payment_reversals", [column], schema="crm")
    op.execute("SELECT auth.protect('crm.payment_reversals', 'under_deal')")
    op.execute("SELECT audit.watch('crm.payment_reversals', 'crm.deal.payment.reversal', '{}', '{}', '')")


def key(table: str, columns: list[str], targets: list[str]) -> sa.ForeignKeyConstraint:
    """A key that can wait for the commit."""
    name = op.f(f"fk_{table}_{'_'.join(columns)}")
    return sa.ForeignKeyConstraint(columns, targets, name=name, initially="IMMEDIATE", deferrable=True)


def index_days_of_money() -> None:
    """Figures of a month read that month alone."""
    for table, column in (
        ("payments", "paid_on"), ("payment_incomes", "received_on"), ("payment_expenses", "paid_on"),
        ("transits", "collected_on"),
    ):  # fmt: skip
        where = sa.text(f"{column} IS NOT NULL")
        op.create_index(f"ix_{table}_{column}", table, [column], schema="crm", postgresql_where=where)
    day = sa.text("coalesce(paid_on, due_on)")
    op.create_index("ix_payments_money_day", "payments", [day], schema="crm")


def make_bank() -> None:
    """Accounts, operations, and what they are money of."""
    now = sa.text("now()")
    op.create_table(
        "bank_accounts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("bic", sa.Text(), nullable=True),
        sa.Column("bank", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=now, nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("length(number) <= 34", name=op.f("ck_bank_accounts_number_length")),
        key("bank_accounts", ["entity_id"], ["crm.entities.id"]),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_accounts")),
        schema="crm",
    )
    kept = sa.text("deleted_at IS NULL")
    op.create_index(
        "uq_bank_accounts_number", "bank_accounts", ["number"], unique=True, schema="crm", postgresql_where=kept
    )
    op.create_index(op.f("ix_bank_accounts_entity_id"), "bank_accounts", ["entity_id"], schema="crm")
    op.create_table(
        "bank_operations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("amount", sa.Numeric(14, 2), nullable=False),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("document_on", sa.Date(), nullable=True),
        sa.Column("counterparty_name", sa.Text(), nullable=True),
        sa.Column("counterparty_inn", sa.Text(), nullable=True),
        sa.Column("counterparty_account", sa.Text(), nullable=True),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("insurer_id", sa.Uuid(), nullable=True),
        sa.Column("reasons", sa.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=now, nullable=False),
        sa.CheckConstraint("amount <> 'NaN'", name=op.f("ck_bank_operations_amount_number")),
        sa.CheckConstraint("amount <> 0", name=op.f("ck_bank_operations_amount")),
        sa.CheckConstraint("status IN ('new', 'matched', 'ignored')", name=op.f("ck_bank_operations_status")),
        sa.CheckConstraint(
            "kind IN ('commission', 'premium', 'passed_on', 'pay_out', 'other')", name=op.f("ck_bank_operations_kind")
        ),
        key("bank_operations", ["account_id"], ["crm.bank_accounts.id"]),
        key("bank_operations", ["insurer_id"], ["crm.insurers.id"]),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_operations")),
        sa.UniqueConstraint("account_id", "fingerprint", name=op.f("uq_bank_operations_account_id_fingerprint")),
        schema="crm",
    )
    op.create_index("ix_bank_operations_day", "bank_operations", ["day"], schema="crm")
    new = sa.text("status = 'new'")
    op.create_index("ix_bank_operations_new", "bank_operations", ["day"], schema="crm", postgresql_where=new)
    op.create_index(op.f("ix_bank_operations_insurer_id"), "bank_operations", ["insurer_id"], schema="crm")
    targets = {
        "statement_id": "crm.statements", "income_id": "crm.payment_incomes", "payment_id": "crm.payments",
        "transit_id": "crm.transits", "expense_id": "crm.payment_expenses",
    }  # fmt: skip
    op.create_table(
        "bank_links",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("operation_id", sa.Uuid(), nullable=False),
        sa.Column("amount", sa.Numeric(14, 2), nullable=False),
        *(sa.Column(column, sa.Uuid(), nullable=True) for column in targets),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=now, nullable=False),
        sa.CheckConstraint("amount <> 'NaN'", name=op.f("ck_bank_links_amount_number")),
        sa.CheckConstraint(
            "num_nonnulls(statement_id, income_id, payment_id, transit_id, expense_id) <= 1",
            name=op.f("ck_bank_links_one_target"),
        ),
        key("bank_links", ["operation_id"], ["crm.bank_operations.id"]),
        *(key("bank_links", [column], [f"{target}.id"]) for column, target in targets.items()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_links")),
        schema="crm",
    )
    for column in ("operation_id", *targets):
        op.create_index(op.f(f"ix_bank_links_{column}"), "bank_links", [column], schema="crm")
    for table, event in (
        ("bank_accounts", "crm.bank.account"), ("bank_operations", "crm.bank.operation"),
        ("bank_links", "crm.bank.link"),
    ):  # fmt: skip
        op.execute(f"SELECT auth.protect('crm.{table}', 'office')")
        op.execute(f"SELECT audit.watch('crm.{table}', '{event}', '{{}}', '{{}}', '')")


def grant() -> None:
    """Accountants close months, owners and administrators reopen them."""
    op.execute("SELECT set_config('app.actor_id', '00000000-0000-7000-8000-000000000001', true)")
    op.execute(
        "UPDATE auth.roles SET grants = array_append(grants, '-closed-month:reopen')"
        " WHERE slug = 'accountant' AND NOT '-closed-month:reopen' = ANY (grants)"
    )
    for wanted in ("bank-account:*", "bank-operation:*"):
        op.execute(
            f"UPDATE auth.roles SET grants = array_append(grants, '{wanted}')"
            f" WHERE 'statement:*' = ANY (grants) AND NOT '{wanted}' = ANY (grants)"
        )
    for taken in ("-bank-account:*", "-bank-operation:*", "-bank-link:*", "-closed-month.figures:read"):
        op.execute(
            f"UPDATE auth.roles SET grants = array_append(grants, '{taken}')"
            f" WHERE '-statement:*' = ANY (grants) AND NOT '{taken}' = ANY (grants)"
        )


def downgrade() -> None:
    """Months are closed by the doors' own checks again."""
    for table in ("payments", "payment_incomes", "payment_expenses", "transits", "payment_reversals"):
        for when in ("insert", "update", "delete"):
            op.execute(f"DROP TRIGGER closed_month_{when} ON crm.{table}")
    for table in ("bank_links", "bank_operations", "bank_accounts"):
        op.drop_table(table, schema="crm")
    op.execute("DROP VIEW crm.premium_moves")
    op.drop_table("payment_reversals", schema="crm")
    for table, column in (
        ("payments", "paid_on"), ("payment_incomes", "received_on"), ("payment_expenses", "paid_on"),
        ("transits", "collected_on"),
    ):  # fmt: skip
        op.drop_index(f"ix_{table}_{column}", table, schema="crm")
    op.drop_index("ix_payments_money_day", "payments", schema="crm")
    for table in ("payment_expenses", "transits"):
        op.drop_column(table, "reverses_id", schema="crm")
    for column in ("reopen_reason", "figures"):
        op.drop_column("closed_months", column, schema="crm")
