"""The palette looks at no more clients than it shows, where all may be seen."""

from migrations.runner import run

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The functions anew."""
    run("palette")


def downgrade() -> None:
    """Nothing is lost by narrower bounds."""
