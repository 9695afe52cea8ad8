"""How each defence is taken away: by the number of its row, what to change in which file.

A new row needs one entry here. ``before`` stands exactly once in its file, or the patch is out of date."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple


class Edit(NamedTuple):
    file: str
    before: str
    after: str


class Outdated(Exception):
    """The source is no longer what the patch was written for."""


def edited(edit: Edit, text: str) -> str:
    """The file's text without its defence; :class:`Outdated`."""
    found = text.count(edit.before)
    if found != 1:
        raise Outdated(f"{edit.file}: {found} times, not once: {edit.before.strip().splitlines()[0]}")
    return text.replace(edit.before, edit.after)


def apply(edits: tuple[Edit, ...], root: Path) -> dict[Path, str]:
    """Changes the files below ``root``; what they were. :class:`Outdated`, with nothing changed."""
    before: dict[Path, str] = {}
    after: dict[Path, str] = {}
    for edit in edits:
        file = root / edit.file
        if file not in before:
            before[file] = file.read_text("utf-8")
        after[file] = edited(edit, after.get(file, before[file]))
    for file, text in after.items():
        file.write_text(text, "utf-8")
    return before


_SERVICE, _TOKENS, _OFFLINE = (f"scenebank/sessions/{name}.py" for name in ("service", "tokens", "offline"))
_COMPACT, _POLICIES = "scenebank/jose/compact.py", "scenebank/web/embed/policies.py"
_SUBMISSION, _SUBMIT_LINK = (f"scenebank/applications/{name}.py" for name in ("submission", "submit_link"))
_PUBLISHING = "scenebank/catalogue/publishing"
_FETCHING = "scenebank/catalogue/cdr/fetching.py"
_BANK_SIDE, _FRAME, _LOADER = "sandbox_bank/assertions.py", "static/frame/frame.js", "static/loader/scene.js"

