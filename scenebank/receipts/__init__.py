"""The shared ledger: an append-only Merkle log of consents and state changes, which each party can check alone."""
