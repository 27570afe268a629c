"""Connections that came to a good end leave few rows, and the report is the same.

Most of a capture are such connections, each with its ways to end; among them are some that fail.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from netdiag.connections import build
from netdiag.decode import load, samples
from netdiag.decode.segments import Segments
from netdiag.diagnosis import signs
from netdiag.exchanges import mark_payloads
from netdiag.exchanges.bystanders import QUIET_NS
from netdiag.exchanges.search import Stays
from netdiag.exchanges.settling import Settling
from netdiag.native import native
from tests.conversations import Conversation, Packet, listen, on_the_wire, write
from tests.disorder import damaged
from tests.exchanges.test_setting_aside import report
from tests.exchanges.test_settling import kept
from tests.incidents import SERVERS, encrypted, incident
from tests.messages import CLOSE_NOTIFY, get, ok, response
from tests.scripted import pooled

if native is None:
    pytest.skip("built without a C compiler", allow_module_level=True)

Ending = Callable[[Conversation], Conversation]
LONG_S = 3 * QUIET_NS / 1e9

ENDS: tuple[Ending, ...] = (
    lambda talk: talk.server.fin().client.acks().client.fin().server.acks(),
    lambda talk: talk.server.fin().client.fin().server.acks(),
    lambda talk: talk.wait(4).server.fin().client.acks().wait(0.3).client.fin().server.acks(),
    lambda talk: talk.wait(2).client.fin().server.fin().client.acks(),
    lambda talk: talk.client.aborts(),
    lambda talk: talk.client.says(get()).server.fin(ok()).client.fin().server.acks(),
    lambda talk: talk.wait(3).client.probes().server.acks().server.fin().client.fin(),
    lambda talk: talk.server.fin().client.says(get()).server.resets(),
    lambda talk: (
        talk.wait(5).server.says(response("408 Request Timeout", b"")).server.fin().client.fin()
    ),
)


def healthy(chance: random.Random, number: int, span_s: float) -> Conversation:
    """A connection of a service whose servers end connections in one way each."""
    which = chance.randrange(len(SERVERS))
    talk = Conversation(
        server=SERVERS[which], client_port=20000 + number, start_s=chance.uniform(0, span_s)
    )
    talk.handshake()
    for _ in range(chance.choice((1, 2, 3, 5, 8, 13))):
        request, answer = get(chance.choice(("/", "/items"))), ok(b"z" * chance.choice((5, 900)))
        if chance.random() < 0.1:
            talk.client.says(request).server.acks().wait(0.3).server.says(answer).client.acks()
        elif chance.random() < 0.1:
            talk.client.says(request).server.says(answer[:40]).wait(0.2)
            talk.server.says(answer[40:]).client.acks()
        else:
            talk.asks(request, answer)
        talk.wait(chance.uniform(0, 3))
    usual = (number * 7 + which) % len(ENDS) if chance.random() < 0.3 else which * 3
    ENDS[usual](talk)
    return talk


def in_tls(chance: random.Random, number: int, span_s: float) -> Conversation:
    talk = encrypted(chance, 300 + number, 6).wait(1)
    talk.server.says(CLOSE_NOTIFY).server.fin().client.acks().client.fin().server.acks()
    return talk.wait(span_s)


def day(seed: int) -> list[Packet]:
    """Packets of many healthy connections, and of a few that aren't."""
    chance = random.Random(seed)
    talks = [healthy(chance, number, 10 * LONG_S) for number in range(60)]
    talks += [in_tls(chance, number, LONG_S) for number in range(5)]
    packets = on_the_wire([*talks, *incident(seed, 4, 6)])
    return damaged(packets, chance, (0.003, 0.02)[seed % 2]) if seed % 3 == 0 else packets


