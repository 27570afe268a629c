"""Of connections that came to a good end a few numbers stay, and the report is the same."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import partial
from itertools import cycle, pairwise
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from netdiag.analysis import Options, examine
from netdiag.decode import load, several
from netdiag.decode.aside import SetterFactory
from netdiag.decode.bygones import Bygones, How
from netdiag.diagnosis import behaviour, crowds, near_misses, signs
from netdiag.exchanges import (
    Protocol,
    beside,
    courses,
    ends_beside,
    idle_ends,
    introductions,
    letting_go,
    limits,
    mark_payloads,
    settling,
)
from netdiag.exchanges.good_ends import PROTOCOLS
from netdiag.exchanges.search import Stays
from netdiag.native import native
from netdiag.report.formats.json_format import render
from netdiag.report.page import PLAIN
from netdiag.timeouts import SHORTEST_IDLE_NS, evicted, lives, together
from tests import used_up
from tests.conversations import Conversation, Packet, endpoint, moved, on_the_wire, write
from tests.exchanges.test_setting_aside import SEARCH
from tests.messages import (
    CCS,
    CLIENT_HELLO,
    CLOSE_NOTIFY,
    FINISHED,
    SERVER_HELLO,
    data,
    get,
    ok,
    response,
)
from tests.once_used import CLOSE, RST_ACK, behind, day
from tests.scripted import by_client, by_server, closed_when_idle, pooled, reused, speaks_tls

if native is None:
    pytest.skip("built without a C compiler", allow_module_level=True)

Change = Callable[[Conversation], Conversation]


def report(paths: list[Path], setter: SetterFactory | None, block_bytes: int) -> str:
    with patch("netdiag.analysis.setting_aside", setter):
        options = Options(every_row=setter is None)
        return render(examine(paths, options, block_bytes=block_bytes).report(), PLAIN)


def reads_the_same(
    paths: list[Path], seed: int, monkeypatch: pytest.MonkeyPatch, least: int = 1
) -> bool:
    """Whether the report is that of all rows: each seed stops and looks at other times."""
    enough = (least, 30, 200)[seed % 3]
    monkeypatch.setattr(signs, "ENOUGH", enough)
    monkeypatch.setattr(settling, "WORTH_LETTING_GO", (0, 0.1, 0.5)[seed // 2 % 3])
    for module in (beside, introductions):
        monkeypatch.setattr(module, "HEADS_EACH", (2, 5, 20)[seed % 7 % 3])
    monkeypatch.setattr(letting_go, "LASTING_EACH", (0, 3, 20)[seed % 5 % 3])
    monkeypatch.setattr(behaviour, "MOST", (0, 3, 20)[seed % 5 % 3])
    setter = partial(SEARCH, rows=(30, 200, 800)[seed // 3 % 3], stays=Stays(enough=enough))
    return report(paths, setter, (4096, 20_000)[seed % 2]) == report(paths, None, 1 << 16)


@pytest.mark.parametrize("seed", range(40))
def test_a_day_reads_the_same(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "day.pcap"
    write(path, day(seed), (65535, 120)[seed % 2])
    assert reads_the_same([path], seed, monkeypatch)


@pytest.mark.parametrize("seed", range(40))
def test_a_day_of_several_exchanges_reads_the_same(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "day.pcap"
    write(path, used_up.day(seed), (65535, 120)[seed % 2])
    assert reads_the_same([path], seed, monkeypatch)


@pytest.mark.parametrize("seed", range(40))
def test_a_day_of_idle_connections_reads_the_same(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "day.pcap"
    write(path, used_up.day(seed, idle=True), (65535, 120)[seed % 2])
    assert reads_the_same([path], seed, monkeypatch)


@pytest.mark.parametrize("seed", range(40, 64))
def test_rotated_captures_read_the_same(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(several, "ENOUGH_BYTES", 0)
    chance = random.Random(seed)
    packets = chance.choice((day, used_up.day, partial(used_up.day, idle=True)))(seed)
    packets.sort(key=lambda packet: packet.time_ns)
    cuts = sorted(chance.randrange(len(packets)) for _ in range(chance.randint(1, 3)))
    paths = []
    for begin, end in pairwise([0, *cuts, len(packets)]):
        paths.append(tmp_path / f"day-{begin}.pcap")
        write(paths[-1], packets[begin:end])
    # What came late is no sign of the place of a capture that begins with it.
    assert reads_the_same(paths, seed, monkeypatch, least=60)


def test_exchanges_of_one_time_in_several_captures_read_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a clock counts milliseconds, several are asked for at once."""
    monkeypatch.setattr(several, "ENOUGH_BYTES", 0)
    talk = Conversation(client_port=40_000).handshake()
    for _ in range(30):
        talk.asks(get(), ok()).asks(get(), ok()).wait(1)
    talk.wait(5).server.fin().client.acks().wait(3).client.says(get("/stale")).server.resets()
    other = pooled(5, 3, client_port=41_000, start_s=1)
    packets = [moved(p, -(p.time_ns % 10**6) / 1e9) for p in on_the_wire([talk, other])]
    paths = [tmp_path / "one.pcap", tmp_path / "two.pcap"]
    half = len(packets) // 2
    for path, some in zip(paths, (packets[:half], packets[half:]), strict=True):
        write(path, some)
    assert reads_the_same(paths, 1, monkeypatch, least=1)


