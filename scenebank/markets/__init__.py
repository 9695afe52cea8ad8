"""What each market asks for: rate names, disclosures, consents, where a step may stand. Data."""

from scenebank.markets.data import MARKETS, market

__all__ = ["MARKETS", "market"]
