"""Idle timeouts of servers and clients, out of whole captures."""

from __future__ import annotations

import random

import pytest

from netdiag.timeouts import IdleTimeout
from tests.conversations import Conversation, Heard, Recorder, endpoint, listen
from tests.messages import get, head, ok

SERVER = endpoint("10.0.0.2", 80)
CLIENT = endpoint("10.0.0.1", 0)


def used(i: int = 0, *fields: str, server: str = "10.0.0.2") -> Conversation:
    """Connections far enough apart that no two end together."""
    talk = Conversation(client_port=40000 + i, server=server, start_s=100.0 * i)
    return talk.handshake().asks(get(), ok(b"x", *fields))


def closed(talk: Conversation, seconds: float) -> Conversation:
    return talk.wait(seconds).server.fin().client.acks()


def of_server(heard: Heard, server: int = SERVER) -> IdleTimeout:
    return heard.timeouts.servers[server]


def test_nothing_observed_nothing_inferred(record: Recorder) -> None:
    heard = record(used())
    assert (heard.timeouts.servers, heard.timeouts.clients) == ({}, {})
    assert heard.timeouts.longest_reuse_s == {}


def test_closes_of_idle_connections_measure_the_servers_timeout(record: Recorder) -> None:
    heard = record(*[closed(used(i), 5.0) for i in range(4)])
    timeout = of_server(heard)
    assert (timeout.closes, timeout.likely_setting_s) == (4, 5)
    assert timeout.consistent
    assert timeout.low_s is not None and timeout.high_s is not None
    assert timeout.low_s <= 5 <= timeout.high_s


def test_answered_reuses_bound_it_from_below(record: Recorder) -> None:
    heard = record(*[used(i).wait(seconds).asks(get(), ok()) for i, seconds in enumerate((3, 9))])
    timeout = of_server(heard)
    assert timeout.closes == 0
    assert timeout.longest_survived_s == pytest.approx(9, abs=0.01)
    assert timeout.low_s == timeout.longest_survived_s


def test_closes_and_reuses_together(record: Recorder) -> None:
    heard = record(closed(used(0).wait(4.8).asks(get(), ok()), 5.3))
    timeout = of_server(heard)
    assert timeout.longest_survived_s == pytest.approx(4.8, abs=0.01)
    assert timeout.low_s is not None and timeout.low_s < 4.8, "before the next tick"
    assert timeout.high_s == pytest.approx(5.3, abs=0.01)


def test_times_are_plain_numbers(record: Recorder) -> None:
    """Not numpy's: not every writer of reports knows those."""
    heard = record(*(closed(used(i).wait(4.8).asks(get(), ok()), 5.3) for i in range(3)))
    (timeout,) = heard.timeouts.servers.values()
    told = (getattr(timeout, name) for name in timeout.__struct_fields__ if name.endswith("_s"))
    assert {type(value) for value in told} <= {float, type(None)}
    assert type(timeout.longest_survived_s) is float


def test_a_stale_reuse_survived_nothing(record: Recorder) -> None:
    talk = closed(used(), 5.0).wait(20)
    talk.client.says(get("/2")).server.resets()
    heard = record(talk)
    assert of_server(heard).longest_survived_s is None
    assert heard.timeouts.longest_reuse_s[CLIENT] == pytest.approx(25, abs=0.01)


def test_a_silently_dropped_reuse_survived_nothing(record: Recorder) -> None:
    talk = used().wait(350)
    talk.client.says(get("/2"))
    assert SERVER not in record(talk).timeouts.servers


def test_idle_connections_that_clients_close_had_lived_so_long(record: Recorder) -> None:
    talk = used().wait(30)
    talk.client.fin().server.fin().client.acks()
    assert of_server(record(talk)).low_s == pytest.approx(30, abs=0.01)


def test_a_pause_shorter_than_a_timer_may_be_bounds_nothing(record: Recorder) -> None:
    heard = record(used().wait(0.1).asks(get(), ok()))
    assert heard.timeouts.servers == {}


def test_closes_with_another_reason_measure_nothing(record: Recorder) -> None:
    announced = closed(used(0, "Connection: close"), 7)
    unused = closed(Conversation(client_port=40001, start_s=100).handshake(), 8)
    waiting = used(2).wait(1)
    waiting.client.says(get("/slow")).wait(9)
    heard = record(announced, unused, closed(waiting, 0))
    assert all(timeout.closes == 0 for timeout in heard.timeouts.servers.values())


def test_a_restart_measures_nothing(record: Recorder) -> None:
    talks = []
    for i, age in enumerate((1, 4, 9, 20)):
        talk = Conversation(client_port=40000 + i, start_s=100 - age).handshake()
        talks.append(talk.asks(get(), ok()).at(100).server.fin())
    assert record(*talks).timeouts.servers == {}


