"""Keys that end, restricted keys, shared launch secrets, and origins that were refused."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# What PostgreSQL called the constraint by itself; in SQLite it has no name of its own.
_NAMES = {"uq": "merchant_keys_%(column_0_N_name)s_key"}


def upgrade() -> None:
    with op.batch_alter_table("merchant_keys", naming_convention=_NAMES) as batch_op:
        batch_op.add_column(sa.Column("name", sa.String(length=100), nullable=True))
        batch_op.add_column(sa.Column("scopes", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("expires_at", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("last_used_at", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("exposed_at", sa.BigInteger(), nullable=True))
        batch_op.drop_constraint("merchant_keys_kind_value_key", type_="unique")
        batch_op.create_unique_constraint("merchant_keys_of_merchant", ["merchant_id", "kind", "value"])
        batch_op.create_index("merchant_keys_value", ["value"], unique=False)
    op.create_table(
        "launch_secrets",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("merchant_id", sa.String(length=32), nullable=False),
        sa.Column("mode", sa.String(length=4), nullable=False),
        sa.Column("value", sa.String(length=64), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("last4", sa.String(length=4), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.Column("last_used_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["merchant_id"], ["merchants.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("value"),
    )
    op.create_index("launch_secrets_of_merchant", "launch_secrets", ["merchant_id", "mode"], unique=False)
    op.create_table(
        "refused_origins",
        sa.Column("merchant_id", sa.String(length=32), nullable=False),
        sa.Column("mode", sa.String(length=4), nullable=False),
        sa.Column("origin", sa.String(length=255), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("first_seen_at", sa.BigInteger(), nullable=False),
        sa.Column("last_seen_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["merchant_id"], ["merchants.id"]),
        sa.PrimaryKeyConstraint("merchant_id", "mode", "origin"),
    )
