"""Servers that end connections at a fixed age, by a timer or with the first answer after it."""

from __future__ import annotations

import numpy as np
import pytest

from netdiag.timeouts import Reason, age_limits
from tests.conversations import Conversation, Heard, Packet, listen, moved
from tests.messages import get, ok

CLOSES = "Connection: close"


def lived(number: int, begins_s: float, *pauses_s: float) -> Conversation:
    """A connection that began at some time, with a request after each pause."""
    talk = Conversation(client_port=50000 + number, start_s=begins_s).handshake()
    for pause_s in pauses_s:
        talk.wait(pause_s).asks(get(), ok())
    return talk


def ended(talk: Conversation, age_s: float, begins_s: float) -> Conversation:
    return talk.at(begins_s + age_s).server.fin().client.acks().client.fin().server.acks()


def at_age(*ages_s: float, apart_s: float = 7.0) -> list[Conversation]:
    """Connections that their server ends at these ages, each idle for another time."""
    talks = []
    for number, age_s in enumerate(ages_s):
        begins_s = apart_s * number
        talk = lived(number, begins_s, 1.0, 2.0 + 3.0 * number)
        talks.append(ended(talk, age_s, begins_s))
    return talks


def last_answers(*plans: list[float], limit_s: float = 10.0) -> list[Conversation]:
    """Connections whose first answer after `limit_s` closes them, with these pauses between."""
    talks = []
    for number, pauses_s in enumerate(plans):
        talk, age_s = lived(number, 1.5 * number), 0.0
        for pause_s in pauses_s:
            talk.wait(pause_s)
            age_s += pause_s
            if age_s >= limit_s:
                talk.asks(get(), ok(b"", CLOSES)).server.fin().client.fin().server.acks()
                break
            talk.asks(get(), ok())
        talks.append(talk)
    return talks


def reasons(heard: Heard) -> set[Reason]:
    return {Reason(int(reason)) for reason in heard.reason}


def test_a_timer_ends_them_at_one_age() -> None:
    heard = listen(*at_age(20.0, 20.01, 20.3))
    assert reasons(heard) == {Reason.AGE_LIMIT}
    limits = age_limits(
        heard.traffic, heard.connections, heard.endings, heard.reason == Reason.AGE_LIMIT
    )
    assert list(limits.values()) == [pytest.approx(20.0, abs=0.01)]


@pytest.mark.parametrize(("pause_s", "limited"), [(1.6, False), (0.01, True)])
def test_a_farewell_that_cannot_be_read_is_no_answer(pause_s: float, limited: bool) -> None:
    talks = []
    for number in range(8):
        talk, count = Conversation(client_port=50000 + number, start_s=0.7 * number), number % 4 + 2
        talk.handshake()
        for _ in range(count):
            talk.wait((2.8 - pause_s) / count).client.says(b"\x80ask")
            talk.server.says(b"\x81answer").client.acks()
        talks.append(talk.wait(pause_s).server.says(b"\x82bye").server.fin().client.acks())
    other = Conversation(client_port=50009).handshake()
    for _ in range(3):
        other.wait(0.7).client.says(b"\x80ask").server.says(b"\x81answer").client.acks()
    found = reasons(listen(*talks, other))
    assert (Reason.AGE_LIMIT in found) is limited


def test_a_clock_that_was_set_back_makes_no_age() -> None:
    talks = [lived(number, 1.7 * number, 0.1) for number in range(3)]
    talks = [talk.wait(5).server.fin().client.acks() for talk in talks]

    def set_back(packets: list[Packet]) -> list[Packet]:
        half = len(packets) // 2
        return packets[:half] + [moved(packet, -3.0) for packet in packets[half:]]

    assert Reason.AGE_LIMIT not in reasons(listen(*talks, edit=set_back))


def test_two_may_be_chance() -> None:
    assert Reason.AGE_LIMIT not in reasons(listen(*at_age(20.0, 20.01)))


def test_other_ages_are_chance() -> None:
    assert Reason.AGE_LIMIT not in reasons(listen(*at_age(20.0, 14.0, 17.0)))


def test_nothing_gets_past_the_limit() -> None:
    older = lived(9, 3.0, *[1.0] * 30)
    assert Reason.AGE_LIMIT not in reasons(listen(*at_age(20.0, 20.01, 20.3), older))


def test_what_begins_and_ends_together_may_have_met_a_restart() -> None:
    assert reasons(listen(*at_age(*[20.0] * 5, apart_s=0.1))) == {Reason.TOGETHER}


