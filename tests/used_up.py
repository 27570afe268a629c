"""Made-up days of connections that carry some exchanges each, to servers with habits of their own.

Most connections end right with an answer, by either side. A server may end them after a number of
requests, at an age, when they are idle, all at once, or to make room for others; every seed is
another day.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from tests.conversations import Conversation, Packet, on_the_wire
from tests.disorder import damaged
from tests.incidents import CLIENTS, incident
from tests.messages import (
    CCS,
    CLIENT_HELLO,
    CLOSE_NOTIFY,
    FINISHED,
    SERVER_HELLO,
    TICKETS,
    data,
    get,
    ok,
    post,
    response,
)
from tests.once_used import CLOSE, RST_ACK, SERVERS, STATUSES, behind, once_used, tickets_behind
from tests.scripted import pooled

Ends = Callable[[Conversation, int, float], bool]
"""Whether a server ends a connection, given its exchanges so far and the pause that follows; and if
so, it has."""


def day(seed: int, *, idle: bool = False) -> list[Packet]:
    """Packets of one capture; `idle` if its servers have idle timers, most of them."""
    chance = random.Random(seed)
    spans_s, counts = ((400, 1500, 4000), (200, 300)) if idle else ((60, 400, 1500), (60, 200, 300))
    span_s, count = chance.choice(spans_s), chance.choice(counts)
    habits = {server: _habit(chance, span_s, idle) for server in SERVERS}
    talks = []
    for number in range(count):
        server = chance.choice(SERVERS)
        start_s = chance.choice(
            (chance.uniform(0, span_s), chance.uniform(0, span_s if idle else 30))
        )
        talks.append(used_up(chance, number, server, start_s, habits[server]))
    if chance.random() < 0.3:
        talks += [once_used(chance, 2000 + n, chance.uniform(0, span_s), 0.02) for n in range(60)]
    if chance.random() < 0.2:
        side = chance.choice(("client", "server"))
        talks += [behind(talk, side) for talk in talks[:40] if chance.random() < 0.5]
    if chance.random() < 0.3:
        talks += incident(seed, chance.choice((2, 4)), 6)
    if chance.random() < 0.2:
        talks += [_refused(chance, 3000 + n, chance.uniform(0, span_s)) for n in range(3)]
    talks.append(pooled(5, 5, server=SERVERS[-1], client_port=60_000, start_s=span_s + 200))
    packets = on_the_wire(talks)
    return damaged(packets, chance, 0.003) if chance.random() < 0.2 else packets


def used_up(
    chance: random.Random, number: int, server: str, start_s: float, ends: Ends
) -> Conversation:
    """One connection of several exchanges, if its server lets it have them."""
    talk = Conversation(
        client=chance.choice(CLIENTS),
        server=server,
        client_port=20_000 + number,
        client_first=chance.getrandbits(32),
        server_first=chance.getrandbits(32),
        start_s=start_s,
    )
    talk.client.syn().wait(0.03 * chance.random()).server.syn_ack()
    talk.wait(0.001).client.acks().wait(chance.choice((0, 0.1, 6)) * chance.random())
    asks = _in_clear
    if chance.random() < 0.35:
        asks = _in_tls
        talk.client.says(CLIENT_HELLO).server.says(SERVER_HELLO + CCS + data(800, 53))
        talk.client.says(CCS + FINISHED)
        if chance.random() < 0.5:
            talk.server.says(TICKETS)
        elif chance.random() < 0.5:
            tickets_behind(chance, talk.client.says(data(150)))
            talk.wait(0.1 * chance.random()).server.says(data(chance.randint(60, 900)))
    wanted = chance.choice((1, 2, 2, 3, 5, 9, 15, chance.randint(1, 30)))
    pause_s = chance.choice((0.01, 0.5, 3, 8))
    for done in range(1, wanted + 1):
        asks(chance, talk)
        pause = pause_s * chance.expovariate(1)
        if ends(talk, done, pause):
            return talk
        if done < wanted:
            talk.wait(pause)
            if pause > 1 and chance.random() < 0.05:
                talk.client.probes().server.acks()
    return _end(chance, talk, asks is _in_tls)


def _in_clear(chance: random.Random, talk: Conversation) -> None:
    fields = chance.choice(((), (), ("Keep-Alive: timeout=5",)))
    answer = ok(b"z" * chance.choice((5, 90, 900)), *fields)
    if chance.random() < 0.04:
        answer = response(chance.choice(STATUSES), b"sorry", *fields)
    asks_to_close = get("/", "GET", CLOSE) if chance.random() < 0.03 else get()
    talk.client.says(chance.choice((get(), get("/items"), post(b"q"), asks_to_close)))
    if chance.random() < 0.5:
        talk.server.acks()
    talk.wait(chance.choice((0, 0.01, 0.3)) * chance.random())
    if chance.random() < 0.04:
        talk.wait(chance.uniform(0.5, 3))
    talk.server.says(answer)
    if chance.random() < 0.6:
        talk.client.acks()
    if chance.random() < 0.02:
        talk.server.repeats()


def _in_tls(chance: random.Random, talk: Conversation) -> None:
    talk.client.says(data(chance.choice((90, 150, chance.randint(120, 400)))))
    talk.wait(chance.choice((0, 0.3)) * chance.random()).server.says(data(chance.randint(60, 900)))
    if chance.random() < 0.5:
        talk.client.acks()


def _end(chance: random.Random, talk: Conversation, in_tls: bool) -> Conversation:
    talk.wait(chance.choice((0, 0, 0, 0, 0, 0, 0.1, 0.2, 2)) * chance.random())
    end = chance.random()
    if end < 0.05:
        return talk
    if end < 0.06:
        return talk.client.aborts()
    if end < 0.5:
        if in_tls and chance.random() < 0.5:
            talk.client.says(CLOSE_NOTIFY)
        return talk.client.fin().wait(0.02 * chance.random()).server.fin().client.acks()
    return _by_server(talk, in_tls and chance.random() < 0.5)


def _by_server(talk: Conversation, says_so: bool = False) -> Conversation:
    if says_so:
        talk.server.says(CLOSE_NOTIFY)
    return talk.server.fin().client.acks().wait(0.01).client.fin().server.acks()


def _age_s(talk: Conversation) -> float:
    return (talk.packets[-1].time_ns - talk.packets[0].time_ns) / 1e9


def _refused(chance: random.Random, number: int, start_s: float) -> Conversation:
    talk = Conversation(
        client=chance.choice(CLIENTS),
        server=chance.choice(SERVERS),
        client_port=20_000 + number,
        start_s=start_s,
    ).client.syn()
    return talk.server.sends(RST_ACK, sequence=0, acknowledgment=talk.client.next)


def _habit(chance: random.Random, span_s: float, idle: bool) -> Ends:
    """When a server ends connections by itself."""
    habits: tuple[Callable[[random.Random, float], Ends], ...]
    habits = (
        (_when_idle, _when_idle, _when_idle, _at_once, _never)
        if idle
        else (
            _never,
            _never,
            _never,
            _never,
            _never,
            _after_some,
            _with_an_answer,
            _by_the_clock,
            _when_idle,
            _at_once,
        )
    )
    return chance.choice(habits)(chance, span_s)


def _never(_chance: random.Random, _span_s: float) -> Ends:
    return lambda _talk, _done, _pause_s: False


def _after_some(chance: random.Random, _span_s: float) -> Ends:
    most = chance.choice((2, 5, 9))
    return _once_due(chance, lambda _talk, done: done >= most)


def _with_an_answer(chance: random.Random, _span_s: float) -> Ends:
    age_s = chance.choice((2, 8, 20))
    return _once_due(chance, lambda talk, _done: _age_s(talk) >= age_s)


def _once_due(chance: random.Random, is_due: Callable[[Conversation, int], bool]) -> Ends:
    """With the first answer then; some servers leave it for the next one now and then."""
    at_times = chance.choice((0, 0.1))

    def ends(talk: Conversation, done: int, _pause_s: float) -> bool:
        if not is_due(talk, done) or chance.random() < at_times:
            return False
        _by_server(talk)
        return True

    return ends


def _by_the_clock(chance: random.Random, _span_s: float) -> Ends:
    limit_s, spread = chance.choice((3, 10, 30)), chance.choice((0, 0.5))

    def ends(talk: Conversation, _done: int, pause_s: float) -> bool:
        left_s = limit_s + spread * chance.random() - _age_s(talk)
        if pause_s < left_s:
            return False
        _by_server(talk.wait(max(left_s, 0)))
        return True

    return ends


def _when_idle(chance: random.Random, span_s: float) -> Ends:
    """After a timeout, that of an exact timer or of one that ticks; or before, to make room."""
    timeout_s, tick_s = chance.choice((0.5, 1, 2, 5)), chance.choice((0, 0, 0.05, 1, 4))
    room_s = [chance.uniform(5, span_s) for _ in range(chance.choice((0, 0, 3)))]
    lingers_s = chance.choice((0.01, 0.01, 0.01, 0.4, 2))

    def ends(talk: Conversation, _done: int, pause_s: float) -> bool:
        now_s = (talk.packets[-1].time_ns - START) / 1e9
        after_s = timeout_s + tick_s * chance.random()
        early_s = [at_s - now_s for at_s in room_s if 0.3 < at_s - now_s < after_s]
        after_s = min([after_s, *early_s])
        if pause_s < after_s:
            return False
        talk.wait(after_s).server.fin().client.acks().wait(lingers_s)
        if chance.random() < 0.02:
            talk.client.says(get("/late")).server.resets()
        else:
            talk.client.fin().server.acks()
        return True

    return ends


def _at_once(chance: random.Random, span_s: float) -> Ends:
    """A restart, within a moment."""
    at_s = chance.uniform(10, span_s)

    def ends(talk: Conversation, _done: int, pause_s: float) -> bool:
        now_s = (talk.packets[-1].time_ns - START) / 1e9
        if not now_s < at_s <= now_s + pause_s:
            return False
        _by_server(talk.wait(at_s - now_s + 0.3 * chance.random()))
        return True

    return ends


START = pooled(start_s=0).packets[0].time_ns
