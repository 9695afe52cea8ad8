"""The verifier of the documentation accepts every good proof and refuses every altered one, and tells two ledgers of
one size apart. It imports nothing of ours and runs on Python alone."""

from __future__ import annotations

import ast
import copy
import json
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from scenebank.receipts.heads import base64url
from scenebank.receipts.tree import Edge, consistency_ranges, cover, fold, inclusion_ranges, leaf_hash
from tests.support.databases import database_of
from tests.support.ledger import VERIFIER, Ledger, outside

BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
SOME_AND_ALL = [pytest.param(300, 100, id="some"), pytest.param(10_000, 1000, id="all", marks=pytest.mark.long)]


def is_good(verifier: Any, keys: dict[str, Any], *documents: dict[str, Any]) -> bool:
    roots: dict[int, bytes] = {}
    try:
        for document in documents:
            verifier.check(document, keys, roots)
    except (verifier.Refused, ValueError, LookupError, TypeError, AttributeError):
        return False
    return True


def altered_text(text: str, choice: random.Random) -> str:
    """One character replaced, put in or taken out."""
    at, other = choice.randrange(len(text)), choice.choice(BASE64)
    if choice.random() < 0.2:
        return text[:at] + text[at + 1 :] if choice.random() < 0.5 else text[:at] + other + text[at:]
    return text[:at] + (other if other != text[at] else "." if other != "." else "-") + text[at + 1 :]


def altered(document: dict[str, Any], choice: random.Random) -> dict[str, Any]:
    """One thing other than it was."""
    made = copy.deepcopy(document)
    proof = made["proof"]
    kind = choice.choice(("leaf", "receipt", "position", "head", "head", "path", "path", "longer", "shorter", "order"))
    if kind in ("leaf", "receipt"):
        made[kind] = altered_text(made[kind], choice)
    elif kind == "position":
        proof["position"] = choice.choice([one for one in (-1, 0, 1, 7, 2**40) if one != proof["position"]])
    elif kind == "head":
        proof["head"] = altered_text(proof["head"], choice)
    elif kind == "path":
        at = choice.randrange(len(proof["path"]))
        proof["path"][at] = altered_text(proof["path"][at], choice)
    elif kind == "longer":
        proof["path"].insert(choice.randrange(len(proof["path"])), proof["path"][0][::-1][:42] + "A")
    elif kind == "shorter":
        del proof["path"][choice.randrange(len(proof["path"]))]
    else:
        proof["path"].append(proof["path"].pop(0))
    return made


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.long)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A proof knows nothing of the database it came from: the other kind is for the long run."""
    return database_of(request, tmp_path)


@pytest.mark.parametrize(("size", "count"), SOME_AND_ALL)
def test_good_proofs_hold_and_altered_ones_do_not(database_url: str, tmp_path: Path, size: int, count: int) -> None:
    ledger, verifier, choice = Ledger(database_url, tmp_path), outside(), random.Random(6962)
    ledger.fill(size)
    keys, ids = ledger.keys(), ledger.ids()
    good = [ledger.proof(one) for one in (ids[0], ids[-1], *choice.sample(ids, min(size, count)))]
    assert all(is_good(verifier, keys, one) for one in good)
    refused = [is_good(verifier, keys, altered(choice.choice(good), choice)) for _one in range(count)]
    assert refused == [False] * count


@pytest.mark.parametrize("size", [10_000])
def test_a_proof_is_at_most_2_kb(database_url: str, tmp_path: Path, size: int) -> None:
    ledger = Ledger(database_url, tmp_path)
    ledger.fill(size)
    for receipt in (*ledger.ids()[:4], *random.Random(1).sample(ledger.ids(), 20)):
        answer = ledger.scene.client.get(f"/r/{receipt}", headers={"Accept": "application/json"})
        assert 500 < len(answer.data) <= 2000
        assert is_good(outside(), ledger.keys(), ledger.proof(receipt))


@pytest.mark.parametrize(("size", "count"), SOME_AND_ALL)
def test_heads_are_consistent_between_random_sizes(database_url: str, tmp_path: Path, size: int, count: int) -> None:
    ledger, verifier, choice = Ledger(database_url, tmp_path), outside(), random.Random(9162)
    ledger.fill(size)
    keys, sizes = ledger.keys(), ledger.sizes()
    for _one in range(count // 4):
        first, second = sorted(choice.choices(sizes, k=2))
        proof = ledger.consistency(first, second)
        assert is_good(verifier, keys, proof), (first, second)
        assert first == second or not is_good(verifier, keys, proof | {"first": proof["second"]})
        if proof["path"]:
            at = choice.randrange(len(proof["path"]))
            path = [*proof["path"][:at], *proof["path"][at + 1 :]]
            assert not is_good(verifier, keys, proof | {"path": path}), (first, second)


def test_all_small_trees() -> None:
    """Every place of every size up to 40, and every pair of sizes, heads made by hand."""
    verifier = outside()
    entries = [f'{{"receipt":"rcp_{one}"}}' for one in range(40)]
    leaves = [leaf_hash(one.encode()) for one in entries]
    nodes: dict[tuple[int, int], bytes] = {}
    edge, roots = Edge(), [b""]
    for one in leaves:
        edge.add(one, nodes.__setitem__)
        roots.append(edge.root)

    def path(ranges: list[tuple[int, int]]) -> list[str]:
        return [base64url(fold(nodes[one] for one in cover(low, high))) for low, high in ranges]

    for size in range(1, 41):
        head = {"size": size, "root": roots[size]}
        for at in range(size):
            proof = {"position": at, "path": path(inclusion_ranges(at, size))}
            document = {"leaf": entries[at], "receipt": f"rcp_{at}", "proof": proof}
            verifier.check_receipt(document, head)
            with pytest.raises(verifier.Refused):
                verifier.check_receipt(document | {"leaf": entries[at - 1] + " "}, head)
        for first in range(1, size + 1):
            earlier = {"size": first, "root": roots[first]}
            verifier.check_consistency({"path": path(consistency_ranges(first, size))}, earlier, head)
            with pytest.raises(verifier.Refused):
                wrong = {"size": first, "root": roots[first - 1] or b"x" * 32}
                verifier.check_consistency({"path": path(consistency_ranges(first, size))}, wrong, head)


def test_a_fork_is_seen(database_url: str, tmp_path: Path) -> None:
    """Somebody with the database and the key rewrites an entry and signs anew: the head a shop kept shows it."""
    ledger, verifier = Ledger(database_url, tmp_path), outside()
    ledger.fill(30)
    kept = ledger.proof(ledger.ids()[0])
    old_head = kept["proof"]["head"]
    rewrite(ledger, 5)
    assert ledger.first_bad() is None  # inside, all is well again
    keys, now = ledger.keys(), ledger.proof(ledger.ids()[1])
    assert is_good(verifier, keys, kept)
    assert is_good(verifier, keys, now)
    assert not is_good(verifier, keys, kept, now)
    same = {"first": old_head, "second": now["proof"]["head"], "path": []}
    assert not is_good(verifier, keys, same)
    ledger.fill(50)
    proof = ledger.consistency(30, 50)
    assert is_good(verifier, keys, proof)
    assert not is_good(verifier, keys, proof | {"first": old_head})
    assert not is_good(verifier, keys, kept, proof)


def rewrite(ledger: Ledger, at: int) -> None:
    """As the one who runs the ledger could, with its own key."""
    ledger.sql(
        "UPDATE receipts SET leaf = replace(leaf, '129900', '129901') WHERE position = :at",
        "DELETE FROM receipt_nodes", "DELETE FROM receipt_heads", "UPDATE receipts SET position = NULL", at=at,
    )  # fmt: skip
    ledger.service.seal()


def test_another_key_and_another_kind_of_statement_are_refused(database_url: str, tmp_path: Path) -> None:
    """The key that signs to banks is none of the ledger's, and what it signs is no head."""
    ledger, verifier = Ledger(database_url, tmp_path), outside()
    ledger.fill(9)
    proof = ledger.proof(ledger.ids()[3])
    own, others = ledger.keys(), ledger.scene.wired.keys.public_jwks()
    assert is_good(verifier, own, proof)
    assert not is_good(verifier, others, proof)
    assert own["keys"][0]["kid"] != others["keys"][0]["kid"]
    disguised = {"keys": [others["keys"][0] | {"kid": own["keys"][0]["kid"]}]}
    assert not is_good(verifier, disguised, proof)


