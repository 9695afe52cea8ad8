"""Launch tokens that were taken back, and webhook endpoints that were deleted."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("launch_tokens", sa.Column("revoked_at", sa.BigInteger(), nullable=True))
    op.create_index("launch_tokens_of_session", "launch_tokens", ["session_id"])
    op.add_column("webhook_endpoints", sa.Column("deleted_at", sa.BigInteger(), nullable=True))
