"""`build_report`: the whole report."""

from __future__ import annotations

import pytest

from netdiag.report.build import build_report
from tests.conversations import Conversation
from tests.recorded import examine, examine_files, names
from tests.scripted import Scripted, closed_when_idle, pooled, reused


def test_what_is_captured(scripted: Scripted) -> None:
    found = scripted(reused(5, 3))
    (capture,) = found.report.captures
    assert (capture.format, capture.link_types) == ("pcap", ("EN10MB",))
    assert (capture.packets, capture.tcp_packets) == (10, 10)
    assert capture.duration_s == pytest.approx(8, abs=0.01)
    assert capture.first_time == "2023-11-14T22:13:20.000000000Z"
    assert (capture.vantage, capture.problems) == ("client", ())


def test_an_empty_capture(scripted: Scripted) -> None:
    report = scripted(Conversation(), edit=lambda packets: []).report
    (capture,) = report.captures
    assert (capture.packets, capture.first_time, capture.last_time) == (0, None, None)
    assert (report.verdict.cause, report.verdict.confidence) == ("none", "low")
    assert (report.connections_total, report.findings, report.servers) == (0, (), ())


def test_connections_worth_a_look_or_all_of_them(scripted: Scripted) -> None:
    found = scripted(reused(), pooled(client_port=40001))
    assert [c.id for c in found.report.connections] == ["c1"]
    everything = build_report(found.subject, found.findings, all_connections=True)
    assert [c.id for c in everything.connections] == ["c1", "c2"]
    assert found.report.connections_total == everything.connections_total == 2


def test_verdict_is_the_first_error_and_the_first_warning(scripted: Scripted) -> None:
    idle = pooled(server="10.0.0.9", client_port=40001).wait(60).server.aborts()
    verdict = scripted(idle, reused()).report.verdict
    assert (verdict.cause, verdict.risk) == ("stale-keep-alive", "idle-reset")
    assert "10.0.0.2:80" in verdict.headline
    verdict = scripted(idle).report.verdict
    assert (verdict.cause, verdict.risk) == ("none", "idle-reset")
    assert "10.0.0.9:80" in verdict.headline


def test_info_is_no_verdict() -> None:
    verdict = examine("nginx-max-requests").report.verdict
    assert (verdict.cause, verdict.risk) == ("none", None)
    assert verdict.headline.startswith("No request failed")


def test_confidence_in_nothing(scripted: Scripted) -> None:
    quiet = closed_when_idle().client.fin().server.acks()
    path = scripted.capture(quiet)
    assert examine_files([path]).report.verdict.confidence == "high"
    path.write_bytes(path.read_bytes()[:-1])
    assert examine_files([path]).report.verdict.confidence == "medium"
    assert scripted(quiet, snap_length=96).report.verdict.confidence == "medium"
    without_syn = scripted(quiet, edit=lambda packets: packets[3:])
    assert without_syn.report.verdict.confidence == "medium"
    one_way = scripted(quiet, edit=lambda ps: [p for p in ps if p.source[0] == "10.0.0.1"])
    assert one_way.report.verdict.confidence == "low"
    assert scripted(Conversation().handshake()).report.verdict.confidence == "low"


@pytest.mark.parametrize("name", names())
def test_every_occurrence_has_its_connection(name: str) -> None:
    report = examine(name).report
    listed = {connection.id for connection in report.connections}
    for finding in report.findings:
        assert {occurrence.connection for occurrence in finding.occurrences} <= listed
        clients = {o.client.rsplit(":", 1)[0].strip("[]") for o in finding.occurrences}
        assert clients == set(finding.clients)
        assert {o.server for o in finding.occurrences} == {finding.server}
