"""What the capture can not show."""

from __future__ import annotations

from netdiag.analysis import Options
from netdiag.report.build.limits import limits, only_direction
from tests.recorded import Examined, examine, examine_files, recorded
from tests.scripted import Scripted, pooled, reused


def said(found: Examined) -> str:
    sentences = limits(found.subject)
    assert all(sentence.endswith(".") for sentence in sentences)
    return "\n".join(sentences)


def test_what_is_always_true(scripted: Scripted) -> None:
    (sentence,) = limits(scripted(pooled()).subject)
    assert "never reached the wire" in sentence


def test_one_direction() -> None:
    to_server, to_client = (examine(f"one-direction-to-{end}") for end in ("server", "client"))
    assert only_direction(to_server.subject) == "client"
    assert only_direction(to_client.subject) == "server"
    assert only_direction(examine("nginx-stale").subject) is None
    assert "Only packets from clients to servers were captured" in said(to_server)


def test_what_was_not_asked_for() -> None:
    path = recorded("node-stale").path
    total = len(examine("node-stale").scene.connections)
    found = examine_files([path], Options(until="+0.001"))
    count = found.report.connections_total
    assert 0 < count < total
    assert f"Only {count} of {total} connections were looked at" in said(found)
    assert "Only " not in said(examine("node-stale"))


def test_nothing_has_no_direction(scripted: Scripted) -> None:
    assert only_direction(scripted(pooled(), edit=lambda packets: []).subject) is None


def test_connections_that_began_before() -> None:
    assert "connections began before the capture did" in said(examine("mid-capture-start"))


def test_one_of_them(scripted: Scripted) -> None:
    found = scripted(pooled(), pooled(client_port=40001), edit=lambda packets: packets[1:])
    assert "1 of 2 connections began before" in said(found)


def test_the_only_one(scripted: Scripted) -> None:
    found = scripted(pooled(), edit=lambda packets: packets[1:])
    assert "The connection began before the capture did: how many exchanges it had" in said(found)


def test_what_tls_hides() -> None:
    assert "What TLS carries can't be read" in said(examine("nginx-tls13-stale"))
    assert "TLS" not in said(examine("nginx-stale"))


def test_short_snap_lengths() -> None:
    assert "Packets were cut after 68 bytes" in said(examine("stale-snap68"))
    assert "Packets were cut" not in said(examine("stale-nanosecond"))


def test_damage(scripted: Scripted) -> None:
    path = scripted.capture(reused())
    path.write_bytes(path.read_bytes()[:-5])
    from tests.recorded import examine_files  # noqa: PLC0415

    assert "could not be read; see the problems" in said(examine_files([path]))
