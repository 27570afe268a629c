"""`diagnose`: every cause is asked, and what matters most comes first."""

from __future__ import annotations

import pytest

from netdiag.diagnosis.causes import CAUSES
from tests.conversations import Conversation
from tests.messages import get
from tests.recorded import examine, names
from tests.scripted import Scripted, closed_when_idle, pooled, reused


def reset_idle(**ends: object) -> Conversation:
    return pooled(**ends).wait(60).server.aborts()


def test_findings_are_by_cause_and_server(scripted: Scripted) -> None:
    talks = [reused(client_port=40000 + i, start_s=i * 3) for i in range(3)]
    talks += [reused(server="10.0.0.9", client_port=50000, start_s=1)]
    found = scripted(*talks)
    assert [len(finding.cases) for finding in found.findings] == [3, 1]
    servers = [found.scene.addresses.text(finding.server) for finding in found.findings]
    assert servers == ["10.0.0.2:80", "10.0.0.9:80"]


def test_errors_come_before_warnings_before_info(scripted: Scripted) -> None:
    refused = [
        Conversation(port=port, client_port=port + 40000).client.syn().server.aborts()
        for port in range(100, 112)
    ]
    found = scripted(*refused, reset_idle(server="10.0.0.8"), reused(server="10.0.0.9"))
    severities = [severity for _, severity, _ in found.causes]
    assert severities == ["error", "warning", *["info"] * 12]


def test_what_is_surer_comes_first(scripted: Scripted) -> None:
    """A reset on a busy connection is a guess, a stale one is proven."""
    guess = pooled(client_port=40001).wait(0.1).client.says(get("/x")).server.resets()
    found = scripted(guess, reused(start_s=5))
    assert [cause for cause, _, _ in found.causes] == ["stale-keep-alive", "lost-close"]


def test_what_harmed_more_comes_first(scripted: Scripted) -> None:
    lost = [
        pooled(client_port=41000 + i, start_s=i * 3).wait(9).client.says(get("/x")).server.resets()
        for i in range(2)
    ]
    found = scripted(reused(start_s=50), *lost)
    assert [cause for cause, _, _ in found.causes] == ["lost-close", "stale-keep-alive"]


def test_harmed_cases_come_first_and_then_capture_order() -> None:
    cases = examine("server-restart").cases("server-restart")
    harmed = [case.claim.harmed for case in cases]
    assert harmed == sorted(harmed, reverse=True)
    numbers = [int(c.story.scene.connections.number[c.story.connection]) for c in cases]
    count = sum(harmed)
    assert numbers[:count] == sorted(numbers[:count])
    assert numbers[count:] == sorted(numbers[count:])


@pytest.mark.parametrize("name", names())
def test_a_connection_has_one_cause_at_most(name: str) -> None:
    found = examine(name)
    connections = [case.story.connection for f in found.findings for case in f.cases]
    assert len(connections) == len(set(connections))


@pytest.mark.parametrize("name", names())
def test_the_shortcut_over_healthy_connections_misses_none(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stories are told only where a mask says that something happened; here of all."""
    from netdiag.diagnosis import diagnose  # noqa: PLC0415
    from netdiag.timeouts import Reason  # noqa: PLC0415

    found = examine(name)
    monkeypatch.setattr(
        diagnose,
        "_candidates",
        lambda scene, crowds: scene.considered & (scene.reason != Reason.TUNNEL),
    )
    again = diagnose.diagnose(found.scene)
    assert [(f.cause.slug, len(f.cases)) for f in again] == [(c, n) for c, _, n in found.causes]


def test_a_quiet_capture_has_no_findings(scripted: Scripted) -> None:
    assert scripted(closed_when_idle().client.fin().server.acks()).findings == ()


def test_severity_is_that_of_the_worst_case() -> None:
    by_slug = {cause.slug: cause for cause in CAUSES}
    for name in ("server-restart", "server-restart-absorbed", "nginx-max-requests"):
        for finding in examine(name).findings:
            harmed = any(case.claim.harmed for case in finding.cases)
            cause = by_slug[finding.cause.slug]
            assert finding.severity == (cause.severity if harmed else cause.harmless)


def test_what_may_be_a_farewell_makes_nothing_else_less_sure(scripted: Scripted) -> None:
    """A server's limit is one whatever a client said last; only harm to that is doubtful."""
    talks = []
    for number in range(4):
        talk = Conversation(port=4000, client_port=50000 + number, start_s=50.0 * number)
        talk.handshake().wait(1).asks(b"\x80ask", b"\x81answer").wait(9.0 * number)
        talk.asks(b"\x80ask", b"\x81answer").at(50.0 * number + 30)
        talks.append(talk.server.fin().client.acks())
    talks[-1].wait(0.01).client.says(b"\x15by")
    found = scripted(*talks)
    assert found.causes == [("max-age", "info", 4)]
    assert {case.claim.confidence for case in found.cases("max-age")} == {"high"}
    assert any(case.story.may_be_farewell for case in found.cases("max-age"))


@pytest.mark.parametrize("lost", [True, False])
def test_a_farewell_in_a_capture_that_lacks_some_harms_nobody(
    scripted: Scripted, lost: bool
) -> None:
    """Where the server's FIN is missing, the client's may be as well."""
    talk = Conversation(port=4000).handshake().asks(b"\x80ask", b"\x81answer").wait(5)
    talk.server.fin(unseen=lost).client.acks(unseen=lost).wait(3)
    found = scripted(talk.client.says(b"\x15by").server.resets())
    (case,) = found.cases("stale-keep-alive") or [None]
    assert (case is None) is lost
    assert case is None or case.claim.confidence == "low"
