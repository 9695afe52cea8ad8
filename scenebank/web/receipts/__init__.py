"""The door to the ledger: for people, machines, and whoever checks us."""

from scenebank.web.receipts.blueprint import make_receipts_blueprint

__all__ = ["make_receipts_blueprint"]
