"""The shop believes only messages signed for it, now, over exactly this body."""

import pytest

from demo_shop.webhooks import TOLERANCE_S, BadSecret, WebhookRefused, verify

# Known answer, computed with OpenSSL: printf '<id>.<timestamp>.<body>' | openssl dgst -sha256 -mac HMAC
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
BODY = b'{"test": 2432232314}'
NOW = 1614265330
HEADERS = {
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp": str(NOW),
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
}


def refusal(*, body: bytes = BODY, now: int = NOW, secret: str = SECRET, **changed: str) -> str:
    headers = HEADERS | {f"webhook-{name}": value for name, value in changed.items()}
    with pytest.raises(WebhookRefused) as refused:
        verify(secret, headers, body, now)
    return refused.value.reason


def test_known_answer_is_believed() -> None:
    assert verify(SECRET, HEADERS, BODY, NOW) == "msg_p5jXN8AQM9LWM0D4loKWxJek"


def test_one_of_several_signatures_is_enough() -> None:
    several = "v1a,AAAA v1,AAAA " + HEADERS["webhook-signature"]
    assert verify(SECRET, HEADERS | {"webhook-signature": several}, BODY, NOW)


@pytest.mark.parametrize("drift", [-TOLERANCE_S, TOLERANCE_S])
def test_clocks_may_differ_a_little(drift: int) -> None:
    assert verify(SECRET, HEADERS, BODY, NOW + drift)


@pytest.mark.parametrize("drift", [-TOLERANCE_S - 1, TOLERANCE_S + 1])
def test_old_and_future_messages_are_refused(drift: int) -> None:
    assert refusal(now=NOW + drift) == "timestamp"


@pytest.mark.parametrize(
    "odd", ["", "1614265330.0", "+1614265330", " 1614265330", "1614265330\n", "１６１４２６５３３０"]
)
def test_odd_timestamps_are_refused(odd: str) -> None:
    assert refusal(timestamp=odd) == "timestamp"


def test_altered_parts_are_refused() -> None:
    assert refusal(body=BODY + b" ") == "signature"
    assert refusal(id="msg_another") == "signature"
    assert refusal(timestamp=str(NOW + 1)) == "signature"
    assert refusal(secret="whsec_" + "A" * 32) == "signature"


@pytest.mark.parametrize("odd", ["", "v1,", "v1", "AAAA", "v1,é", "v2," + HEADERS["webhook-signature"][3:]])
def test_odd_signatures_are_refused(odd: str) -> None:
    assert refusal(signature=odd) == "signature"


def test_id_with_a_dot_is_refused() -> None:
    assert refusal(id="msg_a.b") == "header"


@pytest.mark.parametrize("name", sorted(HEADERS))
def test_missing_header_is_refused(name: str) -> None:
    rest = {key: value for key, value in HEADERS.items() if key != name}
    with pytest.raises(WebhookRefused, match="header"):
        verify(SECRET, rest, BODY, NOW)


def test_the_prefix_of_a_secret_says_only_what_it_is() -> None:
    assert verify(SECRET.removeprefix("whsec_"), HEADERS, BODY, NOW)


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_é", "whsec_A", "whpk_MfKQ", "A"])
def test_a_secret_that_is_none_is_the_operators_mistake(secret: str) -> None:
    with pytest.raises(BadSecret):
        verify(secret, HEADERS, BODY, NOW)
