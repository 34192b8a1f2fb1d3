"""Endorsements that move money, terms of arrears by contract, and instalments that always make the premium."""

import sqlalchemy as sa
from alembic import op

from migrations.runner import run

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

EFFECTS = "('at_risk', 'suspended', 'grace', 'reinspection', 'termination')"
TERMS_OF_INSURERS = (
    "INSERT INTO crm.arrear_terms (id, insurer_id, effect, days)"
    " SELECT uuidv7(), id, arrear_effect, CASE WHEN arrear_effect IN ('grace', 'termination') THEN 30 END"
    " FROM crm.insurers WHERE arrear_effect <> 'at_risk' AND deleted_at IS NULL"
)
GRANTS = {
    "policy:endorse": "policy:correct",
    "policy:set_refund": "closed-month:*",
    "payment:give_back": "payment:pay",
    "payment:resize": "payment:pay",
    "arrear-terms:*": "commission-rule:*",
}
"""New grant → the one whose holders get it."""


def reference(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    """A key that is checked at commit where it is asked for."""
    name = op.f(f"fk_{table}_{column}")
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=name, initially="IMMEDIATE", deferrable=True)


def upgrade() -> None:
    """Columns, the table of terms with what insurers had of their own, the constraint, the functions anew."""
    op.execute("SELECT set_config('app.actor_id', '00000000-0000-7000-8000-000000000001', true)")
    for column in (
        sa.Column("difference_paid", sa.Text()),
        sa.Column("new_ends_on", sa.Date()),
        sa.Column("kept_percent", sa.Numeric(14, 2)),
    ):
        op.add_column("endorsements", column, schema="crm")
    check("endorsements", "difference_paid", "difference_paid IN ('spread', 'one_more', 'refund')")
    check("endorsements", "kept_percent_number", "kept_percent <> 'NaN'")
    op.add_column("policies", sa.Column("arrear_days", sa.Integer()), schema="crm")
    check("policies", "arrear_days", "arrear_days > 0")
    _payments()
    _terms()
    for name in ("standing", "parts", "derive", "attention", "grants"):
        run(name)
    for grant, held in GRANTS.items():
        every = f"{grant.partition(':')[0]}:*"
        op.execute(
            f"UPDATE auth.roles SET grants = array_append(grants, '{grant}') WHERE '{held}' = ANY (grants)"  # noqa: S608 - words of ours
            f" AND NOT grants && ARRAY['{grant}', '{every}', '*']"
        )


def check(table: str, name: str, condition: str) -> None:
    """A check of a table."""
    op.create_check_constraint(op.f(f"ck_{table}_{name}"), table, condition, schema="crm")


def _payments() -> None:
    op.add_column("payments", sa.Column("endorsement_id", sa.Uuid()), schema="crm")
    op.add_column(
        "payments", sa.Column("is_rest", sa.Boolean(), server_default=sa.false(), nullable=False), schema="crm"
    )
    op.create_foreign_key(
        op.f("fk_payments_endorsement_id"), "payments", "endorsements", ["endorsement_id"], ["id"],
        source_schema="crm", referent_schema="crm", initially="IMMEDIATE", deferrable=True,
    )  # fmt: skip
    op.create_unique_constraint(op.f("uq_endorsements_id_deal_id"), "endorsements", ["id", "deal_id"], schema="crm")
    op.create_foreign_key(
        op.f("fk_payments_endorsement_id_deal_id"), "payments", "endorsements", ["endorsement_id", "deal_id"],
        ["id", "deal_id"], source_schema="crm", referent_schema="crm", initially="IMMEDIATE", deferrable=True,
    )  # fmt: skip
    op.create_index(op.f("ix_payments_endorsement_id"), "payments", ["endorsement_id"], schema="crm")
    for name in ("amount", "paid_amount"):
        op.drop_constraint(op.f(f"ck_payments_{name}"), "payments", schema="crm")
    check("payments", "amount", "amount <> 0")
    check("payments", "paid_amount", "paid_amount * sign(amount) >= 0")


def _terms() -> None:
    op.create_table(
        "arrear_terms",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("insurer_id", sa.Uuid()),
        sa.Column("product_id", sa.Uuid()),
        sa.Column("program", sa.Text()),
        sa.Column("effect", sa.Text(), nullable=False),
        sa.Column("days", sa.Integer()),
        sa.Column("note", sa.Text()),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_arrear_terms")),
        reference("arrear_terms", "insurer_id", "crm.insurers"),
        reference("arrear_terms", "product_id", "crm.products"),
        sa.CheckConstraint(f"effect IN {EFFECTS}", name=op.f("ck_arrear_terms_effect")),
        sa.CheckConstraint("insurer_id IS NOT NULL OR product_id IS NOT NULL", name=op.f("ck_arrear_terms_what")),
        sa.CheckConstraint("days > 0", name=op.f("ck_arrear_terms_days")),
        sa.CheckConstraint(
            "effect NOT IN ('grace', 'termination') OR days IS NOT NULL", name=op.f("ck_arrear_terms_counted")
        ),
        schema="crm",
    )
    for column in ("insurer_id", "product_id"):
        op.create_index(op.f(f"ix_arrear_terms_{column}"), "arrear_terms", [column], schema="crm")
    op.create_index(
        "uq_arrear_terms_case", "arrear_terms", ["insurer_id", "product_id", "program"], unique=True, schema="crm",
        postgresql_where=sa.text("deleted_at IS NULL"), postgresql_nulls_not_distinct=True,
    )  # fmt: skip
    op.execute("SELECT auth.protect('crm.arrear_terms', 'reference')")
    op.execute("SELECT audit.watch('crm.arrear_terms', 'crm.arrear_terms', '{}', '{}', '')")
    op.execute(TERMS_OF_INSURERS)
    op.drop_column("insurers", "arrear_effect", schema="crm")


def downgrade() -> None:
    """Insurers say it by themselves again, and instalments are above zero. Fails where refunds stand."""
    for name in ("parts_insert", "parts_update", "parts_delete"):
        op.execute(f"DROP TRIGGER {name} ON crm.payments")
    for name in ("parts_insert", "parts_update"):
        op.execute(f"DROP TRIGGER {name} ON crm.policies")
    op.add_column("insurers", sa.Column("arrear_effect", sa.Text(), server_default="at_risk"), schema="crm")
    op.alter_column("insurers", "arrear_effect", server_default=None, nullable=False, schema="crm")
    check("insurers", "arrear_effect", f"arrear_effect IN {EFFECTS}")
    op.drop_table("arrear_terms", schema="crm")
    for name in ("amount", "paid_amount"):
        op.drop_constraint(op.f(f"ck_payments_{name}"), "payments", schema="crm")
    check("payments", "amount", "amount > 0")
    check("payments", "paid_amount", "paid_amount >= 0")
    for column in ("is_rest", "endorsement_id"):
        op.drop_column("payments", column, schema="crm")
    op.drop_constraint(op.f("uq_endorsements_id_deal_id"), "endorsements", schema="crm")
    op.drop_column("policies", "arrear_days", schema="crm")
    for column in ("kept_percent", "new_ends_on", "difference_paid"):
        op.drop_column("endorsements", column, schema="crm")
