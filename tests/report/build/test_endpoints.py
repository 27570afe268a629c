"""Reports on servers, clients and idle timeouts."""

from __future__ import annotations

from msgspec.structs import astuple

from netdiag.analysis import Options
from netdiag.report.build.endpoints import clients, idle_timeout, servers
from tests.recorded import examine
from tests.scripted import Scripted, closed_when_idle, pooled, reused


def test_a_server(scripted: Scripted) -> None:
    talks = [
        reused(5, 3),
        closed_when_idle(5, client_port=40001, start_s=1),
        pooled(client_port=40002, start_s=2).wait(1).client.fin().server.acks(),
        pooled(client_port=40003, start_s=3).wait(1).client.aborts(),
        pooled(client_port=40004, start_s=4).wait(9).server.aborts(),
        pooled(client_port=40005, start_s=5),
    ]
    (server,) = servers(scripted(*talks).subject)
    assert (server.endpoint, server.protocol, server.product) == ("10.0.0.2:80", "http/1", None)
    assert (server.connections, server.exchanges) == (6, 7)
    assert astuple(server.closes) == (2, 1, 1, 1, 1)
    assert server.max_requests is None


def test_the_busiest_come_first(scripted: Scripted) -> None:
    talks = [pooled(server="10.0.0.9")] + [pooled(client_port=40001 + i) for i in range(2)]
    found = scripted(*talks)
    assert [s.connections for s in servers(found.subject)] == [2, 1]
    assert [s.endpoint for s in servers(found.subject)] == ["10.0.0.2:80", "10.0.0.9:80"]


def test_a_client_is_a_host(scripted: Scripted) -> None:
    found = scripted(pooled(), pooled(client_port=40001), pooled(client="10.0.0.9"))
    assert [(c.address, c.connections) for c in clients(found.subject)] == [
        ("10.0.0.1", 2),
        ("10.0.0.9", 1),
    ]


def test_longest_reuse_and_products() -> None:
    (client,) = clients(examine("tomcat-stale-20s").subject)
    assert client.product is not None
    assert client.product.startswith("Apache-HttpClient/4.5")
    assert client.longest_idle_reuse_s is not None
    assert 30 < client.longest_idle_reuse_s < 32


def test_a_clients_own_timeout() -> None:
    (client,) = clients(examine("httpclient-keepalive-5s-cured").subject)
    assert client.idle_timeout is not None
    assert client.idle_timeout.estimate_s is not None
    assert 5 <= client.idle_timeout.estimate_s <= 6


def test_only_what_was_asked_for(scripted: Scripted) -> None:
    talks = [pooled(), pooled(server="10.0.0.9", client="10.0.0.5")]
    found = scripted(*talks, options=Options(server="10.0.0.9"))
    assert [s.endpoint for s in servers(found.subject)] == ["10.0.0.9:80"]
    assert [c.address for c in clients(found.subject)] == ["10.0.0.5"]


def test_numbers_are_rounded_to_microseconds(scripted: Scripted) -> None:
    found = scripted(closed_when_idle(5))
    (timeout,) = found.scene.timeouts.servers.values()
    report = idle_timeout(timeout)
    assert report is not None
    for value in (report.estimate_s, report.low_s, report.high_s):
        assert value is None or round(value, 6) == value
    assert idle_timeout(None) is None


def test_limits_of_requests() -> None:
    assert [s.max_requests for s in servers(examine("nginx-max-requests").subject)] == [5]


def test_protocols() -> None:
    assert {
        name: servers(examine(name).subject)[0].protocol
        for name in ("mariadb-idle-reset", "redis-timeout", "nginx-tls13-stale")
    } == {"mariadb-idle-reset": "mysql", "redis-timeout": "redis", "nginx-tls13-stale": "tls"}


def test_the_ends_at_which_each_server_was_captured() -> None:
    seen = {
        names: [server.vantage_ends for server in servers(examine(*names).subject)]
        for names in [
            ("nginx-stale",),
            ("race-client",),
            ("race-server", "race-client"),
            ("stale",),
        ]
    }
    assert list(seen.values()) == [
        [("client", "server")],
        [("client",)],
        [("client", "server")],
        [()],
    ]


def test_several_servers_behind_one_address_are_named(scripted: Scripted) -> None:
    gaps = (5, 5, 5, 60, 60)
    talks = [
        closed_when_idle(gap, client_port=40000 + i, start_s=7 * i) for i, gap in enumerate(gaps)
    ]
    (server,) = servers(scripted(*talks).subject)
    timeout = server.idle_timeout
    assert timeout is not None
    assert [(group.likely_setting_s, group.closes) for group in timeout.groups] == [(5, 3), (60, 2)]
    assert timeout.contradiction is not None
    assert "the closes lie in 2 groups, at 5 s and 60 s" in timeout.contradiction


def test_a_connection_that_lived_too_long_is_named(scripted: Scripted) -> None:
    talks = [closed_when_idle(5, client_port=40000 + i, start_s=7 * i) for i in range(4)]
    (server,) = servers(scripted(*talks, pooled(2, 30, client_port=41000)).subject)
    timeout = server.idle_timeout
    assert timeout is not None
    assert not timeout.consistent
    assert timeout.contradiction is not None
    assert "still worked after 30 s idle" in timeout.contradiction
    assert timeout.likely_setting_basis == "round value in range"
