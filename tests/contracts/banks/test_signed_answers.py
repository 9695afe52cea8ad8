"""A bank that signs its answers is believed in nothing that it did not sign as the answer to this very request."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests
from http_message_signatures.algorithms import ECDSA_P256_SHA256
from joserfc.jwk import ECKey

from scenebank.banks.message_signatures import ReceivedAnswer
from scenebank.banks.origination import make_bank
from scenebank.banks.origination.bank_keys import BankKeySet
from scenebank.banks.origination.signed_answers import AnswerVerifier
from scenebank.banks.port import BankPort, NotBooked, OutcomeUnknown, Stage, Unavailable
from tests.support.orders import order
from tests.support.platform import Platform
from tests.support.sandbox_bank import SandboxBank
from tests.support.signed_requests import OutgoingAnswer, digest_of, sign

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
KEY = ECKey.generate_key("P-256", parameters={"kid": "k1"}, private=True)
Spoil = Callable[[requests.Response], None]


def strict(bank: SandboxBank, platform: Platform, way: str = "rfc9421") -> BankPort:
    base = f"{bank.url}/harbour"
    settings = {"base_url": base, "jwks_url": f"{base}/.well-known/jwks.json", "pages": bank.url, "answers": way}
    return make_bank("harbour", settings, platform.assertions)


def test_signed_ones_are_believed_good_news_or_bad(bank: SandboxBank, platform: Platform) -> None:
    bank.behave(message_signatures=["harbour"])
    port, wanted = strict(bank, platform), order(platform)
    with pytest.raises(NotBooked):
        port.find(wanted)
    booked = port.submit(wanted)
    assert booked.stage is Stage.SIGN
    assert port.find(wanted) == port.get(wanted, booked.bank_ref) == booked


def test_unsigned_ones_leave_it_open(bank: SandboxBank, platform: Platform) -> None:
    wanted = order(platform)
    with pytest.raises(OutcomeUnknown, match="not signed"):
        strict(bank, platform).submit(wanted)
    assert bank.booked() == {wanted.key: 1}
    bank.behave(message_signatures=["harbour"])
    assert strict(bank, platform).find(wanted).stage is Stage.SIGN
    with pytest.raises(OutcomeUnknown, match="not signed"):
        strict(bank, platform, "otherwise").find(wanted)


def of_another_request(found: requests.Response) -> None:
    """Signed, all of it, when something else was asked."""
    before = requests.get(
        found.url, timeout=10, headers={"x-fapi-interaction-id": "0" * 8 + "-0000-4000-8000-" + "0" * 12, "x-v": "1"}
    )  # fmt: skip
    assert before.headers["Signature"]
    found.status_code, found.headers = before.status_code, before.headers
    found._content = before.content


def another_status(found: requests.Response) -> None:
    found.status_code = 503


def another_body(found: requests.Response) -> None:
    found._content = found.content.replace(b"SIGN", b"ACTIVE")


def another_interaction(found: requests.Response) -> None:
    found.headers["x-fapi-interaction-id"] = "x"


@pytest.mark.parametrize("spoil", [of_another_request, another_status, another_body, another_interaction])
def test_spoilt_ones_leave_it_open(
    bank: SandboxBank, platform: Platform, monkeypatch: pytest.MonkeyPatch, spoil: Spoil
) -> None:
    bank.behave(message_signatures=["harbour"])
    port, wanted = strict(bank, platform), order(platform)
    good = port.submit(wanted)
    send = requests.Session.send

    def spoilt(session: requests.Session, request: requests.PreparedRequest, **options: object) -> requests.Response:
        found = send(session, request, **options)  # type: ignore[arg-type]
        if f"{bank.url}/harbour/DSB" in str(request.url) and "Authorization" in request.headers:
            _whole = found.content
            spoil(found)
        return found

    monkeypatch.setattr(requests.Session, "send", spoilt)
    with pytest.raises(OutcomeUnknown):
        port.find(wanted)
    monkeypatch.undo()
    assert port.find(wanted) == good


def answer(*covered: str, tag: str = "scenebank-answer") -> ReceivedAnswer:
    message = OutgoingAnswer(200, {"Content-Digest": digest_of(b"{}"), "x-fapi-interaction-id": "i"})
    headers = sign(message, ECDSA_P256_SHA256, KEY.private_key, "k1", created=NOW, tag=tag,
                   covered_component_ids=covered)  # fmt: skip
    return ReceivedAnswer(200, headers, b"{}")


def published() -> dict[str, Any]:
    return {"keys": [KEY.as_dict(private=False)]}


def unreachable() -> dict[str, Any]:
    raise Unavailable("nobody answers")


def check(found: ReceivedAnswer, now: datetime = NOW, fetch: Callable[[], dict[str, Any]] = published) -> None:
    AnswerVerifier(BankKeySet(fetch), lambda: now, "rfc9421")(found)


ALL = ("@status", "content-digest", "x-fapi-interaction-id")


def test_status_body_interaction_and_time_are_all_signed() -> None:
    check(answer(*ALL))
    for less in ALL:
        with pytest.raises(OutcomeUnknown):
            check(answer(*(one for one in ALL if one != less)))
    for seconds in (-11, 301):
        with pytest.raises(OutcomeUnknown):
            check(answer(*ALL), NOW + timedelta(seconds=seconds))
    with pytest.raises(OutcomeUnknown):
        check(answer(*ALL, tag="scenebank-callback"))


def test_where_the_keys_cannot_be_had_the_bank_may_have_acted_all_the_same() -> None:
    with pytest.raises(OutcomeUnknown):
        check(answer(*ALL), fetch=unreachable)
