"""Lists leave out what hangs on a deal in the trash; of two clients who look alike it is known that they are two."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

from migrations.runner import run

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A function, a column, and the right to fill it for those who may merge."""
    run("trash")
    told = sa.Column("not_same_as", ARRAY(sa.Text()), nullable=False, server_default=sa.text("'{}'"))
    op.add_column("clients", told, schema="crm")
    op.execute("SELECT set_config('app.actor_id', '00000000-0000-7000-8000-000000000001', true)")
    op.execute(
        "UPDATE auth.roles SET grants = array_append(grants, 'client:tell_apart')"
        " WHERE 'client:merge' = ANY (grants) AND NOT 'client:tell_apart' = ANY (grants)"
    )


def downgrade() -> None:
    """Pairs look alike again, and lists show everything."""
    op.drop_column("clients", "not_same_as", schema="crm")
    op.execute("DROP FUNCTION crm.trashed_deals()")