def noted(
    packets: list[Packet],
    folder: Path,
    rows: int = 4,
    heads: int = 0,
    lasting: int | None = None,
) -> Bygones:
    """The connections that nothing else stays of, where none has to stay to tell who is who."""
    path = folder / "noted.pcap"
    write(path, packets)
    factory = partial(SEARCH, rows=rows, stays=Stays(enough=0), bygones=True)
    with (
        patch.object(beside, "HEADS_EACH", heads),
        patch.object(letting_go, "LASTING_EACH", heads if lasting is None else lasting),
        patch.object(settling, "WORTH_LETTING_GO", 0),
    ):
        loaded = load([str(path)], mark_payloads, block_bytes=1024, setting_aside=factory)
    return loaded.aside.bygones


def opened(port: int, start_s: float = 0.0, **ends: str) -> Conversation:
    """A connection after its handshake, with numbers of its own."""
    chance = random.Random(port)
    return Conversation(
        client_port=port,
        client_first=chance.getrandbits(32),
        server_first=chance.getrandbits(32),
        start_s=start_s,
        **ends,  # type: ignore[arg-type]
    ).handshake()


def once(port: int = 40_000, start_s: float = 0.0, **ends: str) -> Conversation:
    """The same up to the response to its only request."""
    return opened(port, start_s, **ends).asks(get(), ok())


LATER = pooled(20, 1, client_port=50_000, start_s=60)
"""Goes on for long enough to tell that the others are over."""


def ports(*talks: Conversation, folder: Path, rows: int = 4) -> list[int]:
    """The clients' ports of the connections that are noted."""
    found = noted(on_the_wire([*talks, LATER]), folder, rows)
    return sorted(int(client) & 0xFFFF for client in found.client)


def test_what_is_remembered_of_one(tmp_path: Path) -> None:
    talk = Conversation(client_port=40_000, client_first=1 << 20, server_first=1 << 21, start_s=1)
    talk.client.syn().wait(0.01).server.syn_ack().wait(0.02).client.acks().wait(0.05)
    talk.client.says(get()).wait(0.1).server.says(response("404 Not Found")).wait(0.1)
    by_server(talk)
    found = noted(on_the_wire([talk, LATER]), tmp_path)
    assert len(found) == 1
    assert found.frame.tolist() == [1]
    assert found.client.tolist() == [endpoint("10.0.0.1", 40_000)]
    assert found.client_host.tolist() == [endpoint("10.0.0.1", 0)]
    assert found.server.tolist() == [endpoint("10.0.0.2", 80)]
    begun_ns = talk.packets[0].time_ns
    assert found.begun_ns.tolist() == [begun_ns]
    times = [packet.time_ns - begun_ns for packet in talk.packets]
    assert found.to_server_ns.tolist() == [times[1]]
    assert found.round_trip_ns.tolist() == [times[2]]
    assert (found.first_asked_ns - begun_ns).tolist() == [times[3]]
    assert (found.answered_ns - begun_ns).tolist() == [times[4]]
    assert found.age_ns.tolist() == [times[5]]
    assert (found.ended_ns - begun_ns).tolist() == [times[-1]]
    assert found.longest_idle_ns.tolist() == [-1]
    assert found.exchanges.tolist() == [1]
    assert found.how.tolist() == [How.BY_SERVER | How.UNASKED]
    assert found.protocol.tolist() == [Protocol.HTTP1]
    assert found.status.tolist() == [404]


@pytest.mark.parametrize("tickets", [[data(255, 255)], [data(255), data(255)]])
def test_one_in_tls_whose_tickets_come_behind_its_request(
    tickets: list[bytes], tmp_path: Path
) -> None:
    talk = opened(40_000).client.says(CLIENT_HELLO).server.says(SERVER_HELLO + CCS + data(800, 53))
    talk.client.says(CCS + FINISHED).client.says(data(150)).wait(0.01)
    for ticket in tickets:
        talk.server.says(ticket)
    answered = by_server(talk.wait(0.2).server.says(data(900)).server.says(CLOSE_NOTIFY))
    assert noted(on_the_wire([answered, LATER]), tmp_path).exchanges.tolist() == [1]


@pytest.mark.parametrize(
    ("request_", "end", "how"),
    [
        (get(), by_server, How.BY_SERVER | How.UNASKED),
        (get("/", "GET", CLOSE), by_server, How.BY_SERVER),
        (get(), by_client, How(0)),
    ],
)
def test_who_ended_it_and_whether_he_was_asked_to(
    request_: bytes, end: Change, how: How, tmp_path: Path
) -> None:
    talk = end(opened(40_000).asks(request_, ok(b"hello", CLOSE)))
    assert noted(on_the_wire([talk, LATER]), tmp_path).how.tolist() == [how]


STAY: dict[str, Change] = {
    "two exchanges": lambda talk: by_server(talk.asks(get(), ok())),
    "reset": lambda talk: talk.client.aborts(),
    "not answered": lambda talk: by_server(talk.client.says(get("/2")).server.acks()),
    "used after its end": lambda talk: talk.server.fin().client.says(get()).server.resets(),
    "idle, with no other that was for so long": lambda talk: by_server(talk.wait(0.3)),
    "long": lambda talk: talk.server.fin().client.acks().wait(0.51).client.fin().server.acks(),
    "long, the server": lambda talk: talk.client.fin().server.acks().wait(1.1).server.fin(),
    "still open": lambda talk: talk,
    "half closed": lambda talk: talk.server.fin().client.acks(),
    "without window": lambda talk: by_server(talk.client.acks(window=0)),
    "answer sent again": lambda talk: by_server(talk.server.repeats()),
}


