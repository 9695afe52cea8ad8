"""Tells the platform that something changed: signed, kept on disk, sent until it was accepted."""

from __future__ import annotations

import json
import secrets
import sqlite3
import time
from typing import Any

import requests
from joserfc import jws

from sandbox_bank.applications import Application
from sandbox_bank.behaviour import drawn, read_behaviour
from sandbox_bank.database import Books
from sandbox_bank.keys import BankKeys
from sandbox_bank.message_signatures import signed_request

EVENT = "urn:scenebank:event:application-changed"
_HELD_S = 5.0
_TRIES = 12
_LONGEST_WAIT_S = 30.0


def plan(connection: sqlite3.Connection, application: Application) -> None:
    """Put the news of a change into the queue, in the transaction that made the change."""
    now, behaviour, name = time.time(), read_behaviour(connection), secrets.token_hex(16)
    due, subject = now, f"{application.client_reference} {application.sequence}"
    if application.magic == "disorder" or drawn(behaviour, "disorder", subject) < behaviour.disorder_rate:
        held = connection.execute(
            "SELECT id FROM callbacks WHERE application_id = ? AND tries = 0 AND next_at > ?", (application.id, now)
        ).fetchone()
        if held is None:
            due = now + _HELD_S  # waits for the next news, which overtakes it
        else:
            connection.execute("UPDATE callbacks SET next_at = ? WHERE id = ?", (now + 0.5, held["id"]))
    twice = application.magic == "twice" or drawn(behaviour, "twice", subject) < behaviour.twice_rate
    event = {
        "applicationId": application.id,
        "clientReference": application.client_reference,
        "sequence": application.sequence,
        "stage": application.stage,
        "changedAt": application.changed_at,
    }
    connection.execute(
        "INSERT INTO callbacks (id, application_id, bank_id, event, sendings, next_at) VALUES (?, ?, ?, ?, ?, ?)",
        (name, application.id, application.bank_id, json.dumps(event), 2 if twice else 1, due),
    )


class CallbackSender:
    """``platform`` is where the news goes; ``issuer`` of a bank is its own address; ``ca`` a file with the authority
    of the platform's certificate, None for the public ones."""

    def __init__(self, books: Books, keys: BankKeys, platform: str, public_url: str, ca: str | None) -> None:
        self._books = books
        self._keys = keys
        self._platform = platform
        self._public_url = public_url
        self._verify = ca or True

    def send_due(self) -> None:
        """Send what is due now, oldest first."""
        with self._books.reading() as connection:
            due = connection.execute(
                "SELECT * FROM callbacks WHERE next_at <= ? ORDER BY next_at LIMIT 50", (time.time(),)
            ).fetchall()
        for row in due:
            self._send(row)

    def _send(self, row: sqlite3.Row) -> None:
        accepted = row["accepted"] + (1 if self._post(row) else 0)
        tries = row["tries"] + 1
        done = accepted >= row["sendings"] or tries >= _TRIES + row["sendings"]
        wait = 0.0 if accepted > row["accepted"] else min(0.2 * 2**tries, _LONGEST_WAIT_S)
        with self._books.writing() as connection:
            connection.execute(
                "UPDATE callbacks SET tries = ?, accepted = ?, next_at = ? WHERE id = ?",
                (tries, accepted, None if done else time.time() + wait, row["id"]),
            )

    def _post(self, row: sqlite3.Row) -> bool:
        bank_id = row["bank_id"]
        payload = {
            "iss": f"{self._public_url}/{bank_id}",
            "aud": self._platform,
            "iat": int(time.time()),
            "jti": row["id"],
            "events": {EVENT: json.loads(row["event"])},
        }
        url = f"{self._platform}/callbacks/{bank_id}"
        body, headers = self._signed(bank_id, url, payload)
        try:
            with requests.Session() as session:
                session.trust_env = False
                session.verify = self._verify
                answer = session.post(url, data=body, timeout=5, allow_redirects=False, headers=headers)
                return answer.status_code == 202
        except requests.RequestException:
            return False

    def _signed(self, bank_id: str, url: str, payload: dict[str, Any]) -> tuple[bytes, dict[str, str]]:
        """Body and headers, in the way of this bank."""
        key, body = self._keys.signing_key(bank_id), json.dumps(payload).encode()
        with self._books.reading() as connection:
            by_headers = bank_id in read_behaviour(connection).message_signatures
        if by_headers:
            return body, {"Content-Type": "application/json"} | signed_request(url, body, key, payload["iat"])
        header = {"alg": "ES256", "typ": "secevent+jwt", "kid": key.kid}
        token = jws.serialize_compact(header, body, key, algorithms=["ES256"])
        return token.encode(), {"Content-Type": "application/secevent+jwt"}
