"""Who does something next."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tests.simulation.asking import Asking
from tests.simulation.shoppers import Shoppers
from tests.simulation.shops import Shops
from tests.simulation.world import World

_WEIGHTS: Mapping[str, int] = {
    "visit": 8, "submit": 14, "submit again": 4, "look": 14, "withdraw": 3, "withdraw a consent": 2,
    "accept the offer": 5, "sign": 12, "other at the bank": 5, "come back": 10, "settle": 20, "again": 10,
    "callback": 20, "read the feed": 4, "roll a key": 1, "use an old key": 1, "roll our own": 1, "seal": 2,
}  # fmt: skip


class Clients:
    """``act`` does one thing; ``acts`` is how many were done."""

    def __init__(self, world: World) -> None:
        self.asking = Asking(world)
        self.shops = Shops(self.asking)
        self.acts = 0
        self._chance = world.chance
        self._names, self._shares = list(_WEIGHTS), list(_WEIGHTS.values())
        shoppers, shops = Shoppers(self.asking), self.shops
        self._doings: dict[str, Callable[[], None]] = {
            "visit": shoppers.visit, "submit": shoppers.submit, "submit again": shoppers.submit_again,
            "look": shoppers.look, "withdraw": shoppers.withdraw, "withdraw a consent": shoppers.withdraw_consent,
            "accept the offer": shoppers.accept_offer, "sign": shoppers.sign, "other at the bank": shoppers.at_bank,
            "come back": shoppers.come_back, "settle": shops.settle, "again": self.asking.again,
            "callback": shops.tell_news, "read the feed": shops.read_feeds, "roll a key": shops.roll,
            "use an old key": shops.use_old_key, "roll our own": shops.roll_our_own, "seal": world.seal,
        }  # fmt: skip

    def act(self) -> None:
        self.acts += 1
        (name,) = self._chance.choices(self._names, self._shares)
        self._doings[name]()