@pytest.mark.parametrize("name", STAY)
def test_others_stay(name: str, tmp_path: Path) -> None:
    assert ports(STAY[name](once(40_001)), by_server(once(40_002, 20)), folder=tmp_path) == [40_002]


@pytest.mark.parametrize(("answer_s", "stays"), [(0.99, False), (1, True)])
def test_one_whose_last_answer_takes_long_stays(
    answer_s: float, stays: bool, tmp_path: Path
) -> None:
    talk = opened(40_001).wait(5).client.says(get()).wait(answer_s).server.says(ok())
    assert ports(by_client(talk), folder=tmp_path) == ([] if stays else [40_001])


def test_one_whose_handshake_takes_very_long_stays(tmp_path: Path) -> None:
    talks = [far(40_000 + n, 10 * n, round_trip_s) for n, round_trip_s in enumerate((4.29, 4.3))]
    assert ports(*map(by_client, talks), folder=tmp_path) == [40_000]


def test_one_whose_response_was_cut_off_stays(tmp_path: Path) -> None:
    talk = opened(40_001).asks(get(), ok(bytes(900))[:200])
    assert ports(by_server(talk), folder=tmp_path) == []


def test_those_that_end_shortly_before_a_look_wait_for_the_next_one(tmp_path: Path) -> None:
    many = [by_server(once(40_000 + n, n / 5)) for n in range(300)]
    late = pooled(20, 1, client_port=50_000, start_s=120)
    assert len(noted(on_the_wire([*many, late]), tmp_path)) == len(many)


def test_a_late_request_timeout_stays(tmp_path: Path) -> None:
    talk = opened(40_001).asks(get(), response("408 Request Timeout"))
    assert ports(by_server(talk), folder=tmp_path) == []


def in_tls(port: int = 40_000, start_s: float = 0.0, **ends: str) -> Conversation:
    return speaks_tls(opened(port, start_s, **ends))


def test_one_in_tls_is_noted_as_well(tmp_path: Path) -> None:
    talk = by_server(in_tls().server.says(CLOSE_NOTIFY))
    found = noted(on_the_wire([talk, LATER]), tmp_path)
    assert found.protocol.tolist() == [Protocol.TLS]
    assert found.status.tolist() == [0]
    assert found.how.tolist() == [How.BY_SERVER | How.UNASKED]
    closed = next(p for p in talk.packets if p.payload == CLOSE_NOTIFY)
    assert found.closed_ns.tolist() == [closed.time_ns]


def test_what_tls_hides_may_be_a_farewell(tmp_path: Path) -> None:
    talk = in_tls().wait(0.3).server.says(data(80))
    found = noted(on_the_wire([by_server(talk), LATER]), tmp_path)
    assert found.how.tolist() == [How.BY_SERVER]


@pytest.mark.parametrize("side", ["client", "server"])
def test_one_that_was_captured_twice_stays(side: str, tmp_path: Path) -> None:
    talk = by_server(once(40_001))
    alone = by_server(once(40_002, 20))
    assert ports(talk, behind(talk, side), alone, folder=tmp_path) == [40_002]


@pytest.mark.parametrize("side", ["client", "server"])
def test_one_of_which_the_other_leg_began_before_the_capture_stays(
    side: str, tmp_path: Path
) -> None:
    talk = by_server(once(40_001))
    leg = behind(talk, side)
    leg.packets = leg.packets[3:]
    assert ports(talk, leg, folder=tmp_path) == []


@pytest.mark.parametrize("rows", [4, 25])
@pytest.mark.parametrize(
    ("at_s", "stays"), [(18.5, False), (19.5, True), (20.5, True), (21.5, False)]
)
def test_one_that_ends_beside_another_of_its_server_stays(
    at_s: float, stays: bool, rows: int, tmp_path: Path
) -> None:
    other = once(41_000).at(at_s).server.aborts()
    later = by_server(once(40_003, 50, server="10.0.0.3"))
    found = ports(other, by_server(once(40_001, 20)), later, folder=tmp_path, rows=rows)
    assert found == ([] if stays else [40_001]) + [40_003]


@pytest.mark.parametrize("after_s", [0.1 * tenths for tenths in range(1, 10)])
def test_it_stays_where_the_other_one_is_over_a_look_before(after_s: float, tmp_path: Path) -> None:
    other = once(41_000).at(20).server.aborts()
    beside = by_server(once(40_001, 20 + after_s))
    busy = pooled(400, 0.1, client_port=42_000, server="10.0.0.3")
    alone = by_server(once(40_002, 10))
    assert ports(other, beside, alone, busy, folder=tmp_path) == [40_002]


@pytest.mark.parametrize(("at_s", "stays"), [(16, False), (18, True), (31, True), (33, False)])
def test_one_that_a_refusal_may_have_to_do_with_stays(
    at_s: float, stays: bool, tmp_path: Path
) -> None:
    refused = Conversation(client_port=41_000, server="10.0.0.9", start_s=at_s).client.syn()
    refused.server.sends(RST_ACK, sequence=0, acknowledgment=refused.client.next)
    found = ports(refused, by_server(once(40_001, 20)), folder=tmp_path)
    assert found == ([] if stays else [40_001])


