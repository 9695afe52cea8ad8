"""What the log and the metrics keep of a request: its route and what became of it, and nothing of what was sent."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import create_engine, text

from app import create_app
from scenebank.config import QUOTAS, BadConfig, load_config
from scenebank.engine.depths import work_depths
from scenebank.engine.migrate import migrate_engine
from scenebank.logs import JsonLines, TextLines
from scenebank.metrics import Metrics
from scenebank.quotas.counting import Quotas
from scenebank.store.database import Database
from tests.support.scene import Scene

LOCAL = "http://127.0.0.1:8000"
TOKEN = "metrics-token-of-this-test"
FIELDS = {"at", "level", "logger", "message", "route", "method", "status", "ms", "request_id"}


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    made = Scene(tmp_path, "EU", "loan")
    yield made
    made.wired.database.dispose()


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Iterator[Any]:
    """The access lines so far, as they are written."""
    form = JsonLines()
    with caplog.at_level(logging.INFO, "scenebank"):
        yield lambda: [json.loads(form.format(one)) for one in caplog.records if one.name == "scenebank.access"]


def test_a_line_for_every_request_and_nothing_it_sent(scene: Scene, lines: Any) -> None:
    client, secret = scene.client, {"Authorization": f"Bearer {scene.merchant.secret_key}"}
    client.get("/v1/applications/app_SENT?limit=SENT", headers=secret)
    scene.enter()
    client.get("/r/SENT?SENT=1", headers={"User-Agent": "SENT", "Referer": "https://SENT.example"})
    client.get("/SENT")
    client.open("/healthz", method="SENT")
    client.post("/v1/keys/report", json={"key": "SENT"}, environ_base={"REMOTE_ADDR": "203.0.113.9"})
    found = lines()
    assert [(one["route"], one["method"], one["status"], one.get("code")) for one in found] == [
        ("/v1/applications/<application_id>", "GET", 404, "not_found"), ("/v1/sessions", "POST", 201, None),
        ("/w/<widget>", "POST", 200, None), ("/r/<receipt_id>", "GET", 404, None),
        ("none", "GET", 404, "no_such_address"), ("none", "other", 405, "method_not_allowed"),
        ("/v1/keys/report", "POST", 202, None),
    ]  # fmt: skip
    for one in found[:3]:
        assert (one["merchant"], one["mode"]) == (scene.merchant.id, "test")
    assert set(found[2]) == FIELDS | {"merchant", "mode", "session"}
    assert set(found[5]) == FIELDS | {"code"}
    assert len(found[2]["session"]) == 12
    written = json.dumps(found)
    assert "SENT" not in written
    assert "203.0.113.9" not in written


def test_refusals_are_named_at_every_door(scene: Scene, lines: Any) -> None:
    scene.post("", scene.query | {"lt": "bis_lt_unknown"})
    scene.get(amount="0")
    scene.get(amount="1")
    scene.client.get("/v1/applications")
    assert [one["code"] for one in lines()] == [
        "launch_invalid", "invalid_input", "amount_not_offered", "unauthenticated"
    ]  # fmt: skip


def _raised() -> logging.LogRecord:
    try:
        try:
            raise KeyError("typed by somebody")
        except KeyError as error:
            raise ValueError("typed by somebody") from error
    except ValueError:
        return logging.LogRecord("x", logging.ERROR, __file__, 1, "it broke", (), sys.exc_info())


def test_an_exception_is_a_kind_and_a_place() -> None:
    """Its words may be what somebody sent; for who develops, the other form has them."""
    written = JsonLines().format(_raised())
    assert [one["kind"] for one in json.loads(written)["error"]] == ["ValueError", "KeyError"]
    assert "tests/web/test_records.py:" in written
    assert "_raised" in written
    assert "typed by somebody" not in written
    assert "typed by somebody" in TextLines().format(_raised())


def test_keys_and_tokens_are_struck_out_of_any_line() -> None:
    secrets = ("bis_sk_live_abc", "bis_lt_abc", "whsec_AAAA", "eyJhbGciOiJIUzI1NiJ9.e30.abc")
    record = logging.LogRecord("x", logging.ERROR, __file__, 1, "a %s b %s c %s d %s", secrets, None)
    for form in (JsonLines(), TextLines()):
        assert "a *** b *** c *** d ***" in form.format(record)


def figures(text_of: bytes) -> dict[str, float]:
    return {
        f"{one.name}{sorted(one.labels.items())}": one.value
        for family in text_string_to_metric_families(text_of.decode()) for one in family.samples
    }  # fmt: skip


def local(scene: Scene, **settings: Any) -> FlaskClient:
    config = replace(scene.wired.config, **settings)
    quotas = Quotas(QUOTAS, b"of this test")
    return create_app(wired=replace(scene.wired, config=config, quotas=quotas)).test_client()


def test_what_is_counted(scene: Scene) -> None:
    scene.enter()
    for _turn in range(3):
        scene.post("", scene.query | {"lt": "bis_lt_unknown"})
    scene.client.post("/callbacks/harbour", data=b"x")
    scene.client.get("/SENT/path")
    scene.wired.metrics.deliveries.labels("timeout").inc()
    found = figures(local(scene).get("/metrics", base_url=LOCAL).data)
    labels = "[('method', 'POST'), ('route', '/w/<widget>'), ('status', '401')]"
    assert found[f"scenebank_requests_total{labels}"] == 3
    assert found["scenebank_requests_total[('method', 'GET'), ('route', 'none'), ('status', '404')]"] == 1
    assert found["scenebank_request_seconds_count[('method', 'POST'), ('route', '/w/<widget>')]"] == 4
    assert found["scenebank_launches_total[('verdict', 'accepted')]"] == 1
    assert found["scenebank_launches_total[('verdict', 'launch_invalid')]"] == 3
    assert found["scenebank_callbacks_refused_total[]"] == 1
    assert found["scenebank_webhook_attempts_total[('outcome', 'timeout')]"] == 1
    assert found["scenebank_redis_outages_total[]"] == 0
    assert not any("SENT" in name or scene.merchant.id in name for name in found)


def test_metrics_are_for_the_machine_itself(scene: Scene) -> None:
    """Where anything may stand in front, its own address says nothing."""
    assert local(scene).get("/metrics", base_url=LOCAL).status_code == 200
    outside = {"REMOTE_ADDR": "192.0.2.1"}
    for client, options in (
        (local(scene), {"base_url": LOCAL, "environ_base": outside}),
        (local(scene), {"base_url": "http://rebound.example:8000"}),
        (local(scene, public_url="https://embed.bank.example"), {"base_url": "https://embed.bank.example"}),
        (local(scene, public_url="https://embed.bank.example"), {"base_url": LOCAL}),
        (local(scene, trusted_proxies=1), {"base_url": LOCAL}),
    ):
        answer = client.get("/metrics", **options)
        assert (answer.status_code, answer.json and answer.json["code"]) == (401, "metrics_closed")


def test_metrics_by_token(scene: Scene) -> None:
    client = local(scene, metrics_token=TOKEN, public_url="https://embed.bank.example")
    assert client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 200
    assert client.get("/metrics", base_url=LOCAL).status_code == 401
    wrong = {"Authorization": f"Bearer {TOKEN}x"}
    assert [client.get("/metrics", headers=wrong).status_code for _turn in range(61)] == [401] * 60 + [429]


def test_queues_and_dead_letters(database_url: str) -> None:
    """As they stand in the engine's own table; one that was put back is dead no more."""
    migrate_engine(database_url)
    rows = (("a", "ENQUEUED", "bank", False), ("b", "PENDING", "bank", False), ("c", "DELAYED", "webhook", False),
            ("d", "ERROR", "bank", False), ("e", "ERROR", "bank", True), ("f", "SUCCESS", "bank", False))  # fmt: skip
    database = Database(database_url)
    table = "workflow_status" if database.is_sqlite else "dbos.workflow_status"
    engine = create_engine(database_url)
    with engine.begin() as connection:
        for work_id, status, queue, forked in rows:
            connection.execute(
                text(f"INSERT INTO {table} (workflow_uuid, status, queue_name, was_forked_from, created_at, updated_at,"
                     " priority) VALUES (:i, :s, :q, :f, 1, 1, 0)"),
                {"i": work_id, "s": status, "q": queue, "f": forked},
            )  # fmt: skip
    engine.dispose()
    assert work_depths(database) == ({"bank": 2, "webhook": 1, "system": 0}, 1)
    database.dispose()


