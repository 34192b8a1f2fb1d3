"""A search fetches what its keys name, or walks the list where they are many."""

from migrations.runner import run

revision = "0011b"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The functions anew."""
    run("search")


def downgrade() -> None:
    """The result is the same either way."""