def test_the_request_that_failed_elsewhere_stays(tmp_path: Path) -> None:
    failed = reused(2, 1, client_port=41_000)
    retried = by_client(opened(40_002, 5).asks(get("/stale"), ok()))
    other = by_client(once(40_003, 7))
    assert ports(failed, retried, other, folder=tmp_path) == [40_003]


def test_a_connection_stays_of_which_the_middle_does(tmp_path: Path) -> None:
    """What failed elsewhere was asked for again in the middle of it."""
    failed = reused(2, 1, client_port=41_000)
    retried, other = opened(40_002, 5), opened(40_003, 30)
    for _ in range(3):
        retried, other = (talk.asks(get(), ok()).wait(0.5) for talk in (retried, other))
    retried = retried.asks(get("/stale"), ok())
    for _ in range(3):
        retried, other = (talk.wait(0.5).asks(get(), ok()) for talk in (retried, other))
    found = ports(failed, by_client(retried), by_client(other), folder=tmp_path, rows=60)
    assert found == [40_003]


def test_the_first_of_each_server_and_client_stay(tmp_path: Path) -> None:
    talks = [
        by_client(once(40_000 + n, 3 * n, server=f"10.0.0.{2 + n % 2}", client=f"10.0.1.{n // 6}"))
        for n in range(18)
    ]
    found = noted(on_the_wire([*talks, LATER]), tmp_path, heads=2)
    # Two of each server, the first four; two of each client, of which the first has these.
    left = sorted(int(client) & 0xFFFF for client in found.client)
    assert left == [40_004, 40_005, *range(40_008, 40_012), *range(40_014, 40_018)]


def test_the_first_that_last_stay(tmp_path: Path) -> None:
    """How a server or a client probes them may show; those before were gone too soon."""
    short = [by_client(once(41_000 + n, n)) for n in range(3)]
    starts = [(40_000 + n, 20 * n, "10.0.0.2") for n in range(1, 5)] + [(40_005, 90, "10.0.0.3")]
    talks = [
        by_client(once(port, start_s, server=server).wait(0.5).asks(get(), ok()))
        for port, start_s, server in starts
    ]
    packets = on_the_wire([*short, *talks, pooled(20, 1, client_port=50_000, start_s=200)])
    for each, expected in ((0, 8), (2, 5)):
        found = noted(packets, tmp_path, lasting=each)
        assert len(found) == expected


def test_the_first_that_timed_out_stay(tmp_path: Path) -> None:
    """How a server ends idle ones may show, whatever else lasted for as long before."""
    lasting = [by_client(once(41_000 + n, 70 * n).wait(60).asks(get(), ok())) for n in range(1, 5)]
    idle = [by_server(once(40_000 + n, 400 + 20 * n).wait(5)) for n in range(12)]
    packets = on_the_wire([*lasting, *idle, pooled(20, 1, client_port=50_000, start_s=900)])
    # Of the first two it isn't known yet that a timer ended them.
    assert len(noted(packets, tmp_path, lasting=0)) == 4 + 12 - 2
    assert len(noted(packets, tmp_path, lasting=3)) == 1 + 12 - 2 - 3


def far(port: int, start_s: float, round_trip_s: float = 0.2) -> Conversation:
    """One to a server that is far from where the capture is taken."""
    chance = random.Random(port)
    talk = Conversation(
        client_port=port,
        client_first=chance.getrandbits(32),
        server_first=chance.getrandbits(32),
        start_s=start_s,
    )
    talk.server._ttl = 64
    talk.client.syn().wait(round_trip_s).server.syn_ack().client.acks()
    return talk.asks(get(), ok())


def a_race_or_not() -> list[Conversation]:
    """A request on a connection without handshake: how far its server is, the others tell."""
    talk = Conversation(client_port=50_001, start_s=200)
    talk.asks(get(), ok()).wait(5).server.fin(late=True).wait(0.15).client.says(get("/late"))
    talk.wait(0.1).server.resets()
    near = [by_client(once(39_000 + n, n)) for n in range(6)]
    return [talk, *near, *(by_client(far(40_000 + n, 10 + 3 * n)) for n in range(13))]


def as_old() -> list[Conversation]:
    """Connections that end with their first answer after five seconds, and some after none."""
    talks = []
    for number, (answers, age_s) in enumerate(((9, 5), (12, 7), (20, 9))):
        talk = opened(50_000 + number, 100 + 20 * number)
        for _ in range(answers):
            talk.asks(get(), ok()).wait(4.5 / answers)
        talks.append(by_server(talk.wait(age_s - 4.5).asks(get(), ok())))
    return [*talks, *after_others(by_server)]


def as_many(status: str = "200 OK") -> list[Conversation]:
    """Connections that end after five requests, and more that do after one."""
    talks = [opened(50_000 + number, 100 + 20 * number) for number in range(5)]
    for talk in talks:
        for _ in range(5):
            talk.asks(get(), ok()).wait(1)
        by_server(talk.asks(get(), ok()))
    return [*talks, *after_others(by_server, status)]


def after_others(end: Change, status: str = "200 OK") -> list[Conversation]:
    """Eight connections of one kind, after some that their client ended."""
    first = [by_client(once(39_000 + n, n / 2)) for n in range(12)]
    talks = [
        opened(40_000 + n, 10 + 3 * n + 0.17 * n * n).asks(get(), response(status))
        for n in range(8)
    ]
    return [*first, *map(end, talks)]


