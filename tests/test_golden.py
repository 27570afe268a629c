"""Whole reports of telling captures: what a user sees, to the letter."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from netdiag.analysis import analyze
from netdiag.report.formats import format_named
from netdiag.report.model import Producer, Report
from netdiag.report.page import PLAIN
from tests.conftest import Golden
from tests.damage import overwritten
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


@pytest.mark.parametrize("format_name", SUFFIXES)
def test_report_on_a_damaged_capture(
    format_name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, golden: Golden
) -> None:
    """One hole between the closes and the requests, and one behind all of them."""
    damaged = overwritten(PCAPS / "tomcat-stale-20s.pcap", (81, 85), (103, 104))
    (tmp_path / "damaged.pcap").write_bytes(damaged)
    monkeypatch.chdir(tmp_path)
    report = replace(analyze(["damaged.pcap"]), netdiag=Producer(version="0"))
    golden(f"damaged.{SUFFIXES[format_name]}", format_named(format_name).render(report, PLAIN))
