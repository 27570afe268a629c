"""Whole reports of telling captures: what a user sees, to the letter."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from netdiag.analysis import analyze
from netdiag.report.formats import format_named
from netdiag.report.model import Producer, Report
from netdiag.report.page import PLAIN
from tests.conftest import Golden
from tests.recorded import PCAPS

TELLING = [
    "tomcat-stale-20s",
    "race-client",
    "lost-fin-client",
    "silent-drop-client",
    "server-restart",
    "nginx-max-requests",
    "mariadb-idle-reset",
    "httpclient-keepalive-5s-cured",
]
SUFFIXES = {"terminal": "txt", "markdown": "md", "json": "json"}


@pytest.fixture
def report(name: str, monkeypatch: pytest.MonkeyPatch) -> Report:
    """A report without what differs between machines and releases."""
    monkeypatch.chdir(PCAPS)
    return replace(analyze([f"{name}.pcap"]), netdiag=Producer(version="0"))


@pytest.mark.parametrize("format_name", SUFFIXES)
@pytest.mark.parametrize("name", TELLING)
def test_report(name: str, format_name: str, report: Report, golden: Golden) -> None:
    written = format_named(format_name).render(report, PLAIN)
    golden(f"{name}.{SUFFIXES[format_name]}", written)