def within_a_moment() -> list[Conversation]:
    """Three idle connections end together; in a row with them are two others, a second apart."""
    idle = [
        closed_when_idle(age, client_port=50_000 + age, start_s=99 - age) for age in (5, 20, 50)
    ]
    others = [by_server(once(40_000, 97.0)), by_server(once(40_001, 98.0))]
    return [*after_others(by_server), *idle, *others]


def at_fixed_times() -> list[Conversation]:
    """The same without those beside them, every thirty seconds; between them others end."""
    idle = [
        closed_when_idle(age, client_port=50_000 + age + at, start_s=at - age)
        for at in (100, 130, 160)
        for age in (5, 20, 50)
    ]
    return [*after_others(by_server), *idle]


def to_two_servers() -> list[Conversation]:
    """To one of them two last longer, to the other more are short."""
    short = [by_client(once(40_000 + n, 3 * n, server="10.0.0.3")) for n in range(9)]
    return [*(pooled(3, 1, client_port=50_000 + n) for n in range(4)), *short]


def from_the_beginning() -> list[Conversation]:
    """The first connections of a client to the server at which its request fails at the end.

    They aren't the first ones of either of them.
    """
    first = [by_client(once(38_000 + n, n, server="10.0.0.3")) for n in range(8)]
    first += [by_client(once(39_000 + n, 10 + n, client="10.0.0.7")) for n in range(8)]
    short = [by_client(once(40_000 + n, 30 + 3 * n)) for n in range(9)]
    return [*first, *short, reused(2, 1, start_s=100)]


def proxied() -> list[Conversation]:
    """A proxy closes connections whose answers were cut off behind it."""
    short = [by_client(once(39_000 + n, n, client="10.0.0.7")) for n in range(6)]
    short += [
        by_client(once(38_000 + n, n, client="10.0.0.2", server="10.0.0.9")) for n in range(6)
    ]
    for n in range(3):
        at_s = 60 + 20 * n
        front = opened(40_000 + n, at_s, client="10.0.0.7").client.says(get(f"/{n}")).server.acks()
        back = opened(41_000 + n, at_s + 0.01, client="10.0.0.2", server="10.0.0.9")
        back.asks(get(f"/{n}"), ok(bytes(500))[:200])
        by_server(front.at(at_s + 0.05).server.says(ok()).client.acks().at(at_s + 0.12))
        short += [front, by_server(back.at(at_s + 0.06))]
    return short


def proxied_within_the_host(requests: int) -> list[Conversation]:
    """A proxy in TLS cuts its last answer short, as the server behind it on the same host did."""
    # Some end at once: no age is its limit.
    talks = [by_server(in_tls(47_000 + n, n, server="10.0.7.7")) for n in range(3)]
    for number in range(9):
        at_s, server = 30 + 50 * number, "10.0.7.7"
        front = in_tls(40_000 + number, at_s, server=server)
        pause_s = 9 if number < 6 else 3 * (number - 5)
        for _ in range(requests - 1 + 3 * (number < 6)):
            front = front.wait(pause_s).client.says(data(150)).server.says(data(300)).client.acks()
        if number < 6:
            talks.append(by_client(front))
            continue
        asked_s = at_s + pause_s * requests
        back = opened(45_000 + number, asked_s - 1, client="127.0.0.1", server="127.0.0.1")
        back.asks(get("/a"), ok()).at(asked_s + 0.005).client.says(get("/cut"))
        by_server(back.wait(0.02).server.says(ok(bytes(900))[:300]))
        front.at(asked_s).client.says(data(150)).at(asked_s + 0.03).server.says(data(250))
        talks += [by_server(front), back]
    return talks


def idle_then(end: Change, requests: int) -> list[Conversation]:
    """Connections in TLS, idle for a minute before an end that is none of theirs."""
    talks = []
    for number in range(4):
        talk = in_tls(50_000 + number, 7 * number)
        for _ in range(requests - 1):
            talk = talk.wait(0.5).client.says(data(150)).server.says(data(300)).client.acks()
        talks.append(end(talk.wait(60)))
    return [*repeated(by_client, 6, start_s=200), *talks]


def limited_or_old() -> list[Conversation]:
    """Ten requests, or ten seconds? Those that their client asked to close tell."""
    lives = [(2, 2, by_client, get())] * 4 + [(3, 9, by_client, get())] * 4
    lives += [(3, 6, by_server, get("/", "GET", CLOSE))] * 6
    lives += [(10, age_s, by_server, get()) for age_s in (10, 11)] + [(5, 12, by_server, get())]
    talks = repeated(by_client, 6, start_s=-200)
    for number, (requests, age_s, end, last) in enumerate(lives):
        at_s = 13 * number + 0.3 * number * number
        talk = opened(40_000 + number, at_s)
        for done in range(requests - 1):
            talk = talk.asks(get(), ok()).at(at_s + age_s * (done + 1) / (requests - 1))
        talks.append(end(talk.asks(last, ok() if last == get() else ok(b"x", CLOSE))))
    return talks


def dismissed(fin_s: float) -> list[Conversation]:
    """A server says at once on all idle connections in TLS that it leaves, and ends another one."""
    talks = []
    for number in range(4):
        idle = in_tls(50_000 + number, 30 + 3 * number).client.acks().at(60.1 + number / 10)
        idle.server.says(CLOSE_NOTIFY).client.acks()
        talks.append(by_server(idle.wait(fin_s)) if fin_s else idle)
    short = [by_server(in_tls(40_000 + n, n).server.says(CLOSE_NOTIFY)) for n in range(9)]
    beside = by_server(in_tls(49_000, 60.35).server.says(CLOSE_NOTIFY))
    return [*short, *talks, beside]


