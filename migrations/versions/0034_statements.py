"""Statements are drafts with decisions on their lines; layouts are remembered by insurer."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

CAUSES = (
    "no_number", "no_policy", "ambiguous", "rate", "premium", "more", "nothing_expected", "less", "no_sum", "rounded",
    "same_line", "already_received", "part_came", "nothing_open", "claw_back", "reverses", "nothing_to_reverse",
)  # fmt: skip
DECISIONS = (
    "received", "withheld", "difference", "part", "rest_disputed", "rest_written_off", "disputed", "reversed", "ignored",
    "put_aside",
)  # fmt: skip
LINES = (
    sa.Column("sheet", sa.Text(), server_default="", nullable=False),
    sa.Column("holder", sa.Text()),
    sa.Column("percent", sa.Numeric(14, 2)),
    sa.Column("cause", sa.Text()),
    sa.Column("twin_row", sa.Integer()),
    sa.Column("expected_amount", sa.Numeric(14, 2)),
    sa.Column("expected_percent", sa.Numeric(14, 2)),
    sa.Column("note", sa.Text()),
    sa.Column("posted_on", sa.Date()),
    sa.Column("policy_id", sa.Uuid()),
    sa.Column("payment_id", sa.Uuid()),
)
STATEMENTS = (
    sa.Column("lines_sha256", sa.Text()),
    sa.Column("upload_id", sa.Uuid()),
    sa.Column("statement_on", sa.Date()),
    sa.Column("told_total", sa.Numeric(14, 2)),
)


def upgrade() -> None:
    """Columns, what stands in older rows, the new table, the rights to it."""
    op.execute("SELECT set_config('app.actor_id', '00000000-0000-7000-8000-000000000001', true)")
    insurers()
    statements()
    lines()
    layouts()
    rights()


def insurers() -> None:
    """A tolerance of five kopecks."""
    tolerance = sa.Column("statement_tolerance", sa.Numeric(14, 2), server_default="0.05", nullable=False)
    op.add_column("insurers", tolerance, schema="crm")
    op.alter_column("insurers", "statement_tolerance", server_default=None, schema="crm")
    for name, check in (
        ("statement_tolerance", "statement_tolerance BETWEEN 0 AND 100"),
        ("statement_tolerance_number", "statement_tolerance <> 'NaN'"),
    ):
        op.create_check_constraint(op.f(f"ck_insurers_{name}"), "insurers", check, schema="crm")


def statements() -> None:
    """Partly posted ones, their day, the total that the file states."""
    for column in STATEMENTS:
        op.add_column("statements", column, schema="crm")
    op.drop_constraint(op.f("ck_statements_status"), "statements", schema="crm")
    states = "status IN ('draft', 'partly', 'posted')"
    op.create_check_constraint(op.f("ck_statements_status"), "statements", states, schema="crm")
    op.create_check_constraint(
        op.f("ck_statements_told_total_number"), "statements", "told_total <> 'NaN'", schema="crm"
    )
    op.create_index("ix_statements_lines", "statements", ["lines_sha256"], schema="crm")


def lines() -> None:
    """What was kept in `cells` has columns; what people wrote as a decision is a note; posted lines are posted."""
    for column in LINES:
        op.add_column("statement_lines", column, schema="crm")
    op.alter_column("statement_lines", "sheet", server_default=None, schema="crm")
    for column, target in (("policy_id", "policies"), ("payment_id", "payments")):
        key, index = op.f(f"fk_statement_lines_{column}"), op.f(f"ix_statement_lines_{column}")
        op.create_foreign_key(
            key, "statement_lines", target, [column], ["id"], source_schema="crm", referent_schema="crm",
            deferrable=True, initially="IMMEDIATE",
        )  # fmt: skip
        op.create_index(index, "statement_lines", [column], schema="crm")
    op.drop_constraint(op.f("uq_statement_lines_statement_id_row"), "statement_lines", schema="crm")
    op.create_unique_constraint(
        op.f("uq_statement_lines_statement_id_sheet_row"),
        "statement_lines",
        ["statement_id", "sheet", "row"],
        schema="crm",
    )
    op.create_index("ix_statement_lines_verdict", "statement_lines", ["statement_id", "verdict"], schema="crm")
    op.execute(
        "UPDATE crm.statement_lines SET holder = cells ->> 'holder', percent = (cells ->> 'percent')::numeric,"
        " cells = nullif(cells - 'holder' - 'percent' - 'paid_on', '{}') WHERE cells IS NOT NULL"
    )
    op.execute(
        "UPDATE crm.statement_lines SET note = decision, decision = NULL"
        f" WHERE decision <> ALL (ARRAY{list(DECISIONS)})"
    )
    op.execute(
        "UPDATE crm.statement_lines l SET payment_id = i.payment_id,"
        " posted_on = CASE l.decision WHEN 'received' THEN i.received_on END"
        " FROM crm.payment_incomes i WHERE i.id = l.income_id"
    )
    op.execute(
        "UPDATE crm.statements s SET status = 'partly' WHERE s.status = 'posted' AND EXISTS"
        " (SELECT FROM crm.statement_lines l WHERE l.statement_id = s.id AND l.posted_on IS NULL)"
    )
    for name, check in (
        ("cause", f"cause IN ({', '.join(map(repr, CAUSES))})"),
        ("decision", f"decision IN ({', '.join(map(repr, DECISIONS))})"),
        *((f"{name}_number", f"{name} <> 'NaN'") for name in ("percent", "expected_amount", "expected_percent")),
    ):
        op.create_check_constraint(op.f(f"ck_statement_lines_{name}"), "statement_lines", check, schema="crm")


def layouts() -> None:
    """How an insurer's files are laid out, by their titles."""
    op.create_table(
        "statement_layouts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("insurer_id", sa.Uuid(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("titles", sa.Text(), nullable=False),
        sa.Column("places", JSONB(none_as_null=True), nullable=False),
        sa.Column("is_by_hand", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["insurer_id"],
            ["crm.insurers.id"],
            name=op.f("fk_statement_layouts_insurer_id"),
            initially="IMMEDIATE",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statement_layouts")),
        schema="crm",
    )
    op.create_index(op.f("ix_statement_layouts_insurer_id"), "statement_layouts", ["insurer_id"], schema="crm")
    op.create_index(
        "uq_statement_layouts_titles", "statement_layouts", ["insurer_id", "fingerprint"], unique=True, schema="crm",
        postgresql_where=sa.text("deleted_at IS NULL"),
    )  # fmt: skip
    op.execute("SELECT auth.protect('crm.statement_layouts', 'office')")
    op.execute("SELECT audit.watch('crm.statement_layouts', 'crm.statement_layout', '{}', '{}', '')")


def rights() -> None:
    """Who keeps statements keeps layouts, and enters the policies that a statement knows before the brokerage does."""
    op.execute(
        "UPDATE auth.roles SET grants = grants || '{statement-layout:*,policy:issue}'"
        " WHERE 'statement:*' = ANY (grants) AND NOT 'statement-layout:*' = ANY (grants)"
    )
    op.execute(
        "UPDATE auth.roles SET grants = array_append(grants, '-statement-layout:*')"
        " WHERE '-statement-line:*' = ANY (grants) AND NOT '-statement-layout:*' = ANY (grants)"
    )


def downgrade() -> None:
    """As it was; decisions that are not known there are forgotten."""
    op.drop_table("statement_layouts", schema="crm")
    op.execute("SELECT set_config('app.actor_id', '00000000-0000-7000-8000-000000000001', true)")
    op.drop_constraint(op.f("uq_statement_lines_statement_id_sheet_row"), "statement_lines", schema="crm")
    op.drop_index("ix_statement_lines_verdict", table_name="statement_lines", schema="crm")
    op.drop_constraint(op.f("ck_statement_lines_decision"), "statement_lines", schema="crm")
    for column in LINES:
        op.drop_column("statement_lines", column.name, schema="crm")
    op.create_unique_constraint(
        op.f("uq_statement_lines_statement_id_row"), "statement_lines", ["statement_id", "row"], schema="crm"
    )
    op.execute("UPDATE crm.statements SET status = 'draft' WHERE status = 'partly'")
    op.drop_constraint(op.f("ck_statements_status"), "statements", schema="crm")
    states = "status IN ('draft', 'posted')"
    op.create_check_constraint(op.f("ck_statements_status"), "statements", states, schema="crm")
    for column in STATEMENTS:
        op.drop_column("statements", column.name, schema="crm")
    op.drop_column("insurers", "statement_tolerance", schema="crm")
