"""Sessions that are ended by their shop, and launches that were played again."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "shopper_logouts",
        sa.Column("merchant_id", sa.String(length=32), nullable=False),
        sa.Column("mode", sa.String(length=4), nullable=False),
        sa.Column("shopper_ref", sa.String(length=64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["merchant_id"], ["merchants.id"]),
        sa.PrimaryKeyConstraint("merchant_id", "mode", "shopper_ref"),
    )
    op.add_column("launches_used", sa.Column("replayed_at", sa.BigInteger(), nullable=True))
    op.create_index("sessions_of_shopper", "sessions", ["merchant_id", "mode", "shopper_ref"])
