"""A scenario as data (pure): its canonical query is its address, the hash of that its id."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlencode


@dataclass(frozen=True)
class Device:
    """Widths in CSS px: of the window, and of the frame in the shop's page in its full and its compact shape."""

    window: int
    full: int
    compact: int


# As measured in the demonstration's shops: the full shape at checkout, the compact one beside a product.
DEVICES: Mapping[str, Device] = {"phone": Device(360, 312, 328), "desktop": Device(1280, 738, 544)}
THEMES = ("light", "dark")
# How the document stands: in a shop's page by the script tag or as a plain iframe, or as a page of its own.
MODES = ("script", "iframe", "page")
_PLAIN = ("widget", "step", "state", "device", "theme", "locale", "context", "mode", "catalogue")
_PARAM = "params."


@dataclass(frozen=True)
class Scenario:
    """``state`` names a recorded behaviour of shopper and bank, ``step`` where it ends, ``context`` the shop and its
    shopper, ``params`` what the page asks beside, ``catalogue`` what the banks have published."""

    widget: str
    step: str
    state: str
    device: str
    theme: str
    locale: str
    context: str
    params: Mapping[str, str] = field(default_factory=dict)
    mode: str = "script"
    catalogue: str = "story"

    def query(self) -> str:
        """The whole scenario as the query of an address."""
        plain = [(name, getattr(self, name)) for name in _PLAIN]
        return urlencode(plain + [(_PARAM + name, value) for name, value in sorted(self.params.items())])

    @property
    def id(self) -> str:
        return hashlib.sha256(self.query().encode()).hexdigest()[:12]

    @classmethod
    def from_query(cls, query: str) -> Scenario:
        """The inverse of :meth:`query`; ``ValueError`` for anything else."""
        pairs = parse_qsl(query, keep_blank_values=True, strict_parsing=True)
        params = {name.removeprefix(_PARAM): value for name, value in pairs if name.startswith(_PARAM)}
        plain = {name: value for name, value in pairs if not name.startswith(_PARAM)}
        if set(plain) != set(_PLAIN) or len(pairs) != len(plain) + len(params):
            raise ValueError("a scenario names each of its parts once")
        return cls(**plain, params=params)

    @property
    def width(self) -> int:
        """CSS px of the document."""
        device = DEVICES[self.device]
        if self.mode == "page":
            return device.window
        return device.compact if self.params.get("shape") == "compact" else device.full
