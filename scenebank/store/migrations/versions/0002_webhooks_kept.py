"""Webhooks: every try is kept, secrets rotate, endpoints choose their events."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for column in (
        sa.Column("event_types", sa.Text(), nullable=True),
        sa.Column("signing_key_sealed", sa.Text(), nullable=True),
        sa.Column("public_key", sa.String(length=64), nullable=True),
        sa.Column("disabled_reason", sa.String(length=16), nullable=True),
        sa.Column("failing_since", sa.BigInteger(), nullable=True),
        sa.Column("failed_at", sa.BigInteger(), nullable=True),
    ):
        op.add_column("webhook_endpoints", column)
    op.add_column("webhook_deliveries", sa.Column("turn", sa.Integer(), nullable=False, server_default="0"))
    op.create_index("webhook_deliveries_of_endpoint", "webhook_deliveries", ["endpoint_id", "status"])
    op.create_table(
        "webhook_old_secrets",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("endpoint_id", sa.String(length=40), nullable=False),
        sa.Column("secret_sealed", sa.Text(), nullable=False),
        sa.Column("signing_key_sealed", sa.Text(), nullable=True),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["endpoint_id"], ["webhook_endpoints.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("webhook_old_secrets_of_endpoint", "webhook_old_secrets", ["endpoint_id", "ends_at"])
    op.create_table(
        "webhook_attempts",
        sa.Column("event_id", sa.String(length=40), nullable=False),
        sa.Column("endpoint_id", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=64), nullable=False),
        sa.Column("duration_ms", sa.Integer(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["endpoint_id"], ["webhook_endpoints.id"]),
        sa.PrimaryKeyConstraint("event_id", "endpoint_id", "number"),
    )
