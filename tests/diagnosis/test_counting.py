"""`count_once`: one failure, however often it was captured."""

from __future__ import annotations

import pytest

from tests.conversations import Conversation
from tests.messages import get, ok
from tests.recorded import examine
from tests.scripted import Scripted, pooled, reused
from tests.translation import translated

RANDOM = {"client_first": 2_882_400_001, "server_first": 305_419_896}


@pytest.mark.parametrize(
    "rewritten", [{"client": "192.0.2.1"}, {"server": "192.0.2.2"}, {"client": "10.0.0.1"}]
)
def test_a_stale_connection_before_and_behind_a_translator(
    scripted: Scripted, rewritten: dict[str, str]
) -> None:
    found = scripted(reused(**RANDOM), edit=translated(**rewritten))  # type: ignore[arg-type]
    assert found.causes == [("stale-keep-alive", "error", 1)]
    (occurrence,) = found.json["findings"][0]["occurrences"]
    assert occurrence["client"] == "10.0.0.1:40000"
    (leg,) = occurrence["also_seen_as"]
    assert leg["connection"] == "c2"
    assert leg["client" if "client" in rewritten else "server"] not in occurrence.values()


def test_the_closes_of_one_server_are_no_two_confirmations(scripted: Scripted) -> None:
    found = scripted(reused(**RANDOM), edit=translated(client="192.0.2.1"))
    (server,) = found.report.servers
    assert server.idle_timeout is not None
    assert (server.connections, server.closes.server_fin, server.idle_timeout.closes) == (1, 1, 1)


def test_a_failure_that_only_the_far_leg_shows_is_not_lost(scripted: Scripted) -> None:
    """The translator dropped what it should have forwarded back."""
    far_only = translated(client="192.0.2.1")

    def edit(packets):  # type: ignore[no-untyped-def]
        both = far_only(packets)
        return [p for p in both if not (p.destination[0] == "10.0.0.1" and p.flags & 5)]

    found = scripted(reused(**RANDOM), edit=edit)
    assert sum(count for _, _, count in found.causes) == 1


@pytest.mark.parametrize(("connections", "together"), [(2, False), (3, True)])
def test_what_takes_several_connections_takes_several_real_ones(
    scripted: Scripted, connections: int, together: bool
) -> None:
    """Two connections with two legs each are no restart."""
    talks = [
        pooled(
            client_port=40000 + i,
            start_s=2.5 * i,
            client_first=2_882_400_001 + i,
            server_first=305_419_896 * (i + 1),
        )
        for i in range(connections)
    ]
    for talk in talks:
        talk.at(12).server.fin()
    ports = {40000 + i: 61000 + i for i in range(connections)}

    def edit(packets):  # type: ignore[no-untyped-def]
        both = []
        for port, outside in ports.items():
            mine = [p for p in packets if port in (p.source[1], p.destination[1])]
            both += translated(client="192.0.2.1", client_port=outside)(mine)
        return sorted(both, key=lambda packet: packet.time_ns)

    found = scripted(*talks, edit=edit)
    assert found.causes == ([("server-restart", "info", 3)] if together else [])


def test_connections_in_the_report_include_the_other_legs() -> None:
    report = examine("service-address").report
    listed = {connection.id for connection in report.connections}
    for occurrence in report.findings[0].occurrences:
        assert {leg.connection for leg in occurrence.also_seen_as} <= listed


def test_two_files_of_both_ends_show_each_failure_once() -> None:
    both = examine("masquerade-ends-client", "masquerade-ends-server")
    assert both.causes == examine("masquerade-ends-client").causes


def test_the_headline_without_failures_counts_connections_once(scripted: Scripted) -> None:
    talk = Conversation(**RANDOM).handshake().asks(get(), ok())  # type: ignore[arg-type]
    found = scripted(talk, edit=translated(client="192.0.2.1"))
    assert "in 1 connection with 1 exchange" in found.report.verdict.headline
    assert any("address translation" in limit for limit in found.report.limits)
