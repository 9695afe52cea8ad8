"""All tables, as SQLAlchemy Core. Times are integers, milliseconds since 1970 UTC; documents are JSON text;
money is two columns (minor units, currency). Every row of a merchant carries merchant and mode."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

metadata = MetaData()


def _time(name: str, nullable: bool = False) -> Column[int]:
    return Column(name, BigInteger, nullable=nullable)


def _text(name: str, nullable: bool = False) -> Column[str]:
    return Column(name, Text, nullable=nullable)


merchants = Table(
    "merchants", metadata,
    Column("id", String(32), primary_key=True), _text("name"), Column("market", String(2), nullable=False),
    _time("created_at"),
)  # fmt: skip

# kind: publishable (value is the key itself), secret and restricted (its peppered SHA-256), launch (its kid, and the
# public jwk). It works until expires_at, or until it is revoked. exposed_at: last seen coming from a browser.
merchant_keys = Table(
    "merchant_keys", metadata,
    Column("id", String(32), primary_key=True),
    Column("merchant_id", ForeignKey("merchants.id"), nullable=False), Column("mode", String(4), nullable=False),
    Column("kind", String(16), nullable=False), Column("value", String(64), nullable=False),
    Column("last4", String(4), nullable=False), _text("jwk", nullable=True),
    _time("created_at"), _time("revoked_at", nullable=True),
    Column("name", String(100), nullable=True), _text("scopes", nullable=True), _time("expires_at", nullable=True),
    _time("last_used_at", nullable=True), _time("exposed_at", nullable=True),
    UniqueConstraint("merchant_id", "kind", "value", name="merchant_keys_of_merchant"),
    Index("merchant_keys_value", "value"),
)  # fmt: skip

# Shared secrets of offline launch tokens (HS256), apart from every public key: id is the kid, value the peppered
# SHA-256 by which a leaked one is found.
launch_secrets = Table(
    "launch_secrets", metadata,
    Column("id", String(32), primary_key=True),
    Column("merchant_id", ForeignKey("merchants.id"), nullable=False), Column("mode", String(4), nullable=False),
    Column("value", String(64), nullable=False, unique=True), _text("sealed"),
    Column("last4", String(4), nullable=False), Column("name", String(100), nullable=True), _time("created_at"),
    _time("revoked_at", nullable=True), _time("expires_at", nullable=True), _time("last_used_at", nullable=True),
    Index("launch_secrets_of_merchant", "merchant_id", "mode"),
)  # fmt: skip

merchant_origins = Table(
    "merchant_origins", metadata,
    Column("merchant_id", ForeignKey("merchants.id"), nullable=False), Column("mode", String(4), nullable=False),
    Column("origin", String(255), nullable=False), _time("created_at"),
    PrimaryKeyConstraint("merchant_id", "mode", "origin"),
)  # fmt: skip

# Pages that asked and are not registered: at most 50 for a merchant and mode, the newest are kept.
refused_origins = Table(
    "refused_origins", metadata,
    Column("merchant_id", ForeignKey("merchants.id"), nullable=False), Column("mode", String(4), nullable=False),
    Column("origin", String(255), nullable=False), Column("count", BigInteger, nullable=False),
    _time("first_seen_at"), _time("last_seen_at"),
    PrimaryKeyConstraint("merchant_id", "mode", "origin"),
)  # fmt: skip

banks = Table(
    "banks", metadata,
    Column("bank_id", String(32), primary_key=True), _text("document"), _time("updated_at"),
)  # fmt: skip

# Documents that are or were live. status: live | superseded | withdrawn. At most one live version a product.
product_versions = Table(
    "product_versions", metadata,
    Column("bank_id", ForeignKey("banks.bank_id"), nullable=False), Column("product_id", String(100), nullable=False),
    Column("version", String(64), nullable=False), Column("kind", String(16), nullable=False),
    Column("market", String(2), nullable=False), Column("status", String(16), nullable=False),
    _text("document"), _time("created_at"),
    PrimaryKeyConstraint("bank_id", "product_id", "version"),
    Index("product_versions_live", "market", "kind", "status"),
    Index("product_versions_one_live", "bank_id", "product_id", unique=True,
          sqlite_where=text("status = 'live'"), postgresql_where=text("status = 'live'")),
)  # fmt: skip

# The way of a document to the shoppers, see scenebank/catalogue/publishing. state and audit_number (that of its last
# move in catalogue_audit; 0 where it went live before there was one) change with every move; document, starts_at and
# ends_at only while it is a draft, and edition rises with them. approved_hash binds the approval to all of these.
# author and editors are names of team members, or of the system. restores names the version it brings back.
product_revisions = Table(
    "product_revisions", metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("id", String(40), nullable=False, unique=True),
    Column("bank_id", ForeignKey("banks.bank_id"), nullable=False), Column("product_id", String(100), nullable=False),
    Column("state", String(16), nullable=False), Column("edition", Integer, nullable=False),
    _text("document"), Column("version", String(64), nullable=False),
    _time("starts_at", nullable=True), _time("ends_at", nullable=True), _text("reason", nullable=True),
    Column("origin", String(16), nullable=False), Column("based_on", String(64), nullable=True),
    Column("author", String(64), nullable=False), _text("editors"),
    Column("approved_hash", String(64), nullable=True), Column("approved_by", String(64), nullable=True),
    _time("approved_at", nullable=True), _time("live_at", nullable=True),
    _time("created_at"), _time("updated_at"), Column("audit_number", BigInteger, nullable=False),
    Index("product_revisions_of_product", "bank_id", "product_id", "number"),
    Index("product_revisions_due", "state", "starts_at"),
)  # fmt: skip

# One row for each move of a revision, never changed. hash is the keyed hash of all other columns, previous among them.
catalogue_audit = Table(
    "catalogue_audit", metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False), _time("at"),
    Column("actor", String(64), nullable=False), Column("act", String(16), nullable=False),
    Column("bank_id", String(32), nullable=False), Column("product_id", String(100), nullable=False),
    Column("revision_id", String(40), nullable=False),
    Column("from_state", String(16), nullable=True), Column("to_state", String(16), nullable=False),
    Column("version", String(64), nullable=False), Column("content_hash", String(64), nullable=False), _text("detail"),
    Column("previous", String(64), nullable=False), Column("hash", String(64), nullable=False),
    Index("catalogue_audit_of_product", "bank_id", "product_id", "number"),
)  # fmt: skip

# One row: the number and hash of the last one, and a seal over both, so that a tail that was cut off is missed.
catalogue_audit_head = Table(
    "catalogue_audit_head", metadata,
    Column("id", Integer, primary_key=True), Column("number", BigInteger, nullable=False),
    Column("hash", String(64), nullable=False), Column("seal", String(64), nullable=False),
)  # fmt: skip

# Who works on the catalogue. bank_id: whose products; none for the operator's own people. value is the peppered SHA-256
# of the key. A name is never given twice: the audit goes by it.
team_members = Table(
    "team_members", metadata,
    Column("name", String(40), primary_key=True), Column("role", String(16), nullable=False),
    Column("bank_id", ForeignKey("banks.bank_id"), nullable=True),
    Column("value", String(64), nullable=False, unique=True), Column("last4", String(4), nullable=False),
    _time("created_at"), _time("ended_at", nullable=True),
)  # fmt: skip

# As idempotency, for those who come with a team member's key.
team_idempotency = Table(
    "team_idempotency", metadata,
    Column("member", ForeignKey("team_members.name"), nullable=False),
    Column("route", String(64), nullable=False), Column("key", String(255), nullable=False),
    Column("fingerprint", String(64), nullable=False), Column("status", Integer, nullable=True),
    _text("body", nullable=True), _time("created_at"),
    PrimaryKeyConstraint("member", "route", "key"),
)  # fmt: skip

# One row, raised in the transaction that changes anything a price depends on.
catalogue_version = Table(
    "catalogue_version", metadata,
    Column("id", Integer, primary_key=True), Column("number", BigInteger, nullable=False),
)  # fmt: skip

# Way A: opaque launch tokens made by POST /v1/sessions; the token itself is not stored.
launch_tokens = Table(
    "launch_tokens", metadata,
    Column("token_hash", String(64), primary_key=True), Column("session_id", String(40), nullable=False),
    Column("merchant_id", ForeignKey("merchants.id"), nullable=False), Column("mode", String(4), nullable=False),
    _text("document"), _time("expires_at"), _time("created_at"), _time("revoked_at", nullable=True),
    Index("launch_tokens_of_session", "session_id"),
)  # fmt: skip

# Single use of both ways: issuer is the merchant id, jti the token's id (its hash for way A).
launches_used = Table(
    "launches_used", metadata,
    Column("issuer", String(40), nullable=False), Column("jti", String(64), nullable=False),
    Column("nonce_hash", String(64), nullable=False), Column("session_id", String(40), nullable=False),
    _time("used_at"), _time("replayed_at", nullable=True), PrimaryKeyConstraint("issuer", "jti"),
)  # fmt: skip

# The last time a shop logged a shopper out: launch tokens from before are refused.
shopper_logouts = Table(
    "shopper_logouts", metadata,
    Column("merchant_id", ForeignKey("merchants.id"), nullable=False), Column("mode", String(4), nullable=False),
    Column("shopper_ref", String(64), nullable=False), _time("at"),
    PrimaryKeyConstraint("merchant_id", "mode", "shopper_ref"),
)  # fmt: skip

sessions = Table(
    "sessions", metadata,
    Column("id", String(40), primary_key=True),
    Column("merchant_id", ForeignKey("merchants.id"), nullable=False), Column("mode", String(4), nullable=False),
    Column("widget", String(32), nullable=False), Column("origin", String(255), nullable=False),
    Column("shopper_ref", String(64), nullable=False), Column("order_id", String(64), nullable=True),
    Column("amount_minor", BigInteger, nullable=True), Column("currency", String(3), nullable=True),
    _text("signals", nullable=True), _text("return_url", nullable=True),
    Column("catalogue_version", String(64), nullable=False), Column("generation", Integer, nullable=False),
    _time("created_at"), _time("expires_at"), _time("revoked_at", nullable=True),
    Index("sessions_of_shopper", "merchant_id", "mode", "shopper_ref"),
)  # fmt: skip

# open_order is merchant:mode:order while the application is not final, else its own id: the unique index holds
# "at most one open application per merchant, mode and order" on every database.
applications = Table(
    "applications", metadata,
    Column("id", String(40), primary_key=True),
    Column("merchant_id", ForeignKey("merchants.id"), nullable=False), Column("mode", String(4), nullable=False),
    Column("session_id", String(40), nullable=False), Column("widget", String(32), nullable=False),
    Column("shopper_ref", String(64), nullable=False), Column("order_id", String(64), nullable=False),
    Column("open_order", String(160), nullable=False, unique=True),
    Column("origin", String(255), nullable=False), _text("return_url", nullable=True),
    Column("market", String(2), nullable=False), Column("locale", String(8), nullable=False),
    Column("bank_id", String(32), nullable=False), Column("product_id", String(100), nullable=False),
    Column("product_version", String(64), nullable=False), Column("catalogue_version", String(64), nullable=False),
    Column("term", Integer, nullable=False), Column("amount_minor", BigInteger, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("status", String(20), nullable=False), Column("sequence", Integer, nullable=False),
    Column("submission_key", String(64), nullable=False, unique=True), Column("attempt", Integer, nullable=False),
    Column("body_hash", String(64), nullable=False),
    Column("bank_ref", String(100), nullable=True), Column("bank_status", String(64), nullable=True),
    Column("bank_sequence", BigInteger, nullable=False),
    Column("next_step", String(16), nullable=True), _text("redirect_url", nullable=True),
    _text("documents"), _text("reasons"), _text("counter_offer", nullable=True),
    Column("fulfilled_minor", BigInteger, nullable=False), Column("cancelled_minor", BigInteger, nullable=False),
    Column("refunded_minor", BigInteger, nullable=False), Column("approved_minor", BigInteger, nullable=False),
    _text("offer"), _text("schedule"), _text("applicant", nullable=True), _text("signals", nullable=True),
    _time("unreachable_since", nullable=True), Column("withdrawing", String(20), nullable=True),
    _time("created_at"), _time("updated_at"), Column("offer_id", ForeignKey("shown_offers.id"), nullable=True),
    Index("applications_of_shopper", "merchant_id", "mode", "shopper_ref", "order_id"),
    Index("applications_of_merchant", "merchant_id", "mode", "created_at"),
)  # fmt: skip

application_moves = Table(
    "application_moves", metadata,
    Column("application_id", ForeignKey("applications.id"), nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("from_status", String(20), nullable=False), Column("to_status", String(20), nullable=False),
    Column("cause", String(64), nullable=False), _time("at"),
    PrimaryKeyConstraint("application_id", "sequence"),
)  # fmt: skip

# Written and committed before a bank is called; answered_at when the answer is recorded.
bank_attempts = Table(
    "bank_attempts", metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("application_id", ForeignKey("applications.id"), nullable=False),
    Column("operation", String(16), nullable=False), Column("key", String(64), nullable=False),
    _time("started_at"), _time("answered_at", nullable=True), Column("outcome", String(40), nullable=True),
    Index("bank_attempts_of_key", "key", "operation"),
)  # fmt: skip

consents = Table(
    "consents", metadata,
    Column("id", String(40), primary_key=True), Column("application_id", ForeignKey("applications.id"), nullable=False),
    Column("purpose", String(32), nullable=False), Column("receiver", String(64), nullable=False),
    _text("text"), Column("text_hash", String(64), nullable=False), Column("locale", String(8), nullable=False),
    _time("given_at"), _time("withdrawn_at", nullable=True),
    UniqueConstraint("application_id", "purpose"),
)  # fmt: skip

# fulfil, cancel, refund, withdraw, accept_offer: one row each, carried to the bank under its own key.
operations = Table(
    "operations", metadata,
    Column("id", String(40), primary_key=True), Column("application_id", ForeignKey("applications.id"), nullable=False),
    Column("operation", String(16), nullable=False), Column("amount_minor", BigInteger, nullable=True),
    Column("evidence", Text, nullable=True), Column("status", String(16), nullable=False),
    Column("reason", String(64), nullable=True), _time("created_at"), _time("finished_at", nullable=True),
    Index("operations_of_application", "application_id"),
)  # fmt: skip

# The way to the bank's page: single use, 60 s.
bank_handles = Table(
    "bank_handles", metadata,
    Column("handle_hash", String(64), primary_key=True),
    Column("application_id", ForeignKey("applications.id"), nullable=False),
    _time("expires_at"), _time("used_at", nullable=True),
)  # fmt: skip

callbacks_seen = Table(
    "callbacks_seen", metadata,
    Column("bank_id", String(32), nullable=False), Column("event_id", String(64), nullable=False), _time("at"),
    PrimaryKeyConstraint("bank_id", "event_id"),
)  # fmt: skip

webhook_endpoints = Table(
    "webhook_endpoints", metadata,
    Column("id", String(40), primary_key=True),
    Column("merchant_id", ForeignKey("merchants.id"), nullable=False), Column("mode", String(4), nullable=False),
    _text("url"), _text("secret_sealed"), Column("enabled", Boolean, nullable=False), _time("created_at"),
    _text("event_types", nullable=True), _text("signing_key_sealed", nullable=True),
    Column("public_key", String(64), nullable=True), Column("disabled_reason", String(16), nullable=True),
    _time("failing_since", nullable=True), _time("failed_at", nullable=True), _time("deleted_at", nullable=True),
)  # fmt: skip

# Secrets that were rotated and still sign.
webhook_old_secrets = Table(
    "webhook_old_secrets", metadata,
    Column("id", String(40), primary_key=True), Column("endpoint_id", ForeignKey("webhook_endpoints.id"),
    nullable=False),
    _text("secret_sealed"), _text("signing_key_sealed", nullable=True), _time("ends_at"),
    Index("webhook_old_secrets_of_endpoint", "endpoint_id", "ends_at"),
)  # fmt: skip

events = Table(
    "events", metadata,
    Column("number", Integer, primary_key=True, autoincrement=True), Column("id", String(40),
    nullable=False, unique=True),
    Column("merchant_id", ForeignKey("merchants.id"), nullable=False), Column("mode", String(4), nullable=False),
    Column("type", String(64), nullable=False), _text("data"), _time("created_at"),
    Index("events_of_merchant", "merchant_id", "mode", "number"),
)  # fmt: skip

# attempts are those of this turn: 0, and one more with every replay.
webhook_deliveries = Table(
    "webhook_deliveries", metadata,
    Column("event_id", String(40), nullable=False), Column("endpoint_id", ForeignKey("webhook_endpoints.id"),
    nullable=False),
    Column("status", String(16), nullable=False), Column("attempts", Integer, nullable=False),
    Column("last_code", Integer, nullable=True), Column("last_reason", String(64), nullable=True),
    _time("next_at", nullable=True), _time("finished_at", nullable=True),
    Column("turn", Integer, nullable=False, server_default="0"),
    PrimaryKeyConstraint("event_id", "endpoint_id"),
    Index("webhook_deliveries_of_endpoint", "endpoint_id", "status"),
)  # fmt: skip

webhook_attempts = Table(
    "webhook_attempts", metadata,
    Column("event_id", String(40), nullable=False), Column("endpoint_id", ForeignKey("webhook_endpoints.id"),
    nullable=False), Column("number", Integer, nullable=False),
    _time("at"), Column("code", Integer, nullable=True), Column("reason", String(64), nullable=False),
    Column("duration_ms", Integer, nullable=False), _text("answer"),
    PrimaryKeyConstraint("event_id", "endpoint_id", "number"),
)  # fmt: skip

# Idempotency-Key of merchants' POSTs: the first answer, kept 72 h.
idempotency = Table(
    "idempotency", metadata,
    Column("merchant_id", ForeignKey("merchants.id"), nullable=False), Column("mode", String(4), nullable=False),
    Column("route", String(64), nullable=False), Column("key", String(255), nullable=False),
    Column("fingerprint", String(64), nullable=False), Column("status", Integer, nullable=True),
    _text("body", nullable=True), _time("created_at"),
    PrimaryKeyConstraint("merchant_id", "mode", "route", "key"),
)  # fmt: skip

# The ledger (scenebank/receipts). A row is written with the change it records and never changed again but for its
# position, which it gets once, when it is sealed. number only orders what waits.
receipts = Table(
    "receipts", metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("id", String(40), nullable=False, unique=True),
    Column("application_id", ForeignKey("applications.id"), nullable=False),
    Column("merchant_id", ForeignKey("merchants.id"), nullable=False), Column("mode", String(4), nullable=False),
    _text("leaf"), Column("position", BigInteger, nullable=True, unique=True),
    Index("receipts_of_application", "application_id"),
)  # fmt: skip

# Roots of perfect subtrees (hex), level 0 the leaves: what a proof needs is read, never computed from all leaves.
receipt_nodes = Table(
    "receipt_nodes", metadata,
    Column("level", Integer, nullable=False), Column("place", BigInteger, nullable=False),
    Column("hash", String(64), nullable=False), PrimaryKeyConstraint("level", "place"),
)  # fmt: skip

# One signed statement for every size at which something was sealed.
receipt_heads = Table(
    "receipt_heads", metadata,
    Column("size", BigInteger, primary_key=True, autoincrement=False), Column("root", String(64), nullable=False),
    _time("at"), _text("statement"),
)  # fmt: skip

# What was read from one source: a file, a place in a file, or an address. verdict, reasons and the copy (raw: the
# bank's text, document: ours) are of the last good one; failure is what went wrong since, and goes with the next good
# one. A source that never had a product has neither ids nor a copy, and its verdict is rejected. gone_at: since when
# the bank's list does not name it any more. changed_at: when any of verdict, reasons or copy last changed.
imported_documents = Table(
    "imported_documents", metadata,
    Column("source", String(500), primary_key=True),
    Column("bank_id", String(100), nullable=True), Column("product_id", String(200), nullable=True),
    Column("verdict", String(16), nullable=False), _text("reasons"), Column("generation", String(8), nullable=True),
    Column("content_hash", String(64), nullable=True), _text("raw", nullable=True), _text("document", nullable=True),
    Column("etag", String(200), nullable=True), _text("failure", nullable=True), _time("failed_at", nullable=True),
    _time("gone_at", nullable=True), _time("changed_at"),
    UniqueConstraint("bank_id", "product_id", name="imported_documents_of_product"),
)  # fmt: skip

# Values put at places of a bank's product by hand; place is the hash of what the bank had around it then.
import_mendings = Table(
    "import_mendings", metadata,
    Column("bank_id", String(100), nullable=False), Column("product_id", String(200), nullable=False),
    Column("pointer", String(500), nullable=False), _text("value", nullable=True), _text("was", nullable=True),
    Column("place", String(64), nullable=False), Column("by", String(100), nullable=False), _text("why"), _time("at"),
    PrimaryKeyConstraint("bank_id", "product_id", "pointer"),
)  # fmt: skip

# What a shopper was shown at a binding point. content is the part of the page, byte for byte; figures is what stood in
# it as data; asked and among are all a price and a place come from: the scene, and the versions that were compared
# ("bank/product@version"). bank_id, product_id and term are those of the one plan shown, None where it was the list.
shown_offers = Table(
    "shown_offers", metadata,
    Column("id", String(40), primary_key=True),
    Column("merchant_id", ForeignKey("merchants.id"), nullable=False), Column("mode", String(4), nullable=False),
    Column("session_id", String(40), nullable=False), Column("widget", String(32), nullable=False),
    Column("widget_version", String(64), nullable=False), Column("locale", String(8), nullable=False),
    Column("market", String(2), nullable=False), Column("rule_set_version", String(64), nullable=False),
    Column("catalogue_version", String(64), nullable=False), Column("day", String(10), nullable=False),
    Column("bank_id", String(32), nullable=True), Column("product_id", String(100), nullable=True),
    Column("product_version", String(64), nullable=True), Column("term", Integer, nullable=True),
    _text("asked"), _text("among"), _text("figures"),
    Column("content", LargeBinary, nullable=False), Column("content_hash", String(64), nullable=False),
    _time("created_at"),
    Index("shown_offers_of_session", "session_id"),
)  # fmt: skip

# The shop's side of interest it pays, by product; days in the market's own time, as dates.
interest_subsidies = Table(
    "interest_subsidies", metadata,
    Column("merchant_id", ForeignKey("merchants.id"), nullable=False), Column("mode", String(4), nullable=False),
    Column("bank_id", ForeignKey("banks.bank_id"), nullable=False), Column("product_id", String(100), nullable=False),
    Column("first_day", String(10), nullable=False), Column("last_day", String(10), nullable=True),
    _time("created_at"), PrimaryKeyConstraint("merchant_id", "mode", "bank_id", "product_id"),
)  # fmt: skip