def who_serves() -> list[Conversation]:
    """Only the number of its connections tells which end of the last one is the server."""
    talk = Conversation(client="10.0.0.8", client_port=9000, start_s=100)
    talk.client.next += 1
    talk.server.next += 1
    talk.client.expects, talk.server.expects = talk.server.next, talk.client.next
    talk.client.says(b"\x99abcdefgh").server.says(b"\x98qqqq").client.acks()
    talk.wait(3).server.fin().client.acks()
    short = [by_client(once(40_000 + n, n)) for n in range(30)]
    ends = {"client": "10.0.0.5", "server": "10.0.0.8", "port": 9000}
    others = [closed_when_idle(5, client_port=45_000 + n, start_s=2 * n, **ends) for n in range(12)]
    return [*short, *others, talk]


def repeated(
    end: Change, count: int, requests: int = 3, pause_s: float = 1.0, **how: Any
) -> list[Conversation]:
    """Connections of several exchanges, one after another.

    The first of them, which stay, carry two that lie near each other; or more than the others do,
    if their server ended these, perhaps because of a limit.
    """
    talks = []
    first = (2, 0.6) if end is by_client else (requests + how.get("more", 3), pause_s)
    for number in range(count):
        at_s = how.get("start_s", 10) + 25 * number
        talk = opened(how.get("port", 42_000) + number, at_s, **how.get("ends", {}))
        exchanges, apart_s = first if number < 6 else (requests, pause_s)
        for done in range(exchanges):
            talk = talk.wait(apart_s if done else 0.1).asks(get(f"/{number}"), ok())
        talks.append(end(talk))
    return talks


def many(requests: int, start_s: float = 400) -> list[Conversation]:
    """Five requests on each of some connections, which their server ends; on others of a client."""
    limited = repeated(by_server, 6, 5, port=50_000, start_s=start_s, more=0)
    return [*repeated(by_client, 13, requests, start_s=410 - start_s), *limited]


def older_elsewhere(end: Change, age_s: float) -> list[Conversation]:
    """Connections that end at an age of 20 s, within different pauses; others are older."""
    talks = []
    for number in range(5):
        talk = opened(50_000 + number, 500 + 7 * number).asks(get(), ok())
        for _ in range(1, 2 * number):
            talk = talk.wait(1.5).asks(get(), ok())
        at_s = 500 + 7 * number + 20 + number / 50
        talks.append(talk.at(at_s).server.fin().client.acks().client.fin().server.acks())
    return [*repeated(end, 15, 3, age_s / 5), *talks]


def as_old_and_idle(longest_s: float) -> list[Conversation]:
    """Connections that end at an age of 20 s after eight idle ones; others lay idle for longer.

    Or not: then an idle timer may have ended all of them.
    """
    talks = []
    for number in range(5):
        talk = opened(50_000 + number, 600 + 7 * number).asks(get(), ok())
        talk = talk.wait(5 + number / 10).asks(get(), ok()).at(612 + 7 * number).asks(get(), ok())
        at_s = 600 + 7 * number + 20 + number / 50
        talks.append(talk.at(at_s).server.fin().client.acks().client.fin().server.acks())
    return [*repeated(by_client, 15, 2, longest_s), *talks]


def answered_later(age_s: float) -> list[Conversation]:
    """Servers end with their first answer after ten seconds; they answered others later than that.

    Or earlier: then it is an age limit.
    """
    talks = []
    for number, answers in enumerate((5, 9, 13, 17)):
        talk = opened(50_000 + number, 600 + 30 * number)
        for _ in range(answers):
            talk = talk.asks(get(), ok()).wait(10 / answers)
        talks.append(by_server(talk.asks(get(), ok())))
    return [*repeated(by_client, 15, 4, age_s / 3), *talks]


def restarted(*others: Conversation) -> list[Conversation]:
    """Three idle connections end within a moment; what comes before and after tells nothing."""
    idle = [
        closed_when_idle(age, client_port=50_000 + age, start_s=430 - age) for age in (5, 20, 50)
    ]
    for talk in idle:
        talk.client.fin().server.acks()
    return [
        *repeated(by_client, 10),
        *others,
        *idle,
        *repeated(by_client, 3, port=43_000, start_s=500),
    ]


def used_around() -> Conversation:
    """One that ends well, and was used before that moment and after it."""
    talk = opened(49_000, 415).asks(get(), ok()).wait(10).asks(get(), ok())
    return by_client(talk.wait(30).asks(get(), ok()))


def kept_for_long() -> list[Conversation]:
    """A request fails after seven seconds; the client's others were answered after up to six."""
    talks = repeated(by_client, 13, 4, 6)
    ended = [closed_when_idle(6.5, client_port=45_000 + n, start_s=20 * n) for n in range(4)]
    for talk in ended:
        talk.client.fin().server.acks()
    return [*talks, *ended, reused(6.5, 0.5, client_port=46_000, start_s=400)]


def lost_on_the_way() -> list[Conversation]:
    """A request is lost after a minute; others of the client were answered after fifty seconds."""
    lost = opened(46_000, 400).asks(get(), ok()).wait(60).client.says(get("/lost"))
    for pause in (0.2, 0.4, 0.8, 1.6):
        lost.wait(pause).client.repeats()
    return [*repeated(by_client, 13, 2, 50), lost]


