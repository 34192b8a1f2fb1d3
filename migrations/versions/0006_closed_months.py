"""Undo leaves all money of a closed month alone, whatever was done to its payments before."""

from migrations.runner import run

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The functions of undo anew."""
    run("undo")


def downgrade() -> None:
    """The functions stay: they serve the older schema, too."""
