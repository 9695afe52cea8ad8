"""Banks that speak the DSB Simple Bank Account Origination interface 1.0.0, extended as docs/banks.md says."""

from scenebank.banks.origination.adapter import make_bank

__all__ = ["make_bank"]
