"""Derivation plans its statements once."""

from migrations.runner import run

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The functions anew."""
    run("derive")


def downgrade() -> None:
    """Nothing is lost by plans that are kept."""
