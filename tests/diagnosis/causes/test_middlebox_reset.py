"""`middlebox-reset`: the RST is not from the host that it names."""

from __future__ import annotations

import pytest

from tests.messages import get
from tests.recorded import examine
from tests.scripted import Scripted, pooled

SLUG = "middlebox-reset"


@pytest.mark.parametrize("name", ["middlebox-reset-client", "middlebox-reset-both-ways-client"])
def test_it_harms_requests(name: str) -> None:
    found = examine(name)
    assert found.causes == [(SLUG, "error", 5)]
    origins = {case.story.reset.origin for case in found.cases(SLUG) if case.story.reset}
    assert origins == {"middlebox"}


@pytest.mark.parametrize(
    "name",
    [
        "middlebox-idle-reset-client",
        "middlebox-idle-reset-server",
        "middlebox-reset-both-ways-server",
    ],
)
def test_it_is_a_risk_where_no_request_is_seen_to_fail(name: str) -> None:
    found = examine(name)
    assert {(cause, severity) for cause, severity, _ in found.causes} == {(SLUG, "warning")}
    assert found.report.verdict.risk == SLUG


@pytest.mark.parametrize(
    "name",
    [
        *("lost-fin-client", "server-vanished-client", "mariadb-idle-reset", "nginx-stale"),
        *("any-interface", "stale", "connection-refused-firewall-client", "middlebox-reset-server"),
    ],
)
def test_it_is_silent(name: str) -> None:
    assert SLUG not in examine(name).slugs


@pytest.mark.parametrize(
    ("ttl", "cause"),
    [
        (63, "lost-close"),  # the server's own, one hop away
        (127, "lost-close"),  # one hop as well: RSTs of some hosts begin with another value
        (254, "lost-close"),
        (62, "lost-close"),  # one hop more: the route has changed
        (61, SLUG),
        (64, SLUG),
        (255, SLUG),
        (126, SLUG),
    ],
)
def test_the_hops_tell(scripted: Scripted, ttl: int, cause: str) -> None:
    found = scripted(pooled().wait(60).client.says(get("/x")).server.resets(ttl=ttl))
    assert found.causes == [(cause, "error", 1)]


def test_a_window_of_0_and_no_ip_id_prove_nothing(scripted: Scripted) -> None:
    found = scripted(pooled().wait(60).client.says(get("/x")).server.resets(window=0, ip_id=0))
    assert found.causes == [("lost-close", "error", 1)]


def test_in_the_clients_name(scripted: Scripted) -> None:
    found = scripted(pooled().wait(60).client.aborts(ttl=250))
    assert found.causes == [(SLUG, "warning", 1)]


def test_a_told_client_is_to_blame_itself(scripted: Scripted) -> None:
    talk = pooled().wait(5).server.fin().client.acks().wait(9).client.says(get("/x"))
    assert scripted(talk.server.resets(ttl=64)).report.verdict.cause == "stale-keep-alive"


def test_the_box_does_not_measure_the_server() -> None:
    """The server would have kept its connections for 60 s."""
    (server,) = examine("middlebox-idle-reset-client").report.servers
    assert server.idle_timeout is not None
    assert server.idle_timeout.estimate_s is None
