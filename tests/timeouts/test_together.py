"""A restart ends all connections of a server at once; a timer only those that are old enough."""

from __future__ import annotations

import math

import numpy as np
import pytest
from msgspec.structs import replace

from netdiag.decode.bygones import Bygones, How
from netdiag.timeouts import Reason
from netdiag.timeouts.together import ended_in_one_moment
from tests.connections.gone import gone
from tests.conversations import START_NS, Conversation, Edit, Heard, Packet, Recorder
from tests.messages import get, ok
from tests.scripted import Scripted


def talk_at(port: int, last_word_s: float, server: str = "10.0.0.2") -> Conversation:
    """A connection whose only exchange ends at that second."""
    talk = Conversation(client_port=port, server=server, start_s=last_word_s - 0.001)
    return talk.handshake().asks(get(), ok())


def close_at(talk: Conversation, seconds: float) -> Conversation:
    return talk.at(seconds).server.fin().client.acks()


def reasons(heard: Heard, talks: list[Conversation]) -> set[Reason]:
    return {heard.reason_of(talk) for talk in talks}


def killed(ages: list[float], at_s: float = 100.0, apart_s: float = 0.0) -> list[Conversation]:
    """Connections of these idle ages that end one after the other."""
    return [
        close_at(talk_at(40000 + i, at_s - age), at_s + i * apart_s) for i, age in enumerate(ages)
    ]


def test_a_restart_ends_connections_of_all_ages(record: Recorder) -> None:
    """Kill -9 takes 36 µs for all of them."""
    talks = killed([1, 4, 9, 20], apart_s=0.00001)
    assert reasons(record(*talks), talks) == {Reason.TOGETHER}


def test_a_slow_restart_takes_up_to_a_second(record: Recorder) -> None:
    talks = killed([1, 4, 9, 20], apart_s=0.3)
    assert reasons(record(*talks), talks) == {Reason.TOGETHER}
    talks = killed([1, 4, 9, 20], apart_s=1.5)
    assert reasons(record(*talks), talks) == {Reason.IDLE}


def test_two_connections_may_end_together_by_chance(record: Recorder) -> None:
    talks = killed([1, 20])
    assert reasons(record(*talks), talks) == {Reason.IDLE}


def test_a_restart_ends_active_and_unused_connections_as_well(record: Recorder) -> None:
    talks = killed([1, 20])
    waiting = talk_at(41000, 95)
    waiting.client.says(get("/slow"))
    unused = Conversation(client_port=41001, start_s=97).handshake()
    talks += [close_at(waiting, 100), close_at(unused, 100)]
    assert reasons(record(*talks), talks) == {Reason.TOGETHER}


@pytest.mark.parametrize(("idle_s", "together"), [(1.0, False), (1.0001, True)])
def test_an_unused_connection_has_no_age(record: Recorder, idle_s: float, together: bool) -> None:
    """And a second more than none is what one timer may take."""
    used = talk_at(40000, 98)
    unused = [Conversation(client_port=41000 + i, start_s=90 + i).handshake() for i in range(2)]
    moment_s = (used.packets[-2].time_ns - START_NS) / 1e9 + idle_s
    talks = [close_at(talk, moment_s) for talk in (used, *unused)]
    heard = record(*talks)
    assert heard.endings.idle_ns.max() == round(idle_s * 1e9)
    assert (reasons(heard, talks) == {Reason.TOGETHER}) is together


def test_equal_ages_are_a_timer(record: Recorder) -> None:
    """A burst of requests, and the idle timeout of all of them."""
    talks = killed([5.0, 5.01, 5.02, 5.03])
    assert reasons(record(*talks), talks) == {Reason.IDLE}


@pytest.mark.parametrize("timeout", [1, 2, 5])
def test_a_timer_that_looks_once_a_second_closes_several_at_one_tick(
    record: Recorder, timeout: int
) -> None:
    talks = killed([timeout + late for late in (0.02, 0.3, 0.6, 0.98)])
    assert reasons(record(*talks), talks) == {Reason.IDLE}


@pytest.mark.parametrize(("timeout", "tick"), [(30, 10), (120, 30)])
def test_coarser_timers_too(record: Recorder, timeout: int, tick: int) -> None:
    """com.sun.net.httpserver, and waitress."""
    talks = killed([timeout + tick * share for share in (0.01, 0.4, 0.8)])
    assert reasons(record(*talks), talks) == {Reason.IDLE}


