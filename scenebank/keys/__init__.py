"""The installation's own keys. They live in one file of mode 0600 in the data directory, or in ``SCENEBANK_KEYS``;
every process of one installation shares them, and nothing else holds them."""

from scenebank.keys.keyring import Keyring
from scenebank.keys.place import KeyPlace, KeysElsewhere, load_keyring

__all__ = ["KeyPlace", "Keyring", "KeysElsewhere", "load_keyring"]
