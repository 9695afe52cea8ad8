"""How a client asks the house: what it was told is written down, and what nobody answered is asked again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from scenebank.applications.model import Application
from scenebank.errors import ScenebankError
from scenebank.merchants.idempotency import StillRunning
from scenebank.merchants.model import Door
from tests.simulation.processes import ProcessDied
from tests.simulation.world import Shop, World


@dataclass(frozen=True)
class Unanswered:
    """Something nobody answered: asked again until somebody does."""

    what: str
    ask: Callable[[], bool]


class Asking:
    """``known`` are applications by id, as clients were told of them, ``shown`` the status they were told last."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.known: dict[str, Shop] = {}
        self.shown: dict[str, object] = {}
        self.unanswered: list[Unanswered] = []
        self._doors: dict[str, Door] = {}

    def again(self) -> None:
        """A client that had no answer asks again."""
        if self.unanswered:
            one = self.unanswered.pop(self.world.chance.randrange(len(self.unanswered)))
            if not one.ask():
                self.unanswered.append(one)

    def all_again(self) -> None:
        waiting, self.unanswered = self.unanswered, []
        self.unanswered += [one for one in waiting if not one.ask()]

    def tell(self, what: str, ask: Callable[[], Mapping[str, object]], **asked: object) -> bool:
        """Ask the web process, and write down what it said; False when nobody answered."""
        try:
            said = self.world.as_web(ask)
        except ProcessDied:
            self.world.say(what, outcome="no answer", **asked)
            return False
        except StillRunning:
            return False
        except ScenebankError as error:
            self.world.say(what, outcome=error.code, **asked)
            return True
        self.world.say(what, outcome="ok", **asked, **said)
        if "status" in said:
            self.shown[str(said["application"])] = said["status"]
        return True

    def until_answered(self, what: str, ask: Callable[[], Mapping[str, object]], **asked: object) -> None:
        def once() -> bool:
            return self.tell(what, ask, **asked)

        if not once():
            self.unanswered.append(Unanswered(what, once))

    def door(self, shop: Shop) -> Door:
        """With the newest key of the shop; looked up once a key, as old and new keys have an act of their own."""
        key = shop.secrets[-1][0]
        if key not in self._doors:
            self._doors[key] = self.world.house.web.merchants.door_by_secret_key(key)
        return self._doors[key]


def seen(application: Application) -> dict[str, object]:
    """What a client reads of an application."""
    return {"application": application.id, "status": application.status.value, "sequence": application.sequence}


