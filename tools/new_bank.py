"""``make new-bank NAME=probe``: an adapter for banks of another interface, with a test of its own."""

from __future__ import annotations

import sys

from tools.skeleton import Variant, main

if __name__ == "__main__":
    sys.exit(main(Variant("bank", "scenebank/banks"), sys.argv[1:]))
