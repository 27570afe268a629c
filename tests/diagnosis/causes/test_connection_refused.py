"""`connection-refused`: a RST answers the SYN."""

from __future__ import annotations

import pytest

from tests.conversations import Conversation
from tests.recorded import examine
from tests.scripted import Scripted, pooled

SLUG = "connection-refused"


@pytest.mark.parametrize(
    ("name", "times"),
    [
        ("connection-refused", 6),
        ("connection-refused-remote-client", 10),
        ("connection-refused-remote-server", 10),
        ("connection-refused-firewall-client", 10),
    ],
)
def test_it_holds(name: str, times: int) -> None:
    assert examine(name).causes == [(SLUG, "error", times)]


@pytest.mark.parametrize("name", ["firewall-syn-drop-client", "server-restart", "nginx-stale"])
def test_it_is_silent(name: str) -> None:
    assert SLUG not in examine(name).slugs


def refused(**ends: object) -> Conversation:
    return Conversation(**ends).client.syn().server.aborts()  # type: ignore[arg-type]


def test_one(scripted: Scripted) -> None:
    assert scripted(refused()).causes == [(SLUG, "error", 1)]


def test_a_scan_is_no_failure(scripted: Scripted) -> None:
    ports = [refused(port=port, client_port=40000 + port) for port in range(1, 12)]
    assert {severity for _, severity, _ in scripted(*ports).causes} == {"info"}
    assert {severity for _, severity, _ in scripted(*ports[:10]).causes} == {"error"}


def test_another_address_of_the_same_name(scripted: Scripted) -> None:
    worked = pooled(server="10.0.0.3", client_port=40001, start_s=0.1)
    found = scripted(refused(), worked)
    assert found.causes == [(SLUG, "info", 1)]


def test_another_address_much_later_is_another_attempt(scripted: Scripted) -> None:
    worked = pooled(server="10.0.0.3", client_port=40001, start_s=60)
    assert scripted(refused(), worked).causes == [(SLUG, "error", 1)]


def test_a_reset_by_the_client_refuses_nothing(scripted: Scripted) -> None:
    talk = Conversation().client.syn().server.syn_ack().client.aborts()
    assert not scripted(talk).findings