def test_it_runs_alone(database_url: str, tmp_path: Path) -> None:
    """In a folder of its own, without our packages; what it imports is Python's own."""
    ledger = Ledger(database_url, tmp_path / "ledger")
    ledger.fill(9)
    files = {
        "keys.json": ledger.keys(), "receipt.json": ledger.proof(ledger.ids()[3]),
        "proof.json": ledger.consistency(ledger.sizes()[0], 9),
    }  # fmt: skip
    for name, document in files.items():
        (tmp_path / name).write_text(json.dumps(document), "utf-8")
    (tmp_path / "verify.py").write_text(VERIFIER.read_text("utf-8"), "utf-8")
    (tmp_path / "bad.json").write_text(json.dumps(files["receipt.json"] | {"receipt": "rcp_1"}), "utf-8")
    assert verify_alone(tmp_path, "keys.json", "receipt.json", "proof.json") == 0
    assert verify_alone(tmp_path, "keys.json", "receipt.json", "bad.json") == 1
    assert verify_alone(tmp_path, "keys.json") == 2
    assert verify_alone(tmp_path, "keys.json", "none.json") == 2
    tree = ast.parse(VERIFIER.read_text("utf-8"))
    imported = {one.name for node in ast.walk(tree) if isinstance(node, ast.Import) for one in node.names}
    assert imported | {"pathlib"} <= set(sys.stdlib_module_names)


def verify_alone(folder: Path, *names: str) -> int:
    command = [sys.executable, "-I", "-S", "verify.py", *names]
    return subprocess.run(command, cwd=folder, capture_output=True, timeout=60).returncode