def sweep(timeout: float, every: float, last_words: list[float]) -> list[Conversation]:
    """What a timer does that looks at all connections every so often."""
    return [
        close_at(talk_at(40000 + i, word), math.ceil((word + timeout) / every) * every)
        for i, word in enumerate(last_words)
    ]


def test_a_sweep_of_thirty_seconds_leaves_the_younger_ones(record: Recorder) -> None:
    """Ages of 10 to 38 s, and yet no restart: others lived through it until the next sweep."""
    talks = sweep(10, 30, [10, 15, 19, 22, 24, 33, 45, 50, 55])
    assert reasons(record(*talks), talks) == {Reason.IDLE}


def test_a_clock_of_ten_seconds_is_no_restart(record: Recorder) -> None:
    """com.sun.net.httpserver with an idle interval of 5 s: ages of 5 to 15 s, and nobody left."""
    talks = sweep(5, 10, [1, 4, 16, 24, 26, 31, 34])
    assert reasons(record(*talks), talks) == {Reason.IDLE}


def test_a_restart_between_two_ticks_is_one(record: Recorder) -> None:
    talks, ended = sweep(5, 10, [1, 4, 11, 24]), [talk_at(41000 + i, 34.0 + i) for i in range(4)]
    ended = [close_at(talk, 38.5) for talk in ended]
    assert reasons(record(*talks, *ended), ended) == {Reason.TOGETHER}


def refused(port: int, at_s: float) -> Conversation:
    talk = Conversation(client_port=port, start_s=at_s)
    return talk.client.syn().server.aborts()


def test_equal_ages_and_a_refused_syn_are_a_restart(record: Recorder) -> None:
    talks = killed([5.0, 5.01, 5.02])
    assert reasons(record(*talks, refused(41000, 101)), talks) == {Reason.TOGETHER}


@pytest.mark.parametrize("at_s", [90, 115])
def test_a_syn_refused_at_another_time_says_nothing(record: Recorder, at_s: float) -> None:
    talks = killed([5.0, 5.01, 5.02])
    assert reasons(record(*talks, refused(41000, at_s)), talks) == {Reason.IDLE}


def late(talk: Conversation, seconds: float) -> Edit:
    """A capture that begins so late for one connection."""
    begins_ns, own = START_NS + round(seconds * 1e9), {id(packet) for packet in talk.packets}

    def edit(packets: list[Packet]) -> list[Packet]:
        return [p for p in packets if id(p) not in own or p.time_ns >= begins_ns]

    return edit


def test_what_lay_idle_before_the_capture_began_is_as_old_as_any(record: Recorder) -> None:
    """A burst, and its idle timeout: of one connection the capture has nothing but the FIN."""
    talks = killed([5.0, 5.01, 5.02])
    assert reasons(record(*talks, edit=late(talks[1], 96)), talks) == {Reason.IDLE, Reason.UNUSED}


@pytest.mark.parametrize(("ages_s", "reason"), [((1, 4), Reason.TOGETHER), ((1, 2), Reason.IDLE)])
def test_it_is_no_younger_than_its_time_in_the_capture(
    ages_s: tuple[float, ...], reason: Reason, record: Recorder
) -> None:
    talks = killed([1, 1, 30])
    talks[2] = talk_at(40002, 60).at(100 - ages_s[1])
    close_at(talks[2].client.probes().server.acks(), 100)
    heard = record(*talks, edit=late(talks[2], 90))
    assert heard.reason_of(talks[0]) == reason


def test_what_was_lost_before_a_close_makes_no_age(record: Recorder) -> None:
    """The last exchange of one, the only one of another: as old as the others for all we know."""
    talks = killed([5.0, 5.01, 5.02, 5.03])
    again = talk_at(41000, 60).at(95)
    again.client.says(get(), unseen=True).server.says(ok(), unseen=True)
    only = Conversation(client_port=41001, start_s=94.9).handshake()
    only.client.says(get(), unseen=True).server.says(ok(), unseen=True)
    unheard = Conversation(client_port=41002, start_s=94.9).handshake()
    unheard.client.says(get()[:9], unseen=True).server.acks()
    lost = [close_at(talk, 100) for talk in (again, only, unheard)]
    assert reasons(record(*talks, *lost), talks) == {Reason.IDLE}


