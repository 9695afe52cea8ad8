"""``make new-widget`` and ``make new-bank`` in a copy of the house; what ``make check`` says of a planted import."""

from __future__ import annotations

import difflib
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[2]
_HOUSE = (
    "app.py", "Makefile", "pyproject.toml", "scenebank", "widgets", "sandbox_bank", "demo_shop", "templates", "static",
    "tests", "tools",
)  # fmt: skip
_BIN = Path(sys.executable).parent
_TYPES_SEEN = ".mypy_cache"
REGISTRIES = {"widget": Path("widgets/__init__.py"), "bank": Path("scenebank/banks/__init__.py")}


@pytest.fixture
def house(tmp_path: Path) -> Path:
    copy = tmp_path / "house"
    copy.mkdir()
    for name in _HOUSE:
        source = _ROOT / name
        if source.is_dir():
            shutil.copytree(source, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, copy / name)
    return copy


def run(house: Path, *command: str, **environ: str) -> subprocess.CompletedProcess[str]:
    of_make = ("NAME", "MAKEFLAGS", "MFLAGS", "MAKELEVEL")
    inherited = {name: value for name, value in os.environ.items() if name not in of_make}
    return subprocess.run(command, cwd=house, env=inherited | environ, capture_output=True, text=True, timeout=300)


def make(house: Path, what: str, *variables: str) -> subprocess.CompletedProcess[str]:
    return run(house, "make", "--no-print-directory", what, f"PYTHON={sys.executable}", *variables)


def texts(house: Path) -> dict[Path, str]:
    """Every file there is, by what is in it."""
    found = {}
    for path in house.rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts and _TYPES_SEEN not in path.parts:
            found[path.relative_to(house)] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def added_lines(before: str, after: str) -> list[str]:
    found = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=0)
    return [line for line in found if line[:1] in "+-" and line[:3] not in ("+++", "---")]


def test_both_change_one_shared_line_each_and_everything_stays_green(house: Path) -> None:
    if (_ROOT / _TYPES_SEEN).exists():  # what has been checked and copied is not checked again
        shutil.copytree(_ROOT / _TYPES_SEEN, house / _TYPES_SEEN)
    before = texts(house)
    shared = {kind: (house / path).read_text("utf-8") for kind, path in REGISTRIES.items()}
    for kind in REGISTRIES:
        done = make(house, f"new-{kind}", "NAME=sapling")
        assert done.returncode == 0, done.stderr
    after = texts(house)
    assert {path for path in before if before[path] != after.get(path)} == set(REGISTRIES.values())
    for kind, path in REGISTRIES.items():
        assert added_lines(shared[kind], (house / path).read_text("utf-8")) == ['+    "sapling",']
    new = sorted(str(path) for path in set(after) - set(before) if path.suffix == ".py")
    assert all("sapling" in path for path in new)
    tests = ["tests/contracts/widgets", "tests/contracts/banks/test_every_adapter.py", "-k", "sapling",
             "tests/widgets/test_sapling.py", "tests/contracts/banks/test_sapling.py"]  # fmt: skip
    for command in (
        ("ruff", "check", "--no-cache", *new),
        ("mypy", "--strict", "--cache-dir", _TYPES_SEEN, *new),
        ("lint-imports",),
        ("pytest", *tests),
    ):
        checked = run(house, str(_BIN / command[0]), *command[1:])
        assert checked.returncode == 0, f"{command[0]}: {checked.stdout}{checked.stderr}"
    assert "failed" not in checked.stdout
    assert int(checked.stdout.split(" passed")[0].split()[-1]) > 150


@pytest.mark.parametrize(
    ("what", "name", "says"),
    [
        ("new-widget", "Probe", "'Probe' is no name"),
        ("new-widget", "my-sapling", "'my-sapling' is no name"),
        ("new-widget", "1sapling", "'1sapling' is no name"),
        ("new-widget", "class", "'class' is no name"),
        ("new-widget", "../sapling", "'../sapling' is no name"),
        ("new-widget", "a b", "'a b' is no name"),
        ("new-widget", "a\"; touch oops; \"", "is no name"),
        ("new-widget", "付款", "is no name"),
        ("new-widget", "loan", "widgets/loan is there already"),
        ("new-widget", "texts", "widgets/texts is there already"),
        ("new-bank", "Probe", "'Probe' is no name"),
        ("new-bank", "origination", "scenebank/banks/origination is there already"),
        ("new-bank", "http", "scenebank/banks/http is there already"),
        ("new-bank", "every_adapter", "tests/contracts/banks/test_every_adapter.py is there already"),
        ("new-widget", None, "a name is missing: make new-widget NAME=probe"),
        ("new-bank", "", "a name is missing: make new-bank NAME=probe"),
    ],
)
def test_a_bad_name_is_refused_in_one_line(house: Path, what: str, name: str | None, says: str) -> None:
    before = texts(house)
    done = make(house, what, *([] if name is None else [f"NAME={name}"]))
    assert done.returncode != 0
    line, *of_make = done.stderr.splitlines()
    assert line.startswith(f"{what}: ")
    assert says in line
    assert all(one.startswith("make: ***") for one in of_make)
    assert texts(house) == before


def test_planted_imports_are_named(house: Path) -> None:
    planted = (
        ("scenebank/merchants/model.py", "import flask", "scenebank.merchants.model is not allowed to import flask"),
        ("widgets/loan/__init__.py", "import requests", "widgets.loan is not allowed to import requests"),
        ("widgets/lending/plans.py", "import flask", "widgets.lending.plans is not allowed to import flask"),
        ("scenebank/money/model.py", "import scenebank.offers.model", "scenebank.money is not allowed to import"),
        ("sandbox_bank/rates.py", "import scenebank.money.model", "sandbox_bank is not allowed to import scenebank"),
    )
    for path, line, _says in planted:
        file = house / path
        file.write_text(file.read_text("utf-8") + f"\n{line}\n", "utf-8")
    checked = run(house, str(_BIN / "lint-imports"))
    assert checked.returncode == 1
    words = " ".join(checked.stdout.split())
    assert [says for _path, _line, says in planted if says not in words] == []
