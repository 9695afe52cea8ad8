"""Our own keys: they rotate under running processes, and what lies in the database stays readable."""

from __future__ import annotations

import fcntl
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from scenebank.clock import HandClock
from scenebank.config import BadConfig, load_config
from scenebank.errors import Conflict, NotFound
from scenebank.keys import KeyPlace, Keyring, KeysElsewhere
from scenebank.keys.document import OwnKeys
from scenebank.wiring import build_services

DAY_S = 24 * 3600
# As the first version wrote it.
FIRST_VERSION = {
    "root": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
    "signing_key": {
        "kty": "EC", "crv": "P-256", "kid": "dFXyy-jMcxNUTW4L1-CoxzG7cVcNiTk8bkz8bKtALvU",
        "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4", "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",
        "d": "870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE",
    },
}  # fmt: skip


class House:
    """Two processes on the same folder."""

    def __init__(self, folder: Path) -> None:
        self.clock = HandClock(datetime(2026, 11, 24, tzinfo=UTC))
        self.places = [KeyPlace(folder, self.clock) for _process in "12"]
        self.rings = [Keyring(place.read, self.clock) for place in self.places]

    def kids(self) -> list[str]:
        first, second = (ring.public_jwks()["keys"] for ring in self.rings)
        assert first == second
        assert all("d" not in key for key in first)
        return [key["kid"] for key in first]

    def signer(self) -> str:
        first, second = (ring.signing_key.kid for ring in self.rings)
        assert first == second
        return str(first)


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def test_made_once_for_ourselves_only(house: House, tmp_path: Path) -> None:
    assert house.rings[0].derive("x") == house.rings[1].derive("x") != house.rings[0].derive("y")
    assert (tmp_path / "keys.json").stat().st_mode & 0o777 == 0o600
    house.places[0].change(OwnKeys.with_new_ring_secret)
    assert (tmp_path / "keys.json").stat().st_mode & 0o777 == 0o600


def test_the_next_signing_key_is_published_a_day_before_and_the_old_one_a_day_after(house: House) -> None:
    old = house.signer()
    house.places[0].change(OwnKeys.with_next_signing_key)
    assert (house.signer(), len(house.kids())) == (old, 2)
    with pytest.raises(Conflict):
        house.places[1].change(OwnKeys.with_next_signing_key)
    house.clock.move(DAY_S - 1)
    assert house.signer() == old
    house.clock.move(1)
    new = house.signer()
    assert (new != old, house.kids()) == (True, [old, new])
    house.clock.move(DAY_S - 1)
    assert house.kids() == [old, new]
    house.clock.move(1)
    assert house.kids() == [new]


def test_an_emergency_leaves_one_new_key(house: House) -> None:
    old = house.signer()
    house.places[0].change(OwnKeys.with_next_signing_key)
    house.places[1].change(OwnKeys.with_other_signing_key)
    assert house.kids() == [house.signer()]
    assert house.signer() != old


def test_what_does_not_sign_can_be_retired(house: House) -> None:
    old = house.signer()
    house.places[0].change(OwnKeys.with_next_signing_key)
    (new,) = set(house.kids()) - {old}
    with pytest.raises(Conflict):
        house.places[0].change(lambda keys, now: keys.without_signing_key(old, now))
    with pytest.raises(NotFound):
        house.places[0].change(lambda keys, now: keys.without_signing_key("nobody", now))
    house.clock.move(DAY_S)
    house.places[0].change(lambda keys, now: keys.without_signing_key(old, now))
    assert house.kids() == [new]


def test_the_ring_holds_three_and_the_database_stays_readable(house: House) -> None:
    sealed = house.rings[0].derive("webhook-seal")
    seen = [house.rings[0].ring("session-tokens")]
    for _month in range(4):
        house.places[0].change(OwnKeys.with_new_ring_secret)
        seen.append(house.rings[1].ring("session-tokens"))
    assert [len(one) for one in seen] == [1, 2, 3, 3, 3]
    assert seen[2][:2] == seen[1]
    assert seen[3][:2] == seen[2][1:]
    house.places[1].change(OwnKeys.with_other_ring)
    (alone,) = house.rings[0].ring("session-tokens")
    assert alone not in seen[-1]
    assert [ring.derive("webhook-seal") for ring in house.rings] == [sealed, sealed]


def test_two_changes_at_once_both_count(house: House) -> None:
    def between(keys: OwnKeys, now: int) -> OwnKeys:
        lock = house.places[1]._path.with_name("keys.json.lock")
        with lock.open("w") as file, pytest.raises(BlockingIOError):  # the other process would wait
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return keys.with_new_ring_secret(now)

    house.places[0].change(between)
    house.places[1].change(OwnKeys.with_new_ring_secret)
    assert len(house.rings[0].ring("x")) == 3


def test_the_file_of_the_first_version_goes_on(tmp_path: Path) -> None:
    (tmp_path / "keys.json").write_text(json.dumps(FIRST_VERSION), "utf-8")
    house = House(tmp_path)
    assert house.kids() == [house.signer()] == [FIRST_VERSION["signing_key"]["kid"]]  # type: ignore[index]
    assert house.rings[0].ring("session-tokens") == [house.rings[0].derive("session-tokens")]
    seal = house.rings[0].derive("webhook-seal")
    house.places[0].change(OwnKeys.with_new_ring_secret)
    assert House(tmp_path).rings[0].derive("webhook-seal") == seal
    assert len(house.rings[1].ring("session-tokens")) == 2


def test_keys_from_the_environment(house: House, tmp_path: Path) -> None:
    given = (tmp_path / "keys.json").read_text("utf-8")
    config = load_config({"DATA_DIR": str(tmp_path / "other"), "SCENEBANK_KEYS": given})
    assert given not in repr(config)
    wired = build_services(config)
    assert wired.keys.signing_key.kid == house.signer()
    assert not (tmp_path / "other/keys.json").exists()
    with pytest.raises(KeysElsewhere):
        wired.key_place.change(OwnKeys.with_new_ring_secret)


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"root": "AA=="}', '{"version": 3, "root": "' + "A" * 43 + '="}'])
def test_what_is_no_keyring_stops_the_start(tmp_path: Path, text: str) -> None:
    (tmp_path / "keys.json").write_text(text, "utf-8")
    with pytest.raises(BadConfig, match="is not a keyring"):
        House(tmp_path)


def test_a_file_that_is_spoilt_later_is_not_followed(house: House, tmp_path: Path) -> None:
    before = house.signer()
    (tmp_path / "other").write_text("{", "utf-8")
    (tmp_path / "other").replace(tmp_path / "keys.json")
    assert house.signer() == before
    (tmp_path / "keys.json").unlink()
    assert house.signer() == before
