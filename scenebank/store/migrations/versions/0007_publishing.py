"""Products go live by revisions, with an audit; the people who do it; what is live already is the first revision."""

import hashlib

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "product_versions_one_live", "product_versions", ["bank_id", "product_id"], unique=True,
        sqlite_where=sa.text("status = 'live'"), postgresql_where=sa.text("status = 'live'"),
    )  # fmt: skip
    op.create_table(
        "team_members",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("bank_id", sa.String(length=32), nullable=True),
        sa.Column("value", sa.String(length=64), nullable=False),
        sa.Column("last4", sa.String(length=4), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["bank_id"], ["banks.bank_id"]),
        sa.PrimaryKeyConstraint("name"),
        sa.UniqueConstraint("value"),
    )
    op.create_table(
        "team_idempotency",
        sa.Column("member", sa.String(length=40), nullable=False),
        sa.Column("route", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["member"], ["team_members.name"]),
        sa.PrimaryKeyConstraint("member", "route", "key"),
    )
    op.create_table(
        "catalogue_audit",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("act", sa.String(length=16), nullable=False),
        sa.Column("bank_id", sa.String(length=32), nullable=False),
        sa.Column("product_id", sa.String(length=100), nullable=False),
        sa.Column("revision_id", sa.String(length=40), nullable=False),
        sa.Column("from_state", sa.String(length=16), nullable=True),
        sa.Column("to_state", sa.String(length=16), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_index("catalogue_audit_of_product", "catalogue_audit", ["bank_id", "product_id", "number"])
    op.create_table(
        "catalogue_audit_head",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("seal", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "product_revisions",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("bank_id", sa.String(length=32), nullable=False),
        sa.Column("product_id", sa.String(length=100), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("starts_at", sa.BigInteger(), nullable=True),
        sa.Column("ends_at", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("origin", sa.String(length=16), nullable=False),
        sa.Column("based_on", sa.String(length=64), nullable=True),
        sa.Column("author", sa.String(length=64), nullable=False),
        sa.Column("editors", sa.Text(), nullable=False),
        sa.Column("approved_hash", sa.String(length=64), nullable=True),
        sa.Column("approved_by", sa.String(length=64), nullable=True),
        sa.Column("approved_at", sa.BigInteger(), nullable=True),
        sa.Column("live_at", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("audit_number", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["bank_id"], ["banks.bank_id"]),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("id"),
    )
    op.create_index("product_revisions_of_product", "product_revisions", ["bank_id", "product_id", "number"])
    op.create_index("product_revisions_due", "product_revisions", ["state", "starts_at"])
    _take_over()


def _take_over() -> None:
    connection = op.get_bind()
    versions = sa.table(
        "product_versions", *(sa.column(name) for name in (
            "bank_id", "product_id", "version", "status", "document", "created_at",
        )),
    )  # fmt: skip
    revisions = sa.table("product_revisions", *(sa.column(name) for name in (
        "id", "bank_id", "product_id", "state", "edition", "document", "version", "origin", "author", "editors",
        "live_at", "created_at", "updated_at", "audit_number",
    )))  # fmt: skip
    found = connection.execute(sa.select(versions).order_by(versions.c.created_at)).mappings().all()
    for row in found:
        ids = "/".join((row["bank_id"], row["product_id"], row["version"]))
        connection.execute(sa.insert(revisions).values(
            id=f"rev_{hashlib.sha256(ids.encode()).hexdigest()[:20]}", bank_id=row["bank_id"],
            product_id=row["product_id"], state=row["status"], edition=1, document=row["document"],
            version=row["version"], origin="system", author="system:before", editors="[]", live_at=row["created_at"],
            created_at=row["created_at"], updated_at=row["created_at"], audit_number=0,
        ))  # fmt: skip