def after(*idle_s: float, ends: Change = by_server) -> Change:
    """Each connection ends when it has been idle for one of these times, in turn."""
    turns = cycle(idle_s)
    return lambda talk: ends(talk.client.acks().wait(next(turns)))


def timed_out(*idle_s: float, count: int = 24, **how: Any) -> list[Conversation]:
    """Their server ends them so; one grows older, so that age is none."""
    older = opened(41_000, 20, **how.get("ends", {}))
    for _ in range(20):
        older = older.asks(get(), ok()).wait(2)
    return [by_client(older), *repeated(after(*idle_s), count, 2, 0.5, **how)]


def stale(idle_s: float, **ends: Any) -> Conversation:
    """Its server ended it as it does others; its client used it again."""
    return reused(idle_s, 3, client_port=46_000, start_s=900, **ends)


def makes_room() -> list[Conversation]:
    """Three end before their time, each as another one comes."""
    talks = timed_out(8)
    for number, idle_s in enumerate((2, 3, 4.5)):
        early = once(47_000 + number, 800 + 20 * number).wait(idle_s)
        at_s = 800 + 20 * number + idle_s + 0.01
        talks += [by_server(early.at(at_s + 0.002)), by_server(once(48_000 + number, at_s))]
    return talks


def busy_around(asked_s: float, answered_s: float) -> Conversation:
    """One that ends when it had been idle, and was used around a moment ten seconds before."""
    talk = opened(49_000, 415).asks(get(), ok()).at(asked_s).client.says(get())
    talk.at(answered_s).server.says(ok())
    return by_client(talk.client.acks().wait(10))


def as_a_timer_might() -> list[Conversation]:
    """Three end in a restart, each after an idle time that one of two timers might have had."""
    talks = timed_out(5, 12, count=40)
    for number, idle_s in enumerate((5.02, 12.03, 5.04)):
        end_s = 1500 + number / 5
        talk = opened(47_000 + number, end_s - idle_s).asks(get(), ok()).at(end_s)
        talks.append(by_server(talk))
    return talks


def test_a_restart_is_one_however_soon_its_ends_are_looked_at(tmp_path: Path) -> None:
    busy = pooled(400, 0.1, client_port=51_000, server="10.0.0.3", start_s=1490)
    found = ports(*as_a_timer_might(), busy, folder=tmp_path)
    assert len(found) > 30
    assert not set(found) & {47_000, 47_001, 47_002}


def with_others(end: Change, *more: Conversation) -> list[Conversation]:
    """A restart among connections that end when they have been idle."""
    before = repeated(end, 14, 2, 0.5, port=52_000)
    behind = repeated(end, 10, 2, 0.5, port=53_000, start_s=700)
    return [*before, *behind, *restarted(*more)]


IDLE_SCENES: dict[str, list[Conversation]] = {
    "timed out": timed_out(5),
    "timed out, and used again": [*timed_out(5), stale(5)],
    "two timers": [*timed_out(5, 5, 20), stale(5)],
    "a timer that ticks": [*timed_out(*(5 + n / 30 for n in range(30)), count=40), stale(5.5)],
    "left by its client": [*repeated(after(3, ends=by_client), 16, 2, 0.5), stale(7)],
    "left at different times": repeated(after(3, 3.5, 9, ends=by_client), 16, 2, 0.5),
    "left later than the server's timeout": [
        *timed_out(5),
        *repeated(after(6.5, ends=by_client), 16, 2, 0.5, port=43_000, start_s=900),
    ],
    "makes room": makes_room(),
    "a restart": with_others(after(5)),
    "a restart, as a timer might": as_a_timer_might(),
    "a restart, one was asked before": with_others(after(5), busy_around(429.6, 429.8)),
    "a restart, one is answered behind": with_others(after(5), busy_around(430.1, 430.9)),
    "a restart, one is asked behind": with_others(after(5), busy_around(431.5, 431.6)),
    "older elsewhere, idle": older_elsewhere(after(5), 60),
    "as old and idle, others timed out": as_old_and_idle(15) + timed_out(8, port=43_000),
    "in TLS": [
        by_client(in_tls(41_000, 5).wait(30).client.says(data(150)).server.says(data(90))),
        *(
            by_server(in_tls(42_000 + n, 20 * n).wait(9).server.says(CLOSE_NOTIFY))
            for n in range(16)
        ),
    ],
    "the client says so": [
        by_client(in_tls(42_000 + n, 20 * n).wait(9).client.says(CLOSE_NOTIFY)) for n in range(16)
    ],
}