def test_tunnels_measure_nothing(record: Recorder) -> None:
    talk = Conversation().handshake()
    talk.asks(get(), head("HTTP/1.1 101 Switching Protocols")).wait(30)
    talk.asks(b"\x81ping", b"\x81pong")
    heard = record(closed(talk, 60))
    assert heard.timeouts.servers == {}
    assert heard.timeouts.longest_reuse_s == {}


def test_each_server_has_its_own_timeout(record: Recorder) -> None:
    one = [closed(used(i), 5) for i in range(2)]
    other = [closed(used(i, server="10.0.0.3"), 20) for i in range(2)]
    heard = record(*one, *other)
    assert of_server(heard).likely_setting_s == 5
    assert of_server(heard, endpoint("10.0.0.3", 80)).likely_setting_s == 20


def test_ports_of_one_host_are_servers_of_their_own(record: Recorder) -> None:
    talks = []
    for port, seconds in ((80, 5), (8080, 30)):
        talk = Conversation(port=port, client_port=port).handshake().asks(get(), ok())
        talks.append(closed(talk, seconds))
    heard = record(*talks)
    assert of_server(heard).likely_setting_s == 5
    assert of_server(heard, endpoint("10.0.0.2", 8080)).likely_setting_s == 30


def test_what_the_server_declares_is_reported_beside_it(record: Recorder) -> None:
    """Node.js says 5 and closes after 6."""
    heard = record(*[closed(used(i, "Keep-Alive: timeout=5"), 6.0) for i in range(3)])
    timeout = of_server(heard)
    assert (timeout.declared_s, timeout.likely_setting_s) == (5, 5)
    assert timeout.high_s is not None and timeout.high_s > 6


def client_closes(count: int, seconds: float) -> list[Conversation]:
    talks = []
    for i in range(count):
        talk = used(i).wait(seconds)
        talk.client.fin().server.fin().client.acks()
        talks.append(talk)
    return talks


def test_a_client_that_closes_by_habit_has_a_timeout(record: Recorder) -> None:
    heard = record(*client_closes(3, 4.0))
    timeout = heard.timeouts.clients[CLIENT]
    assert (timeout.closes, timeout.likely_setting_s) == (3, 4)


def test_one_close_by_a_client_is_no_habit(record: Recorder) -> None:
    """It may just be done."""
    assert record(*client_closes(1, 4.0)).timeouts.clients == {}


def test_closes_right_after_the_response_are_no_timer_of_the_client(record: Recorder) -> None:
    assert record(*client_closes(3, 0.1)).timeouts.clients == {}


def test_a_client_that_gives_up_waiting_has_no_idle_timeout(record: Recorder) -> None:
    talks = []
    for i in range(3):
        talk = used(i).wait(1)
        talk.client.says(get("/slow")).wait(10).client.fin()
        talks.append(talk)
    assert CLIENT not in record(*talks).timeouts.clients


def test_a_client_that_closes_after_the_server_has_none_either(record: Recorder) -> None:
    talks = [closed(used(i), 5.0).wait(20) for i in range(3)]
    for talk in talks:
        talk.client.fin()
    assert CLIENT not in record(*talks).timeouts.clients


def test_a_client_is_its_host_whatever_the_port(record: Recorder) -> None:
    heard = record(used(0).wait(3).asks(get(), ok()), used(1).wait(7).asks(get(), ok()))
    assert set(heard.timeouts.clients) == {CLIENT}
    assert heard.timeouts.longest_reuse_s == {CLIENT: pytest.approx(7, abs=0.01)}


def test_keep_alive_probes_do_not_restart_the_clock(record: Recorder) -> None:
    talk = used()
    for _ in range(4):
        talk.wait(15).server.probes().client.acks()
    assert of_server(record(closed(talk, 15))).likely_setting_s == 75


@pytest.mark.parametrize("setting", [2, 5, 15, 60, 75, 300])
def test_a_busy_pool_tells_the_setting(setting: int) -> None:
    """Many connections, used at random until one pause is too long."""
    rng = random.Random(setting)
    talks = []
    for i in range(40):
        talk = Conversation(client_port=30000 + i, start_s=rng.uniform(0, 1000)).handshake()
        talk.asks(get(), ok())
        while (pause := rng.expovariate(1.5 / setting)) < setting:
            talk.wait(pause).asks(get(), ok())
        talk.wait(setting + rng.uniform(0, 0.003) - 0.0001).server.fin().client.acks()
        if rng.random() < 0.3:
            talk.wait(pause - setting).client.says(get("/stale")).server.resets()
        talks.append(talk)
    timeout = of_server(listen(*talks))
    assert timeout.likely_setting_s == setting
    assert (timeout.confidence, timeout.consistent) == ("high", True)
    assert timeout.low_s is not None and timeout.high_s is not None
    assert timeout.low_s <= setting <= timeout.high_s


def test_nothing_at_all() -> None:
    timeouts = listen().timeouts
    assert (timeouts.servers, timeouts.clients, timeouts.longest_reuse_s) == ({}, {}, {})