PATCHES: dict[int, tuple[Edit, ...]] = {
    1: (  # every use of a token is its first, wherever it is
        Edit(_SERVICE, "jti=launch.token_id, nonce_hash", "jti=secrets.token_hex(16), nonce_hash"),
        Edit(_SERVICE, "id=session_id, merchant_id=launch", 'id=f"ses_{secrets.token_hex(16)}", merchant_id=launch'),
        Edit(_SERVICE, "if frame_origin is not None and frame_origin != launch.origin:", 'if frame_origin == "":'),
    ),
    2: (Edit(_POLICIES, "f\"{script} 'nonce-{nonce}'\"", "\"'unsafe-inline'\""),),
    3: (
        Edit("scenebank/web/headers.py", '"Referrer-Policy": "no-referrer"', '"Referrer-Policy": "unsafe-url"'),
        Edit(_FRAME, 'delete detail.ctx.request.headers["HX-Current-URL"]', "detail"),
    ),
    4: (  # the header decides, may say that nothing was signed, and has whatever members it likes
        Edit(_COMPACT, 'if self.header.get("alg") not in key.names:\n            raise BadJws("alg")',
             'if self.header.get("alg") == "none":\n            return'),
        Edit(_COMPACT, "if not set(header) <= _HEADER or ", "if "),
        Edit(_COMPACT, '_SHAPE = re.compile(r"[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]*\\.[A-Za-z0-9_-]+")',
             '_SHAPE = re.compile(r"[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]*\\.[A-Za-z0-9_-]*")'),
    ),
    5: (  # a name of a key is a pattern
        Edit(_OFFLINE, '_KID = re.compile(r"[A-Za-z0-9_-]{1,64}")', '_KID = re.compile(r"(?s).*")'),
        Edit("scenebank/merchants/service.py", "(table.c.value == kid)", "table.c.value.like(kid)"),
    ),
    6: (Edit(_TOKENS, '"session.v1", "resume.v1"', '"session.v1", "session.v1"'),),
    7: (
        Edit(_TOKENS, "return base64_encode(base64_decode(part)).decode() == part", "return bool(base64_decode(part))"),
        Edit(_COMPACT, 'if urlsafe_b64encode(raw).decode().rstrip("=") != text:', "if not urlsafe_b64encode(raw):"),
    ),
    8: (  # a token is its text
        Edit(_SERVICE, "launch = read_offline(token, audience, self._clock.now(), self._merchants)",
             "launch = read_offline(token, audience, self._clock.now(), self._merchants)\n"
             "            launch = replace(launch, token_id=_hash(token))"),
    ),
    9: (
        Edit(_SERVICE, "if launch.merchant_id != door.merchant.id:", "if not launch.merchant_id:"),
        Edit("scenebank/webhooks/store.py", 'webhook_endpoints.c.merchant_id == bindparam("merchant"), ', ""),
    ),
    10: (Edit("scenebank/web/embed/requests.py", "amount=session.amount or scene.amount", "amount=scene.amount"),),
    11: (Edit(_BANK_SIDE, '"body": claims["bdg"] == _digest(heard.body)', '"body": bool(_digest(heard.body))'),),
    12: (
        Edit(_POLICIES, "f\"frame-ancestors {' '.join(ancestors) or chr(39) + 'none' + chr(39)}\"",
             '"frame-ancestors *"'),
    ),
    13: (
        Edit(_LOADER, "event.source !== this.#frame.contentWindow || event.origin !== host) return;", "false) return;"),
        Edit(_FRAME, "event.source !== parent || !data || data.bis !== 1 || data.channel !== channel", "!data"),
    ),
    14: (Edit("scenebank/web/embed/rendering.py", "autoescape=True", "autoescape=False"),),
    15: (
        Edit("scenebank/webhooks/networks.py", "return not any(address in network for network in _INSIDE_4)",
             "return bool(_INSIDE_4)"),
        Edit("scenebank/webhooks/addresses.py", '+[a-z](?:[a-z0-9-]{{0,61}}[a-z0-9])"', '*[a-z0-9-]+"'),
    ),
    16: (Edit("scenebank/webhooks/signing.py", 'f"{message_id}.{timestamp}.".encode()', 'f"{message_id}.".encode()'),),
    17: (  # every press is a submission of its own, and every try at the bank: nothing is asked first
        Edit(_SUBMISSION,
             "return str(uuid.UUID(bytes=hmac.digest(secret, message.encode(), hashlib.sha256)[:16], version=4))",
             "return str(uuid.uuid4())"),
        Edit(_SUBMISSION, "open_order=open_order(session.merchant_id, session.mode, order_of(session))",
             'open_order=new_id("open")'),
        Edit(_SUBMIT_LINK, "if started.earlier:", "if not started:"),
        Edit(_SUBMIT_LINK, "return bank.submit(order)",
             "import dataclasses, uuid\n        key = str(uuid.uuid4()) if started.earlier else order.key\n"
             "        return bank.submit(dataclasses.replace(order, key=key))"),
    ),
    18: (  # whoever writes an event waits for nobody, and between a change and its news a few are lost
        Edit("scenebank/webhooks/store.py", 'connection.execute(_LOCKED_MERCHANT, {"id": values["merchant_id"]})',
             'connection.execute(_LOCKED_MERCHANT, {"id": ""})'),
        Edit("scenebank/webhooks/events.py", "event = self.write(connection, merchant_id, mode, event_type, data)",
             "event = self.write(connection, merchant_id, mode, event_type, data)\n"
             "        if event.number % 5 == 0:\n            return"),
    ),
    19: (
        Edit("scenebank/sessions/requests.py",
             'return Signals(values, consent["version"]) if values and consent.get("signals") else None',
             'return Signals(values, consent.get("version") or "none") if values else None'),
    ),
    20: (
        Edit("scenebank/web/api/doors.py", "if from_browser():", "if not from_browser:"),
        Edit("scenebank/merchants/key_service.py", 'if row is not None and self._revoke(connection, row["id"]):',
             "if row is not None:"),
    ),
    21: (Edit(_TOKENS, "list(self._ring()),", "list(self._ring())[-1:],"),),
    22: (
        Edit(_TOKENS, 'if age_s > IDLE_S or payload["x"] <= self._clock.now().timestamp():', "if age_s > LIFE_S:"),
        Edit(_TOKENS, "IDLE_S = 15 * 60", "IDLE_S, LIFE_S = 15 * 60, 10**9"),
        Edit(_SERVICE, "if session.expires_at <= self._clock.now() or session", "if session"),
    ),
    23: (
        Edit("scenebank/jose/strict_json.py", "if deepest is not None and _depth(document) > deepest:",
             "if deepest is not None and deepest < 0:"),
        Edit(_COMPACT, "if len(token) > longest or not", "if longest < 0 or not"),
    ),
    24: tuple(Edit(file, "LEEWAY_S = 10", "LEEWAY_S = 0") for file in (_TOKENS, _OFFLINE, _BANK_SIDE)),
    25: (Edit(_SERVICE, "self._logouts.check(launch)", "self._logouts"),),
    26: (Edit(_FRAME, 'addEventListener("pagehide", () => shown("hidden"));', ""),),
    27: (
        Edit("scenebank/receipts/verification.py",
             'problem = _wrong_columns(row) if hashed == stored else "the entry is not the one that was sealed"',
             "problem = _wrong_columns(row) if hashed else None"),
        Edit("docs/verify_receipt.py", "require(same, ", "require(True, "),
    ),
    28: (
        Edit("scenebank/web/quotas.py", "    if standing.spent:\n        _refuse(wired, standing)",
             "    _note(standing)"),
        Edit("scenebank/web/api/keys.py", 'take_of_network(wired, "report")', "take_of_network"),
    ),
    29: (
        Edit("scenebank/web/quotas.py", "        wired.metrics.limited.labels(standing.policy).inc()\n"
             "        raise QuotaSpent(standing)", "        wired.metrics.limited.labels(standing.policy).inc()"),
        Edit("scenebank/web/quotas.py", "FAILURE = 9", "FAILURE = 0"),
    ),
    30: (
        Edit("app.py", "ProxyFix(app.wsgi_app, wired.config.trusted_proxies, 0, 0)", "ProxyFix(app.wsgi_app, 9, 0, 0)"),
    ),
    31: (
        Edit("scenebank/web/records.py", '"route": route, "method": method,',
             '"route": request.full_path, "method": method,'),
        Edit("scenebank/logs.py", '"kind": type(error).__qualname__', '"kind": repr(error)'),
    ),
    32: (Edit("scenebank/web/metrics.py", "if not _may(wired):", "if _may is None:"),),
    33: (Edit("sandbox_bank/templates/parts.html", "<dd>{{ shown.merchant }}</dd>", "<dd></dd>"),),
    34: (
        Edit("scenebank/web/headers.py", "answer.headers[REQUEST_ID] = request_id()",
             'answer.headers[REQUEST_ID] = request_id()\n        answer.set_cookie("visit", request_id())'),
    ),
    35: (
        Edit(_POLICIES, 'answer.headers["Cache-Control"] = cache', 'answer.headers["Cache-Control"] = "public"'),
        Edit("scenebank/web/headers.py", '"Cache-Control": "no-store"', '"Cache-Control": "public"'),
    ),
    36: (
        Edit(_TOKENS, '_SHAPE = re.compile(r"[A-Za-z0-9_-]{20,500}', '_SHAPE = re.compile(r"\\.?[A-Za-z0-9_-]{20,500}'),
        Edit(_TOKENS, "return json.loads(base64_decode(payload))",
             "return super().load_payload(payload, *arguments, **options)"),
    ),
    37: (  # a little covered is enough, and a token needs no signature
        Edit("scenebank/banks/message_signatures.py",
             "if not _enough(message, {name for name, _own in claim.covered}):", "if _enough is None:"),
        Edit("scenebank/banks/origination/callbacks.py",
             'statement.verify(verification_key(keys.jwk(statement.header["kid"])))',
             'verification_key(keys.jwk(statement.header["kid"]))'),
    ),
    38: (Edit(f"{_PUBLISHING}/model.py", "if name == revision.author or name in revision.editors:", "if not name:"),),
    39: (  # what was approved once is approved
        Edit(f"{_PUBLISHING}/model.py", "self.approved_by is not None and self.approved_hash == self.content_hash",
             "self.approved_by is not None"),
        Edit(f"{_PUBLISHING}/service.py", "if seen is not None and seen != revision.content_hash:", 'if seen == "":'),
    ),
    40: (
        Edit("scenebank/team/store.py", "(team_members.c.value == value) & team_members.c.ended_at.is_(None)",
             "team_members.c.value == value"),
        Edit("scenebank/team/model.py", "self.bank_id is None or self.bank_id == bank_id", "bool(bank_id)"),
        Edit("scenebank/web/catalogue/doors.py", "if from_browser():", "if not from_browser:"),
        Edit(f"{_PUBLISHING}/roles.py", "if member.role not in allowed:", "if not allowed:"),
    ),
    41: (  # whoever comes last wins
        Edit(f"{_PUBLISHING}/service.py", "if live != expected:", "if not expected:"),
        Edit(f"{_PUBLISHING}/audit.py", 'if connection.dialect.name != "sqlite":', "if not connection:"),
    ),
    42: (  # whoever writes makes rows that hold, a head needs no seal, and nobody looks at what is live
        Edit(f"{_PUBLISHING}/audit.py", "hmac.digest(self._key, said.encode(), hashlib.sha256).hex()",
             "hashlib.sha256(said.encode()).hexdigest()"),
        Edit(f"{_PUBLISHING}/verification.py", 'if self._chain.hash_of(dict(row)) != row["hash"]:',
             'if not row["hash"]:'),
        Edit(f"{_PUBLISHING}/verification.py", "elif seal != self._chain.seal_of(self._head):", "elif not seal:"),
        Edit(f"{_PUBLISHING}/verification.py", "yield from self._revisions()", "self._revisions()"),
    ),
    43: (
        Edit("scenebank/web/embed/verdicts.py", "if one.severity is Severity.BLOCK]", "if one.severity is None]"),
        Edit("scenebank/markets/rules/lint.py", "        if wrong:\n", "        if not rule:\n"),
    ),
    44: (
        Edit("widgets/lending/templates/stated.html", "{{ one.note }}", "{{ one.note|safe }}"),
        Edit("widgets/lending/templates/first.html", 'lang="en">{{ offer.product }}',
             'lang="en">{{ offer.product|safe }}'),
        Edit("scenebank/catalogue/cdr/texts.py", 'parts.scheme in ("http", "https")', "bool(parts.scheme)"),
    ),
    45: (  # the shop's word is enough
        Edit(_SUBMISSION, "if said is None or not any((one.purpose, one.receiver) == (PURPOSE, bank.bank_id) for one"
             " in choice.consents):", "if said is None:"),
        Edit("scenebank/applications/orders.py", 'any(one["withdrawn_at"] is not None for one in consents)', "False"),
    ),
    46: (  # an import goes wherever it is told to
        Edit(_FETCHING, "target = read_address(url, self._allow_loopback)", "target = read_address(url, True)"),
        Edit(_FETCHING, "checked_addresses(target, deadline), deadline", "[target.host], deadline"),
        Edit(_FETCHING, "            reply = self._sent(url, headers, most_bytes)\n",
             "            reply = self._sent(url, headers, most_bytes)\n"
             '            if reply.headers.get("location", "").startswith("http"):\n'
             '                reply = self._sent(reply.headers["location"], headers, most_bytes)\n'),
    ),
    47: (Edit(f"{_PUBLISHING}/verification.py", 'if row["number"] > self._head.number:', 'if row["number"] < 0:'),),
    48: (
        Edit("scenebank/offers/price_rules.py", "if one.severity is Severity.BLOCK)", "if one.severity is None)"),
    ),
    49: (  # answers are read however long they take, and whoever asks for a key waits; a key host is asked each time
        Edit("scenebank/deadline.py", "self._line.settimeout(self._deadline.left_s())", "self._line.settimeout(5)"),
        Edit("scenebank/banks/origination/bank_keys.py", "_WAITING = 2", "_WAITING = 1000"),
        Edit("scenebank/banks/origination/bank_keys.py", "self._not_before = self._clock() + _BACK_OFF_S",
             "self._not_before = None\n                    raise Unavailable"),
    ),
    50: (  # what breaks TLS is taken for a refused handshake
        Edit("scenebank/banks/http.py", "except requests.ConnectTimeout as error:",
             "except (requests.ConnectTimeout, requests.ConnectionError, ValueError) as error:"),
        Edit("scenebank/banks/timed_session.py", "super().connect()\n                deadline.left_s()",
             "super().connect()"),
    ),
}  # fmt: skip