@pytest.mark.parametrize("seed", range(30))
def test_a_day_reads_the_same(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    enough = (1, 30, 10_000)[seed % 3]
    monkeypatch.setattr(signs, "ENOUGH", enough)
    monkeypatch.setattr(samples, "LARGE", (3, 40)[seed // 9 % 2])
    path = tmp_path / "day.pcap"
    write(path, day(seed))
    rows = (30, 200, 800)[seed // 3 % 3]
    setter = partial(
        Settling, native, rows=rows, least_at_end=1, worth=0, stays=Stays(enough=enough)
    )
    assert report(path, setter, (4096, 20_000)[seed % 2]) == report(path, None)


@pytest.mark.parametrize("enough", [3, 20, 60, 200])
def test_what_tells_of_the_place_stays(
    enough: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signs, "ENOUGH", enough)
    path = tmp_path / "day.pcap"
    write(path, day(1))
    stays = partial(Settling, native, rows=100, worth=0, stays=Stays(enough=enough))
    kept, whole = (
        load([str(path)], mark_payloads, block_bytes=4096, setting_aside=setter).segments
        for setter in (stays, None)
    )
    assert sampled(kept) == sampled(whole)
    assert len(kept) < len(whole)


def sampled(segments: Segments) -> list[int]:
    """The frames that are asked where the capture was taken."""
    traffic, _ = build(segments)
    rows = signs._sample(traffic, np.arange(len(traffic)))
    frames: list[int] = segments.frame[traffic.row[rows]].tolist()
    return frames


def left(requests: int, end: Ending, enough: int = 1) -> Counter[str]:
    """What stays of a connection that ended long ago, when another one has come before."""
    others = pooled(1, client_port=40001), pooled(1, client_port=40002, start_s=1000)
    talk = pooled(requests, 1, start_s=10)
    end(talk)
    names, _ = kept(listen(talk, *others), stays=Stays(enough=enough))
    of_others = [packet.name for other in others for packet in other.packets]
    return Counter(map(kind, names)) - Counter(map(kind, of_others))


def kind(name: str) -> str:
    """GET, HTTP/1.1 or a flag."""
    first, *rest = name.split()
    return rest[0] if first in ("client", "server") else first


GOOD = Counter({"SYN": 2, "GET": 2, "HTTP/1.1": 2, "FIN": 2, "ACK": 3})


def test_of_a_good_end_the_first_and_the_last_exchange_stay() -> None:
    assert left(12, ENDS[0]) == left(50, ENDS[0]) == GOOD


def in_two(talk: Conversation) -> Conversation:
    talk.client.says(get()).server.says(ok()[:40]).wait(0.1).server.says(ok()[40:]).client.acks()
    return ENDS[0](talk.asks(get(), ok()))


@pytest.mark.parametrize(
    "end",
    [
        ENDS[4],
        lambda talk: talk.client.says(get()).server.fin().client.fin().server.acks(),
        lambda talk: talk.server.fin(response("408 Request Timeout", b"")).client.fin(),
        lambda talk: ENDS[0](talk.asks(get(), ok()).server.repeats()),
        in_two,
    ],
    ids=["abort", "no answer", "farewell", "again", "answer in two segments"],
)
def test_of_another_end_the_exchange_before_the_last_stays_as_well(end: Ending) -> None:
    assert left(12, end)["GET"] == GOOD["GET"] + 1


def test_after_something_odd_the_last_two_stay() -> None:
    def end(talk: Conversation) -> Conversation:
        talk.asks(get(), ok()).server.repeats()
        for _ in range(8):
            talk.wait(1).asks(get(), ok())
        return ENDS[0](talk)

    around = 3
    assert left(12, end)["GET"] == GOOD["GET"] + around + 1


def test_acknowledgments_stay_where_a_rst_came_after_the_ends() -> None:
    assert left(12, lambda talk: ENDS[0](talk).client.resets())["ACK"] == GOOD["ACK"] + 2


def test_the_opening_stays_where_it_tells_of_the_place() -> None:
    for enough in (10, 1000):  # the second connection has the tenth
        more = left(12, ENDS[0], enough) - GOOD
        assert more == Counter({"GET": 1, "HTTP/1.1": 1, "ACK": 1})


@pytest.mark.parametrize(
    ("odd", "more"),
    [
        (lambda talk: talk.client.acks(), 1),
        (lambda talk: talk.client.probes().server.acks(), 2),
        (lambda talk: talk.client.says(get()).server.acks(window=0).server.says(ok()), 1),
        (lambda talk: talk.client.acks(acknowledgment=talk.client.expects + 5), 1),
    ],
    ids=["the same again", "a probe", "a closed window", "what wasn't captured"],
)
def test_an_acknowledgment_that_says_more_stays(odd: Ending, more: int) -> None:
    def end(talk: Conversation) -> Conversation:
        return ENDS[0](odd(talk.asks(get(), ok())))

    assert left(12, end)["ACK"] == GOOD["ACK"] + more
