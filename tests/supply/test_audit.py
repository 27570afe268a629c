"""What an audit comes to; above all, that one that nobody answered is none."""

from __future__ import annotations

import subprocess
from types import SimpleNamespace
from typing import Any

import pytest

from tests.supply import audit
from tests.supply.audit import NOT_AUDITED, Outcome, judge

SOUND = {"name": "click", "version": "8.1.0", "vulns": []}
UNKNOWN = {"name": "rich", "skip_reason": "Dependency not found on PyPI and could not be audited"}
WEAK = {
    "name": "lz4",
    "version": "4.3.0",
    "vulns": [{"id": "PYSEC-2026-1", "fix_versions": ["4.3.1", "4.4"]}],
}
INCURABLE = {"name": "six", "version": "1", "vulns": [{"id": "PYSEC-2", "fix_versions": []}]}


def test_no_known_weakness() -> None:
    assert judge([SOUND], required=True) == (0, ("1 versions, no known weakness",))


def test_a_weakness_fails_with_its_cure() -> None:
    status, lines = judge([SOUND, WEAK, INCURABLE], required=False)
    assert status == 1
    assert lines == (
        "lz4 4.3.0: PYSEC-2026-1, cured in 4.3.1, 4.4",
        "six 1: PYSEC-2, cured in no version",
    )


def test_an_answer_for_some_only_fails() -> None:
    assert judge([SOUND, UNKNOWN], required=False) == (1, ("could not be asked about: rich",))


@pytest.mark.parametrize("required", [False, True])
def test_no_answer_is_said_and_where_one_is_required_an_error(required: bool) -> None:
    assert judge([UNKNOWN, UNKNOWN], required=required) == (int(required), (NOT_AUDITED,))


@pytest.mark.parametrize(
    ("complaint", "outcome"),
    [
        ("requests.exceptions.ConnectionError: refused", Outcome(0, (NOT_AUDITED,))),
        ("ERROR:Could not connect to the feed", Outcome(0, (NOT_AUDITED,))),
        (" bad lock\n", Outcome(1, ("pip-audit broke down:", "bad lock"))),
    ],
)
def test_a_break_down_is_no_lack_of_a_network(
    complaint: str, outcome: Outcome, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(*_: Any, **__: Any) -> SimpleNamespace:
        return SimpleNamespace(stdout="", stderr=complaint)

    monkeypatch.setattr(subprocess, "run", run)
    assert audit.audit(required=False) == outcome
