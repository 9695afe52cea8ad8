"""What many tests begin with is made once by each process of tests, and copied."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from collections.abc import Hashable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from scenebank.config import Config

_DATABASE, _KEYS = "scenebank.sqlite3", "keys.json"


class Prepared:
    """Data folders with a SQLite file, by what is in them."""

    def __init__(self) -> None:
        self._folder = TemporaryDirectory(prefix="prepared")
        self._made: dict[Hashable, Path] = {}

    @contextlib.contextmanager
    def begun(self, config: Config, content: Hashable) -> Iterator[bool]:
        """Whether the data folder, which nobody uses yet, has that content now, and its keys with it. If not, the block
        fills it, for all who come after. Folders with something in them, and those whose database stands elsewhere, are
        filled every time."""
        folder = config.data_dir
        is_new = config.database_url == f"sqlite:///{folder / _DATABASE}" and not (
            (folder / _DATABASE).exists() or (folder / _KEYS).exists()
        )
        made = self._made.get(content) if is_new else None
        if made is not None:
            for name in (_DATABASE, _KEYS):
                shutil.copy(made / name, folder / name)
        yield made is not None
        if is_new and made is None:
            self._keep(folder, content)

    def _keep(self, folder: Path, content: Hashable) -> None:
        made = Path(self._folder.name) / str(len(self._made))
        made.mkdir()
        shutil.copy(folder / _KEYS, made / _KEYS)
        with contextlib.closing(sqlite3.connect(folder / _DATABASE)) as connection:
            connection.execute("VACUUM INTO ?", (str(made / _DATABASE),))
        self._made[content] = made


PREPARED = Prepared()
