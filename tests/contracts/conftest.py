"""The bank and the part of Scenebank it talks to."""

from tests.support.bank_fixtures import bank, platform, running_bank

__all__ = ["bank", "platform", "running_bank"]