def test_a_lost_handshake_makes_no_survivor_of_what_ended_with_the_others(
    record: Recorder,
) -> None:
    talks = killed([1, 4, 9])
    last = Conversation(client_port=41000, start_s=90)
    last.client.syn().server.syn(unseen=True).client.acks().asks(get(), ok())
    talks.append(close_at(last, 100.001))
    assert reasons(record(*talks), talks) == {Reason.TOGETHER}


def test_a_refusal_is_none_whose_connection_came_about(record: Recorder) -> None:
    """Its SYN/ACK alone is missing."""
    talks = killed([5.0, 5.01, 5.02])
    talk = Conversation(client_port=41000, start_s=101)
    talk.client.syn().server.syn(unseen=True).client.acks().asks(get(), ok()).wait(1)
    talk.server.aborts()
    assert reasons(record(*talks, talk), talks) == {Reason.IDLE}


def test_two_restarts(record: Recorder) -> None:
    first = killed([1, 4, 9])
    second = [close_at(talk_at(42000 + i, 200 - age), 200) for i, age in enumerate([2, 8, 30])]
    assert reasons(record(*first, *second), first + second) == {Reason.TOGETHER}


def test_each_server_restarts_by_itself(record: Recorder) -> None:
    restarted = killed([1, 4, 9, 20])
    other = [
        close_at(talk_at(42000 + i, 100 - age, server="10.0.0.3"), 100)
        for i, age in enumerate([5.0, 5.01, 5.02])
    ]
    heard = record(*restarted, *other)
    assert reasons(heard, restarted) == {Reason.TOGETHER}
    assert reasons(heard, other) == {Reason.IDLE}


def test_a_restart_leaves_what_the_clients_closed_to_them(record: Recorder) -> None:
    talks = killed([1, 4, 9, 20])
    gone = talk_at(41000, 50).at(60)
    gone.client.fin().server.fin().client.acks()
    heard = record(*talks, gone)
    assert reasons(heard, talks) == {Reason.TOGETHER}
    assert heard.reason_of(gone) == Reason.NOT_CLOSED


@pytest.mark.parametrize(
    ("ages_s", "doubtful"), [((6.5, 7.3, 8.2), True), ((8.0, 8.0, 8.01), False)]
)
def test_one_sweep_alone_could_be_a_restart(
    ages_s: tuple[float, ...], doubtful: bool, scripted: Scripted
) -> None:
    talks = [
        close_at(talk_at(50_000 + number, 20 - age_s), 20) for number, age_s in enumerate(ages_s)
    ]
    talks[0].wait(3).client.says(get()).server.resets()
    (finding,) = scripted(*talks).report.findings
    assert finding.cause == "stale-keep-alive"
    assert finding.confidence == ("medium" if doubtful else "high")
    assert any("a restart could look the same" in doubt for doubt in finding.doubts) is doubtful


def timed_out(at_s: float, idle_s: float, how: How = How.BY_SERVER | How.IDLE) -> Bygones:
    """A connection without rows."""
    return replace(
        gone(),
        how=np.array([how], np.uint8),
        begun_ns=np.array([START_NS]),
        closed_ns=np.array([START_NS + int(at_s * 1e9)]),
        idle_ns=np.array([int(idle_s * 1e9)]),
    )


def in_one_moment(heard: Heard, bygones: Bygones) -> bool:
    idle = np.ones(len(heard.connections), bool)
    return bool(ended_in_one_moment(heard.traffic, heard.connections, heard.endings, idle, bygones))


def test_idle_ends_elsewhere_tell_that_there_was_no_one_moment(record: Recorder) -> None:
    """Of connections without rows as well."""
    heard = record(*killed([10, 10.2, 10.4]))
    assert in_one_moment(heard, Bygones.empty())
    assert in_one_moment(heard, timed_out(100.5, 10))
    assert not in_one_moment(heard, timed_out(200, 10))
    assert in_one_moment(heard, timed_out(200, 10, How.IDLE))
    assert in_one_moment(heard, timed_out(200, 0, How.BY_SERVER))
    pair = record(*killed([10, 10.1]))
    assert not in_one_moment(pair, Bygones.empty())
    assert in_one_moment(pair, timed_out(100.5, 10.5))
