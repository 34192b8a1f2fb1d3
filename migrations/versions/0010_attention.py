"""What needs whom: a derived table behind Today, days that were promised, one renewal for each policy."""

import sqlalchemy as sa
from alembic import op

from migrations.runner import run

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

OPEN_DEALS = sa.text("deleted_at IS NULL AND stage NOT IN ('closed', 'lost')")


def upgrade() -> None:
    """The table and its rows for every deal; of several renewals of one policy the oldest stays."""
    for table in ("payments", "renewals"):
        op.add_column(table, sa.Column("remind_on", sa.Date(), nullable=True), schema="crm")
    op.execute(
        "UPDATE crm.renewals r SET deleted_at = now() WHERE r.deleted_at IS NULL AND EXISTS (SELECT FROM crm.renewals o"
        " WHERE o.policy_id = r.policy_id AND o.deleted_at IS NULL AND o.id < r.id)"
    )
    alive = sa.text("deleted_at IS NULL")
    op.create_index("uq_renewals_policy", "renewals", ["policy_id"], unique=True, schema="crm", postgresql_where=alive)
    make_table()
    make_indexes()
    op.execute(
        "UPDATE auth.roles SET grants = array_append(grants, 'payment:put_off')"
        " WHERE 'payment:pay' = ANY (grants) AND NOT 'payment:put_off' = ANY (grants)"
    )
    for name in ("derive", "attention", "grants"):
        run(name)
    op.execute("SELECT crm.derive_attention(ARRAY(SELECT id FROM crm.deals))")


def make_table() -> None:
    """`crm.attention`, read as membership is: one's own, the team's, all."""
    op.create_table(
        "attention",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("deal_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("money", sa.Numeric(14, 2), nullable=False),
        sa.PrimaryKeyConstraint("kind", "record_id", name="pk_attention"),
        schema="crm",
    )
    op.execute("SELECT auth.protect('crm.attention', 'membership')")


def make_indexes() -> None:
    """Whose matters there are, which is the largest, the queue of a team, and whose turn a deal is."""
    more = {"schema": "crm"}
    op.create_index("ix_attention_deal", "attention", ["deal_id"], **more)
    op.create_index(
        "ix_attention_user", "attention", ["user_id", "since"], postgresql_include=["day", "money", "kind", "record_id"], **more
    )
    largest = [sa.text("money DESC"), "since", "record_id"]
    op.create_index("ix_attention_money", "attention", largest, postgresql_include=["day", "kind"], **more)
    op.create_index(
        "ix_tasks_untaken", "tasks", ["team_id", "due_on"], schema="tasks",
        postgresql_where=sa.text("assignee_id IS NULL AND status = 'new' AND deleted_at IS NULL"),
    )  # fmt: skip
    op.create_index("ix_deals_turn", "deals", ["ball", "seller_id"], postgresql_where=OPEN_DEALS, **more)
    op.create_index("ix_deals_turn_executor", "deals", ["executor_id", "ball"], postgresql_where=OPEN_DEALS, **more)


def downgrade() -> None:
    """The table, the indexes and the days go."""
    op.drop_table("attention", schema="crm")
    op.drop_index("ix_tasks_untaken", table_name="tasks", schema="tasks")
    for name in ("ix_deals_turn", "ix_deals_turn_executor"):
        op.drop_index(name, table_name="deals", schema="crm")
    op.drop_index("uq_renewals_policy", table_name="renewals", schema="crm")
    for table in ("payments", "renewals"):
        op.drop_column(table, "remind_on", schema="crm")
