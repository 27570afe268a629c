"""A redacted capture has the verdict of the original, frame by frame, for every cause."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from netdiag.analysis import analyze
from netdiag.redaction import Redactor
from netdiag.report.model import Report
from tests.connections import tshark
from tests.recorded import recorded
from tests.redaction.frames.packets import KEY
from tests.redaction.redacting import redact_capture
from tests.rewriting import read

TELLING = [
    *("tomcat-stale-20s", "race-client", "lost-fin-client", "silent-drop-client"),
    *("announced-close-ignored", "middlebox-reset-client", "gunicorn-worker-timeout"),
    *("request-timeout-408-httpd", "mariadb-idle-reset", "nginx-max-requests", "nginx-max-age"),
    *("server-restart", "connection-refused", "close-wait-leak", "httpclient-default-retry"),
    *("any-interface", "any-interface-sll", "masquerade", "proxy-nginx-gunicorn"),
    *("nginx-tls12-stale", "nginx-tls13-stale", "nginx-http2-stale", "nginx-h2c-stale"),
    *("node-http2-clear-stale", "mariadb-hikaricp", "postgresql-idle-session", "pgbouncer-idle"),
    *("postgresql-jdbc", "memcached-idle", "events-uvicorn", "websocket-pings", "grpc-max-age"),
]


def told(report: Report) -> dict[str, Any]:
    """What must not change: everything but addresses, names and paths."""
    occurrences = [
        (
            *(finding.cause, finding.severity, finding.confidence, o.capture, o.stream),
            *(o.outcome, o.told, o.client_state, o.close, o.reset, o.retry, o.passed_on),
            *(None if o.request is None else o.request.frame, o.idle_before_reuse_s),
        )
        for finding in report.findings
        for o in finding.occurrences
    ]
    servers = [
        repr((s.endpoint.rpartition(":")[2], s.protocol, s.idle_timeout, s.closes, s.max_requests))
        for s in report.servers
    ]
    verdict = report.verdict
    return {
        "verdict": (verdict.cause, verdict.risk, verdict.confidence),
        "occurrences": sorted(occurrences, key=repr),
        "servers": sorted(servers),
        "clients": sorted(repr((c.connections, c.idle_timeout)) for c in report.clients),
        "vantage": [(c.vantage, c.vantage_ends) for c in report.captures],
        "advice": sorted({a.text for f in report.findings for a in f.advice}),
    }


def as_written(name: str, folder: Path) -> Report:
    """The report of a capture in the format in which redacted ones are written here."""
    return analyze([read(recorded(name).path).write(folder / "plain.pcap")])


@pytest.mark.parametrize("name", TELLING)
def test_the_verdict_is_the_same(name: str, tmp_path: Path) -> None:
    shown = redact_capture(recorded(name).path, tmp_path / "shown.pcap")
    assert told(analyze([shown])) == told(as_written(name, tmp_path))


@pytest.mark.parametrize("name", ["tomcat-stale-20s", "mariadb-hikaricp", "pgbouncer-idle"])
def test_a_redacted_report_says_what_a_redacted_capture_does(name: str, tmp_path: Path) -> None:
    shown = analyze([redact_capture(recorded(name).path, tmp_path / "shown.pcap")])
    report = Redactor(KEY).report(as_written(name, tmp_path))
    assert report.verdict == shown.verdict
    assert {s.endpoint for s in report.servers} == {s.endpoint for s in shown.servers}
    assert [s.product for s in report.servers] == [s.product for s in shown.servers]
    assert [f.evidence for f in report.findings] == [f.evidence for f in shown.findings]
    assert [f.occurrences for f in report.findings] == [f.occurrences for f in shown.findings]


@tshark.needed
@pytest.mark.parametrize("name", ["nginx-stale", "any-interface", "nginx-h2c-stale", "race-client"])
def test_wireshark_finds_nothing_wrong(name: str, tmp_path: Path) -> None:
    path = recorded(name).path
    shown = redact_capture(path, tmp_path / "shown.pcap")
    checks = [f"-o{layer}.check_checksum:TRUE" for layer in ("ip", "tcp", "udp")]
    wrong = "tcp.checksum.status == 0 or ip.checksum.status == 0 or _ws.malformed"
    run = subprocess.run(
        ["tshark", "-n", "-r", str(shown), *checks, "-Y", wrong],
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout == ""
    assert tshark.stream_numbers(shown) == tshark.stream_numbers(path)