def test_a_database_that_is_away_leaves_the_other_figures(scene: Scene) -> None:
    answer = local(scene).get("/metrics", base_url=LOCAL)  # the engine has no tables here
    assert answer.status_code == 200
    assert b"scenebank_requests_total" in answer.data
    assert b"scenebank_queue_depth" not in answer.data


NO_NOTICES = ("javascript:alert(1)", "http://bank.example/", "https://.", "https://a@bank.example/", "https:///x",
              'https://bank.example/"', "https://bank.example/<", "https://bank.example/a b")  # fmt: skip


@pytest.mark.parametrize(("name", "value"), [
    ("LOG_FORMAT", "xml"), ("LOG_LEVEL", "loud"), ("METRICS_TOKEN", "short"),
    *(("PRIVACY_URL", address) for address in NO_NOTICES),
])  # fmt: skip
def test_a_bad_setting_stops_the_start(name: str, value: str) -> None:
    with pytest.raises(BadConfig, match=name):
        load_config({name: value})


@pytest.mark.parametrize("address", ["", "https://bank.example", "https://bank.example:8443/privacy?lang=de&a='b'#top"])
def test_a_privacy_notice(address: str) -> None:
    assert load_config({"PRIVACY_URL": address}).privacy_url == address


def test_a_counter_of_its_own_for_each_application() -> None:
    one, other = Metrics(), Metrics()
    one.redis_outages.inc()
    assert b"scenebank_redis_outages_total 1.0" in one.text()
    assert b"scenebank_redis_outages_total 0.0" in other.text()
