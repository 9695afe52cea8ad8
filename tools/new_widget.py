"""``make new-widget NAME=probe``: a widget that shows offers, with a test of its own."""

from __future__ import annotations

import sys

from tools.skeleton import Variant, main

if __name__ == "__main__":
    sys.exit(main(Variant("widget", "widgets"), sys.argv[1:]))
