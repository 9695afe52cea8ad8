#!/usr/bin/env python3
"""Checks receipts of a Scenebank ledger, with Python 3.8 or later and nothing else: no library, no network.

    python3 verify_receipt.py keys.json receipt.json [more receipts or consistency proofs ...]

Exit 0: all files hold, and no two of them tell of different ledgers of one size. 1: one does not. 2: misused."""

import base64
import hashlib
import json
import sys
from pathlib import Path

# The curve P-256 (FIPS 186, SP 800-186): y*y = x*x*x - 3*x + B modulo P; G generates its N points.
P = 2**256 - 2**224 + 2**192 + 2**96 - 1
N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
G = (
    0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
)


class Refused(Exception):
    """What is wrong, in words."""


def require(holds, words):
    if not holds:
        raise Refused(words)


def number(raw):
    return int.from_bytes(raw, "big")


def unpack(text):
    """Base64url with one spelling only (RFC 7515)."""
    raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    require(base64.urlsafe_b64encode(raw).decode().rstrip("=") == text, "a value is not in its one spelling")
    return raw


def add(p, q):
    if p is None or q is None:
        return p or q
    if p[0] == q[0] and p[1] != q[1]:
        return None
    rise, run = (3 * p[0] * p[0] - 3, 2 * p[1]) if p == q else (q[1] - p[1], q[0] - p[0])
    slope = rise * pow(run, -1, P)
    x = (slope * slope - p[0] - q[0]) % P
    return x, (slope * (p[0] - x) - p[1]) % P


def times(factor, p):
    total = None
    while factor:
        total, p, factor = add(total, p) if factor & 1 else total, add(p, p), factor >> 1
    return total


def read_head(statement, keys):
    """A signed head (compact JWS, ES256): {size, root, time}."""
    header, payload, signature = (unpack(part) for part in statement.split("."))
    named = json.loads(header)
    require(named["alg"] == "ES256" and named["typ"] == "bis-head+jwt", "the head is not a statement of this kind")
    known = [one for one in keys["keys"] if one["kid"] == named["kid"]]
    require(known, "the head is signed with a key that is not in the set of keys")
    x, y = number(unpack(known[0]["x"])), number(unpack(known[0]["y"]))
    require(x < P and y < P and (y * y - x**3 + 3 * x - B) % P == 0, "the key is not on its curve")
    r, s = number(signature[:32]), number(signature[32:])
    require(len(signature) == 64 and 0 < r < N and 0 < s < N, "the head's signature is malformed")
    inverse, digest = pow(s, -1, N), number(hashlib.sha256(statement.rpartition(".")[0].encode()).digest())
    point = add(times(digest * inverse % N, G), times(r * inverse % N, (x, y)))
    require(point and point[0] % N == r, "the head's signature does not hold")
    head = json.loads(payload)
    return dict(head, root=unpack(head["root"]))


def node(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


def shifted(at, last):
    while at and not at & 1:
        at, last = at >> 1, last >> 1
    return at, last


def check_receipt(document, head):
    """RFC 9162, 2.1.3.2: the leaf stands at its place in the ledger of the head."""
    proof = document["proof"]
    at, last, leaf = proof["position"], head["size"] - 1, document["leaf"]
    require(type(at) is int and 0 <= at <= last, "the place is outside the ledger")
    root = hashlib.sha256(b"\x00" + leaf.encode()).digest()
    for sibling in map(unpack, proof["path"]):
        require(last, "the proof is too long")
        if at & 1 or at == last:
            root = node(sibling, root)
            at, last = shifted(at, last)
        else:
            root = node(root, sibling)
        at, last = at >> 1, last >> 1
    require(last == 0 and root == head["root"], "the entry is not in the ledger that was signed")
    require(json.loads(leaf)["receipt"] == document["receipt"], "the entry belongs to another receipt")


def check_consistency(document, first, second):
    """RFC 9162, 2.1.4.2: the ledger of the first head is the beginning of that of the second."""
    path, at, last = [unpack(one) for one in document["path"]], first["size"] - 1, second["size"] - 1
    require(0 <= at <= last, "the heads are in the wrong order")
    if at == last:
        require(not path and first["root"] == second["root"], "two ledgers of one size: somebody has rewritten it")
        return
    if first["size"] & at == 0:
        path.insert(0, first["root"])
    while at & 1:
        at, last = at >> 1, last >> 1
    require(path, "the proof is too short")
    old = new = path[0]
    for sibling in path[1:]:
        require(last, "the proof is too long")
        if at & 1 or at == last:
            old, new = node(sibling, old), node(sibling, new)
            at, last = shifted(at, last)
        else:
            new = node(new, sibling)
        at, last = at >> 1, last >> 1
    holds = last == 0 and old == first["root"] and new == second["root"]
    require(holds, "the later ledger does not begin with the earlier one: somebody has rewritten it")


def check(document, keys, roots):
    """What a file proves, in words. ``roots`` are those of all heads seen, by size."""
    if "leaf" in document:
        require(document["proof"], "the receipt is still being sealed: fetch it again in a few seconds")
        heads = [read_head(document["proof"]["head"], keys)]
        check_receipt(document, heads[0])
        words = f"{document['leaf']}\n  stands at place {document['proof']['position']} of"
    else:
        heads = [read_head(document[name], keys) for name in ("first", "second")]
        check_consistency(document, *heads)
        words = f"  the ledger of size {heads[0]['size']}, signed {heads[0]['time']}, is the beginning of"
    for head in heads:
        same = roots.setdefault(head["size"], head["root"]) == head["root"]
        require(same, f"there are two ledgers of size {head['size']}: somebody has rewritten it")
    return f"{words} the ledger of size {heads[-1]['size']}, signed {heads[-1]['time']}"


def main(names):
    if len(names) < 2:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        keys, *documents = [json.loads(Path(name).read_text("utf-8")) for name in names]
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    roots, code = {}, 0
    for position, document in enumerate(documents, 1):
        try:
            print(f"{names[position]}: HOLDS\n{check(document, keys, roots)}")
        except (Refused, ValueError, LookupError, TypeError, AttributeError) as error:
            code = 1
            print(f"{names[position]}: REFUSED: {error if type(error) is Refused else 'not a receipt or a proof'}")
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
