"""Offers kept as they were shown, and shops that pay interest."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "shown_offers",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("merchant_id", sa.String(length=32), nullable=False),
        sa.Column("mode", sa.String(length=4), nullable=False),
        sa.Column("session_id", sa.String(length=40), nullable=False),
        sa.Column("widget", sa.String(length=32), nullable=False),
        sa.Column("widget_version", sa.String(length=64), nullable=False),
        sa.Column("locale", sa.String(length=8), nullable=False),
        sa.Column("market", sa.String(length=2), nullable=False),
        sa.Column("rule_set_version", sa.String(length=64), nullable=False),
        sa.Column("catalogue_version", sa.String(length=64), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("bank_id", sa.String(length=32), nullable=True),
        sa.Column("product_id", sa.String(length=100), nullable=True),
        sa.Column("product_version", sa.String(length=64), nullable=True),
        sa.Column("term", sa.Integer(), nullable=True),
        sa.Column("asked", sa.Text(), nullable=False),
        sa.Column("among", sa.Text(), nullable=False),
        sa.Column("figures", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["merchant_id"], ["merchants.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("shown_offers", schema=None) as batch_op:
        batch_op.create_index("shown_offers_of_session", ["session_id"], unique=False)
    op.create_table(
        "interest_subsidies",
        sa.Column("merchant_id", sa.String(length=32), nullable=False),
        sa.Column("mode", sa.String(length=4), nullable=False),
        sa.Column("bank_id", sa.String(length=32), nullable=False),
        sa.Column("product_id", sa.String(length=100), nullable=False),
        sa.Column("first_day", sa.String(length=10), nullable=False),
        sa.Column("last_day", sa.String(length=10), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["merchant_id"], ["merchants.id"]),
        sa.ForeignKeyConstraint(["bank_id"], ["banks.bank_id"]),
        sa.PrimaryKeyConstraint("merchant_id", "mode", "bank_id", "product_id"),
    )
    # A copy of the whole table, as a batch would make, is refused by SQLite where other rows point at it.
    op.execute("ALTER TABLE applications ADD COLUMN offer_id VARCHAR(40) REFERENCES shown_offers (id)")
