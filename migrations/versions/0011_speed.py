"""Derivation plans its statements once, a search walks or fetches as the number of its finds says."""

from migrations.runner import run

revision = "0011"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The functions anew."""
    run("derive")
    run("search")


def downgrade() -> None:
    """Nothing is lost by plans that are kept."""
