"""Where our keys are kept: one file all processes read again when it has changed, or the environment."""

from __future__ import annotations

import fcntl
import logging
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from scenebank.clock import Clock, SystemClock, milliseconds
from scenebank.config import BadConfig
from scenebank.errors import Conflict
from scenebank.keys.document import NotAKeyring, OwnKeys, from_text, new_keys, to_text
from scenebank.keys.keyring import Keyring

_FILE = "keys.json"
_log = logging.getLogger(__name__)
_Stamp = tuple[int, int, int]


class KeysElsewhere(Conflict):
    """The keys come from the environment, and are changed there."""

    code = "keys_elsewhere"


class KeyPlace:
    """``given`` is the document itself (``SCENEBANK_KEYS``), empty for ``DATA_DIR/keys.json``, which is made with the
    first use: of two processes that start together, both get the same keys."""

    def __init__(self, data_dir: Path, clock: Clock, given: str = "") -> None:
        self._path = data_dir / _FILE
        self._clock = clock
        self._given = _parsed(given, "SCENEBANK_KEYS") if given else None
        self._kept: tuple[_Stamp, OwnKeys] | None = None

    def read(self) -> OwnKeys:
        """One ``stat`` where nothing has changed. A file that cannot be read any more is told in the log, and the keys
        of before go on."""
        if self._given is not None:
            return self._given
        if self._kept is None:
            if not self._path.exists():
                self._create()
            stamp = _stamp(self._path)
            self._kept = (stamp, self._load())
            return self._kept[1]
        stamp, keys = self._kept
        try:
            newer = _stamp(self._path)
            if newer != stamp:
                keys = self._load()
                self._kept = (newer, keys)
        except (OSError, BadConfig) as error:
            _log.error("%s: the keys of before go on: %s", self._path.name, error)
        return keys

    def change(self, how: Callable[[OwnKeys, int], OwnKeys]) -> OwnKeys:
        """The keys after ``how``, which gets the present ones and the time in ms; of two changes at once, one waits.
        :class:`KeysElsewhere`."""
        if self._given is not None:
            raise KeysElsewhere("the keys come from SCENEBANK_KEYS: change them there, and start again")
        self.read()
        with self._locked():
            changed = how(self._load(), self.now_ms())
            self._written(changed).replace(self._path)
            self._kept = (_stamp(self._path), changed)
        return changed

    def now_ms(self) -> int:
        return milliseconds(self._clock.now())

    def _load(self) -> OwnKeys:
        return _parsed(self._path.read_text("utf-8"), str(self._path))

    def _create(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        scratch = self._written(new_keys(self.now_ms()))
        try:
            os.link(scratch, self._path)  # fails where another process was quicker: its keys are the ones
        except FileExistsError:
            pass
        finally:
            scratch.unlink()

    def _written(self, keys: OwnKeys) -> Path:
        scratch = self._path.with_name(f"{_FILE}.{os.getpid()}.{secrets.token_hex(4)}")
        descriptor = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(to_text(keys))
            file.flush()
            os.fsync(file.fileno())
        return scratch

    @contextmanager
    def _locked(self) -> Iterator[None]:
        descriptor = os.open(self._path.with_name(f"{_FILE}.lock"), os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


def load_keyring(data_dir: Path, clock: Clock | None = None) -> Keyring:
    """The keyring of this data directory."""
    clock = clock or SystemClock()
    return Keyring(KeyPlace(data_dir, clock).read, clock)


def _parsed(text: str, where: str) -> OwnKeys:
    try:
        return from_text(text)
    except NotAKeyring as error:
        raise BadConfig(f"{where} is not a keyring: {error}") from None


def _stamp(path: Path) -> _Stamp:
    found = path.stat()
    return found.st_ino, found.st_mtime_ns, found.st_size