def test_a_number_of_requests_that_takes_the_same_time_each_time() -> None:
    talks = []
    for number in range(9):
        talk = lived(number, 7.0 * number, *[1.0 + 0.01 * number] * 20)
        talks.append(talk.server.fin().client.acks().client.fin().server.acks())
    assert reasons(listen(*talks)) == {Reason.REQUEST_LIMIT}


def test_the_same_idle_time_is_an_idle_timeout() -> None:
    talks = [ended(lived(n, 7.0 * n, 1.0), 16.0, 7.0 * n) for n in range(4)]
    assert reasons(listen(*talks)) == {Reason.IDLE}


def test_ages_a_tenth_around_the_setting() -> None:
    """What gRPC adds or takes at random (proposal A9)."""
    drawn = np.random.default_rng(5).uniform(0.9, 1.1, 9) * 60
    assert reasons(listen(*at_age(*drawn.tolist()))) == {Reason.AGE_LIMIT}
    few = at_age(*drawn[:4].tolist())
    assert Reason.AGE_LIMIT not in reasons(listen(*few)), "four of them may be chance"


def test_short_idle_times_that_others_survived() -> None:
    talks = [ended(lived(n, 7.0 * n, *[0.5] * 23), 12.0, 7.0 * n) for n in range(3)]
    assert Reason.AGE_LIMIT not in reasons(listen(*talks)), "idle for half a second each time"
    survived = lived(8, 2.0, 0.5, 4.0, 0.5)
    assert reasons(listen(*talks, survived)) == {Reason.AGE_LIMIT, Reason.NOT_CLOSED}


def test_the_first_answer_after_an_age() -> None:
    heard = listen(*last_answers([0.7] * 20, [1.1] * 20, [2.3] * 20))
    assert reasons(heard) == {Reason.AGE_LIMIT}


@pytest.mark.parametrize(
    "talks",
    [
        last_answers([0.7] * 20, [1.1] * 20),  # two may be chance
        last_answers([1.0] * 20, [1.0] * 20, [1.0] * 20),  # the number of requests is the same
        last_answers([0.01] * 20, [0.02] * 20, [0.03] * 20, limit_s=0.1),  # nobody sets that
        [*last_answers([0.7] * 20, [1.1] * 20, [2.3] * 20), lived(9, 0.0, *[1.0] * 12)],
        last_answers([1.0] * 20, [1.0] * 20, [0.95] * 20),  # nearly the same number
        last_answers([1.05] * 20, [1.05] * 20, [0.87] * 20, limit_s=9.0),  # 9 and 11 of them
        last_answers([0.5] * 8 + [7], [2, 2, 9], [1] * 4 + [12]),  # 4 s and 11 s leave much open
    ],
    ids=["two", "same-number", "young", "older", "near-number", "nine-or-eleven", "far-apart"],
)
def test_answers_that_show_no_age(talks: list[Conversation]) -> None:
    assert Reason.AGE_LIMIT not in reasons(listen(*talks))


def test_a_client_that_asks_for_the_close_decides_itself() -> None:
    asked = []
    for number in range(3):
        again = Conversation(client_port=51000 + number, start_s=30.0).handshake()
        for _ in range(4 + number):
            again.wait(1.0).asks(get(), ok())
        again.asks(get("/last", "GET", CLOSES), ok(b"", CLOSES)).server.fin().client.fin()
        asked.append(again)
    assert Reason.AGE_LIMIT not in reasons(listen(*asked))


def busy_until(*ages_s: float) -> list[Conversation]:
    """Connections that their server ends at these ages, idle for one to four seconds."""
    talks = []
    for number, age_s in enumerate(ages_s):
        begins_s = 7.0 * number
        talk = lived(number, begins_s, 1.0, age_s - 2.0 - number % 4)
        talks.append(ended(talk, age_s, begins_s))
    return talks


def test_the_oldest_of_many_are_chance() -> None:
    ages_s = [6 + 0.9 * number for number in range(16)] + [20.0, 20.01, 20.3]
    assert Reason.AGE_LIMIT not in reasons(listen(*busy_until(*ages_s)))


def test_many_at_one_age_are_no_chance_among_others() -> None:
    ages_s = [6.0, 11.0, 13.0, *(20 + 0.01 * number for number in range(6))]
    assert Reason.AGE_LIMIT in reasons(listen(*busy_until(*ages_s)))
