"""schemathesis over ``/openapi.json``, all its checks: nothing breaks, nothing is answered that the document does not
tell of, what it allows is taken, what it forbids is refused, and no door opens without its key."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.document_fuzz import CHECKS, Run, run, seeded

ALL = ("examples", "coverage", "fuzzing", "stateful")


def assert_clean(found: Run, operations: int, requests: int) -> None:
    print(f"{sum(found.requests.values())} requests, {len(found.requests)} operations, {dict(found.statuses)}")
    assert found.wrong == {}
    assert len(found.requests) >= operations
    assert sum(found.requests.values()) >= requests
    assert set(found.checks) >= CHECKS
    assert {200, 201, 202, 204, 400, 401, 404, 409, 422} <= set(found.statuses)


def test_some_examples_of_each_operation(tmp_path: Path) -> None:
    assert_clean(run(seeded(tmp_path), 5, ("fuzzing",)), 46, 150)


@pytest.mark.long
def test_fifty_examples_of_each_operation_in_every_phase(tmp_path: Path) -> None:
    assert_clean(run(seeded(tmp_path), 50, ALL), 46, 2000)


def test_what_is_not_told_is_found(tmp_path: Path) -> None:
    """The run sees an answer that its document does not tell of, and a field that is read otherwise than told."""
    scene = seeded(tmp_path)

    def untrue(document: dict[str, object]) -> None:
        paths: dict[str, dict[str, dict[str, dict[str, object]]]] = document["paths"]  # type: ignore[assignment]
        kept = {path: one for path, one in paths.items() if path in ("/v1/keys/report", "/v1/logout")}
        document["paths"] = kept
        del kept["/v1/keys/report"]["post"]["responses"]["422"]
        schema = document["components"]["schemas"]["Logout"]["properties"]["user"]  # type: ignore[index]
        schema["properties"]["ref"] = {"type": "string", "enum": ["a b"]}

    found = run(scene, 10, ("fuzzing",), untrue)
    assert [name for name in found.wrong if "/v1/keys/report: status_code_conformance" in name]
    assert [name for name in found.wrong if "/v1/logout: positive_data_acceptance" in name]
