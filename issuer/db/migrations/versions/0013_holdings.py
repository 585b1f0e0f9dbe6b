"""Badges from elsewhere, own words and what is hidden from one's own list."""

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