SCENES: dict[str, list[Conversation]] = {
    **IDLE_SCENES,
    "several exchanges": repeated(by_client, 15),
    "several exchanges, ended by the server": repeated(by_server, 15),
    "many": many(2),
    "more elsewhere": many(7),
    "more elsewhere, later": many(7, 10),
    "older elsewhere": older_elsewhere(by_client, 60),
    "younger elsewhere": older_elsewhere(by_server, 12),
    "as old and idle": as_old_and_idle(4),
    "as old and idle, others longer": as_old_and_idle(15),
    "answered later": answered_later(12),
    "answered earlier": answered_later(8),
    "restarted": restarted(),
    "restarted, but for one": restarted(used_around()),
    "kept for long": kept_for_long(),
    "lost on the way": lost_on_the_way(),
    "a race or not": a_race_or_not(),
    "as old": as_old(),
    "as many": as_many(),
    "as many, after an error": as_many("503 Service Unavailable"),
    "within a moment": within_a_moment(),
    "at fixed times": at_fixed_times(),
    "to two servers": to_two_servers(),
    "from the beginning": from_the_beginning(),
    "proxied": proxied(),
    "proxied within the host": proxied_within_the_host(1),
    "proxied within the host, several": proxied_within_the_host(3),
    "idle, then a reset": idle_then(lambda talk: talk.server.aborts(), 3),
    "idle, then left alone": idle_then(lambda talk: talk.server.fin().client.acks(), 3),
    "limited or old": limited_or_old(),
    "dismissed": dismissed(0),
    "dismissed, a FIN later": dismissed(5),
    "who serves": who_serves(),
    "from afar": [by_client(far(40_000 + n, 3 * n, 0.02 * n)) for n in range(14)],
}


@pytest.mark.parametrize("name", SCENES)
def test_they_count_where_many_are_looked_at(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    last = pooled(20, 1, client="10.0.9.9", server="10.0.0.9", start_s=3000)
    assert_the_same(on_the_wire([*SCENES[name], last]), tmp_path, monkeypatch)


def assert_the_same(packets: list[Packet], folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = folder / "scene.pcap"
    write(path, packets)
    assert len(noted(packets, folder, heads=2)) > 2
    monkeypatch.setattr(signs, "ENOUGH", 8)
    monkeypatch.setattr(beside, "HEADS_EACH", 2)
    monkeypatch.setattr(letting_go, "LASTING_EACH", 2)
    monkeypatch.setattr(behaviour, "MOST", 2)
    monkeypatch.setattr(settling, "WORTH_LETTING_GO", 0)
    setter = partial(SEARCH, rows=30, stays=Stays(enough=8))
    assert report([path], setter, 4096) == report([path], None, 4096)


def test_a_clock_may_go_back_behind_the_first_of_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = [
        [by_client(once(40_000 + n, 40 + n / 2)) for n in range(20)],
        [by_client(once(41_000 + n, 35 + n / 2)) for n in range(4)],
        [by_client(once(42_000 + n, 20 + n / 2)) for n in range(20)],
        [pooled(40, 1, client="10.0.9.9", server="10.0.0.9", start_s=60)],
    ]
    packets = [packet for talks in parts for packet in on_the_wire(talks)]
    assert_the_same(packets, tmp_path, monkeypatch)


def test_where_most_are_the_first_of_their_clients_all_stay(tmp_path: Path) -> None:
    talks = [by_client(once(40_000 + n, n / 5, client=f"10.1.0.{n}")) for n in range(200)]
    talks += [by_client(once(41_000 + n, 60 + n / 5)) for n in range(40)]
    packets = on_the_wire([*talks, LATER])
    assert len(noted(packets, tmp_path, heads=1)) > 30
    with patch.object(letting_go, "MOST_FIRST", 100):
        assert len(noted(packets, tmp_path, heads=1)) == 0


def test_where_few_had_one_exchange_they_stay(tmp_path: Path) -> None:
    """And those that end soon after such a look: others that had left by then are not known."""
    talks = [pooled(60, 0.5, client_port=50_000 + n, start_s=n) for n in range(6)]
    talks += [by_client(once(40_000 + n, n)) for n in range(90)]
    packets = on_the_wire([*talks, LATER])
    path = tmp_path / "few.pcap"
    write(path, packets)
    found = []
    for worth in (0, 0.4, 2):
        with (
            patch.object(settling, "WORTH_LETTING_GO", worth),
            patch.object(beside, "HEADS_EACH", 0),
        ):
            factory = partial(SEARCH, rows=30, stays=Stays(enough=0), bygones=True)
            loaded = load([str(path)], mark_payloads, block_bytes=1024, setting_aside=factory)
            found.append(len(loaded.aside.bygones))
    assert found[0] > found[1] > found[2] == 0


def test_its_bounds_fit_those_of_whoever_looks_at_many_connections() -> None:
    assert courses.PROMPT_NS == SHORTEST_IDLE_NS
    assert limits.YOUNGEST_NS == lives.YOUNGEST_NS
    assert limits.SPREAD_SHARE == lives.SPREAD_SHARE
    assert letting_go.LASTING_NS == behaviour.PROBE_GAP_NS
    assert letting_go.LASTING_EACH == behaviour.MOST
    assert idle_ends.MOMENT_NS == together.MOMENT_NS
    assert idle_ends.FEWEST == together.FEWEST
    assert idle_ends.FEWEST_TIMED == evicted.FEWEST_TIMED
    assert idle_ends.SPREAD_RATIO == together.SPREAD_RATIO
    assert idle_ends.SPREAD_NS == together.SPREAD_NS
    assert idle_ends.EXACT_NS / 1e9 < evicted.EXACT_S
    assert courses.DWELL_NS == near_misses.DWELL_NS
    after_ns = together.REFUSED_WITHIN_NS + together.MOMENT_NS
    assert after_ns < ends_beside.BEFORE_REFUSED_NS
    assert crowds.OTHER_ADDRESS_NS < ends_beside.AFTER_REFUSED_NS
    assert PROTOCOLS == (Protocol.HTTP1, Protocol.TLS)
