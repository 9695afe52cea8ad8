"""Where everything has been installed (``SCENEBANK_NO_SKIPS``), a skipped test has shown nothing, and fails."""

from __future__ import annotations

import os
from collections.abc import Generator
from typing import TypeVar

import pytest

# By the reasons they give; at most five.
ALLOWED = (
    "SCENEBANK_SHARED_DATA",  # what others recorded is theirs to hand out
    "a small disk cannot be made here",  # a container may not mount
)
_Report = TypeVar("_Report", pytest.TestReport, pytest.CollectReport)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    return _judged((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    return _judged((yield))


def _judged(report: _Report) -> _Report:
    reason = str(report.longrepr)
    if report.skipped and os.environ.get("SCENEBANK_NO_SKIPS") and not any(one in reason for one in ALLOWED):
        report.outcome = "failed"
        report.longrepr = f"skipped, where nothing may be: {reason}"
    return report
