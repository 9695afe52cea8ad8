"""Words that occur nowhere else, in every spelling they may have on their way, and the places where they are sought."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from urllib.parse import quote, quote_plus

from sqlalchemy import MetaData, create_engine, inspect, select


def spellings(word: str) -> set[str]:
    """As it is, in addresses, forms, JSON and HTML, and in base64 at each of its three offsets."""
    found = {word, quote(word, safe=""), quote(word), quote_plus(word), json.dumps(word)[1:-1], escape(word)}
    found |= {json.dumps(word, ensure_ascii=False)[1:-1], quote(quote(word, safe=""), safe="")}
    raw = word.encode()
    for before in range(3):
        coded = b64encode(b"\0" * before + raw).decode().rstrip("=")
        # The first characters also hold what stands before, the last what stands behind.
        middle = coded[(0, 2, 3)[before] : len(coded) - (1 if (before + len(raw)) % 3 else 0)]
        found |= {middle, middle.translate(str.maketrans("+/", "-_"))}
    return {one for one in found if len(one) >= 6}


@dataclass
class Canaries:
    """``words`` by what they are; each is put somewhere with a request."""

    words: dict[str, str] = field(default_factory=dict)

    def add(self, what: str, word: str) -> str:
        assert len(word) >= 8, (what, word)
        self.words[f"{what} {len(self.words)}"] = word
        return word

    def seen(self, place: str, text: str) -> list[tuple[str, str]]:
        """``(place, what)`` of each that stands there."""
        return [(place, what) for what, pattern in self._patterns() if pattern.search(text)]

    def _patterns(self) -> Iterator[tuple[str, re.Pattern[str]]]:
        for what, word in self.words.items():
            yield what, re.compile("|".join(sorted(map(re.escape, spellings(word)))))


def log_texts(folder: Path) -> dict[str, str]:
    """All that any process wrote, by the name of its log."""
    return {file.stem: file.read_text("utf-8", "replace") for file in sorted(folder.glob("*.log"))}


def database_texts(url: str) -> dict[str, str]:
    """All values of every column there is, the engine's too, by ``table.column``."""
    engine = create_engine(url)
    found: dict[str, str] = {}
    schemas: Iterable[str | None] = [None] if engine.dialect.name == "sqlite" else [None, "dbos"]
    with engine.connect() as connection:
        for schema in schemas:
            metadata = MetaData()
            metadata.reflect(engine, schema=schema)
            assert inspect(engine).get_table_names(schema=schema)
            for table in metadata.sorted_tables:
                for row in connection.execute(select(table)).mappings():
                    for name, value in row.items():
                        text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
                        found[f"{table.name}.{name}"] = found.get(f"{table.name}.{name}", "") + "\n" + text
    engine.dispose()
    return found
