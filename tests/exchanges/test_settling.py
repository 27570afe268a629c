"""The compiled search sets aside what changes no report, as the tables would."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import ModuleType

import numpy as np
import numpy.typing as npt
import pytest

from netdiag.columns import Mask
from netdiag.decode.aside import Folds
from netdiag.decode.segments import Segments
from netdiag.exchanges import SettingAside
from netdiag.exchanges.bystanders import QUIET_NS, find_over, find_troubled
from netdiag.exchanges.folding import see
from netdiag.exchanges.search import REST, Search, Stays
from netdiag.exchanges.settling import Settling, setting_aside
from netdiag.native import native
from tests.conversations import Conversation, Heard, columns, listen, moved, on_the_wire, write
from tests.databases import COM_QUIT, KINDS, TERMINATE, Database, sessions
from tests.disorder import damaged
from tests.exchanges.test_setting_aside import SEARCH, report
from tests.incidents import encrypted, incident
from tests.machines.chance import conversations
from tests.machines.play import MOVES
from tests.messages import (
    CCS,
    CLIENT_HELLO,
    FINISHED,
    REDIS_QUIT,
    SERVER_HELLO,
    TICKETS,
    data,
    get,
    ok,
    redis,
)
from tests.scripted import pooled
from tests.transfers import FULL, ODD, Odd, carry, transfers

if native is None:
    pytest.skip("built without a C compiler", allow_module_level=True)


@pytest.mark.parametrize("seed", range(24))
def test_incidents_read_the_same(seed: int, tmp_path: Path) -> None:
    path = tmp_path / "incident.pcap"
    write(path, on_the_wire(incident(seed)))
    rows, last = (60, 300, 1000)[seed % 3], 2 + seed % 4
    setter = partial(SEARCH, rows=rows, least_at_end=(1, 1 << 20)[seed % 2], stays=Stays(last))
    assert report(path, setter, (4096, 20_000)[seed % 2]) == report(path, None)


@pytest.mark.parametrize("seed", range(16))
def test_damaged_captures_read_the_same(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    talks = incident(seed) if seed % 2 else [encrypted(chance, 300 + i, 30) for i in range(10)]
    packets = damaged(on_the_wire(talks), chance, chance.choice((0.01, 0.03, 0.1)))
    path = tmp_path / "damaged.pcap"
    write(path, packets, (65535, 65535, 96, 68)[seed % 4])
    assert report(path, partial(SEARCH, rows=(30, 400)[seed % 2])) == report(path, None)


@pytest.mark.parametrize("seed", range(24))
def test_databases_read_the_same(seed: int, tmp_path: Path) -> None:
    packets = on_the_wire(sessions(seed))
    if seed % 3 == 0:
        packets = damaged(packets, random.Random(seed), (0.003, 0.02)[seed % 2])
    path = tmp_path / "databases.pcap"
    write(path, packets, (65535, 96)[seed % 5 == 0])
    assert reads_the_same(path, seed)


def reads_the_same(path: Path, seed: int) -> bool:
    """Whether the report is that of all rows: each seed stops and looks at other times."""
    rows, stays = (30, 200, 800)[seed // 3 % 3], Stays(2 + seed % 4)
    setter = partial(SEARCH, rows=rows, stays=stays)
    return report(path, setter, (4096, 20_000)[seed % 2]) == report(path, None)


def kept(heard: Heard, step: int = 1 << 20, **settings: object) -> tuple[list[str], Settling]:
    """The names of the packets that are kept, when asked after every `step` segments."""
    setter = Settling(native, **({"rows": 1, "worth": 0} | settings))
    held, rows, done = heard.segments.take(slice(0, 0)), np.empty(0, int), np.empty(0, int)
    for begin in range(0, len(heard.segments), step):
        new = heard.segments.take(slice(begin, begin + step))
        setter.see(new)
        held = type(held).concatenate([held, new])
        rows = np.concatenate([rows, np.arange(begin, begin + len(new))])
        mask, over = setter.sort_out(held, heard.samples)
        done = np.concatenate([done, rows[over]])
        mask &= ~over
        held, rows = held.take(mask), rows[mask]
    everyone = np.array([packet.name for packet in heard.packets], object)
    return everyone[np.sort(np.concatenate([rows, done]))].tolist(), setter


def told(heard: Heard) -> tuple[npt.NDArray[np.uint8], Mask]:
    """What the search knows of the rows that are no candidates', and which of them are over."""
    search = Search(native)
    search.feed(heard.segments)
    return search.rest(int(heard.segments.time_ns.max()) - QUIET_NS, len(heard.segments))


def unlike(heard: Heard, count: int) -> tuple[int, int]:
    """How many of the first rows need no tables, and on how many of them the tables disagree."""
    segments = heard.segments.take(slice(0, count))
    search = Search(native, Stays(opening=len(segments)))  # without candidates
    search.feed(segments)
    rest, over = search.rest(int(segments.time_ns.max()) - QUIET_NS, len(segments))
    seen = see(segments, Folds.empty())
    observed, groups, row = seen.observed(heard.samples), seen.traffic.groups, seen.traffic.row
    odd = find_troubled(observed)
    odd[seen.exchanges.connection[observed.waiting]] = True
    fine = groups.count(rest[row] != REST)
    odd |= (fine < groups.stop - groups.start) | (
        groups.count(over[row]) != fine * find_over(observed)
    )
    return int(fine.sum()), int(fine[odd].sum())


@pytest.mark.parametrize("seed", range(24))
def test_nothing_has_failed_where_no_table_is_made(seed: int) -> None:
    chance = random.Random(seed)
    packets = [*on_the_wire(incident(seed, 6, 4)), *conversations(chance, sorted(MOVES))]
    if seed % 3:
        packets = damaged(packets, chance, (0.003, 0.02)[seed % 2])
    heard = Heard(packets, *columns(packets))
    counts = {len(packets), *(chance.randint(1, len(packets)) for _ in range(5))}
    found = np.array([unlike(heard, count) for count in sorted(counts)])
    assert found[:, 0].any()
    assert not found[:, 1].any()


@pytest.mark.parametrize(
    ("ending", "is_over"),
    [
        (lambda talk: talk.server.fin().client.fin(), True),
        (lambda talk: talk.server.fin(ok()).client.fin(), True),
        (lambda talk: talk.client.aborts(), True),
        (lambda talk: talk.server.fin(), False),
        (lambda talk: talk, False),
    ],
    ids=["both", "with an answer", "abort", "half", "none"],
)
def test_what_is_over_needs_no_table(
    ending: Callable[[Conversation], Conversation], is_over: bool
) -> None:
    heard = listen(ending(pooled(3, 1)), pooled(60, 1, client_port=40001))
    rest, over = told(heard)
    assert not (rest == REST).any()
    assert over.any() == is_over


def test_it_is_the_one_that_is_used() -> None:
    assert isinstance(setting_aside(), Settling)


def test_the_first_and_the_last_exchanges_stay() -> None:
    talk = pooled()
    for number in range(30):
        talk.wait(1).asks(get(f"/{number}"), ok())
    names = [name for name in kept(listen(talk))[0] if name.startswith("GET")]
    assert names[0] == "GET / HTTP/1.1"
    assert names[-2:] == [f"GET /{number} HTTP/1.1" for number in (28, 29)]
    assert len(names) < 14


def test_a_connection_that_ended_long_ago_is_not_looked_at_again() -> None:
    ended, going_on = pooled(30, 1).server.fin().client.fin(), pooled(60, 1, client_port=40001)
    heard = listen(ended, going_on)
    setter = Settling(native, rows=1, worth=0)
    setter.see(heard.segments)
    wanted, over = setter.sort_out(heard.segments, heard.samples)
    of_ended = np.array([packet in ended.packets for packet in heard.packets])
    assert 0 < wanted[of_ended].sum() < of_ended.sum()
    np.testing.assert_array_equal(over, wanted & of_ended)
    rest = heard.segments.take(wanted & ~over)
    still, over_now = setter.sort_out(rest, heard.samples)
    assert not over_now.any()
    gone = len(heard.segments) - over.sum() - still.sum()
    assert (
        setter.aside().folds.packets.sum() == gone - 2
    )  # what acknowledges the last exchange is nowhere


def in_tls(count: int, length: int = 200) -> Conversation:
    """A connection in TLS 1.3 with so many exchanges."""
    talk = Conversation().handshake().client.says(CLIENT_HELLO)
    talk.server.says(SERVER_HELLO + CCS + data(800, 53)).client.says(CCS + FINISHED)
    talk.server.says(TICKETS)
    for _ in range(count):
        talk.wait(1).asks(data(length), data(300))
    return talk


def test_exchanges_in_tls_are_set_aside() -> None:
    heard = listen(in_tls(100))
    names, setter = kept(heard)
    tables = SettingAside(rows=1)
    left = int(tables.sort_out(heard.segments, heard.samples)[0].sum())
    assert len(names) <= left + 12 < 40
    assert setter.aside().folds.packets.sum() == len(heard.segments) - len(names)


def test_what_short_records_are_may_show_later() -> None:
    heard = listen(in_tls(50, length=76))
    assert len(kept(heard)[0]) == len(heard.segments)
    heard = listen(in_tls(50, length=77))
    assert len(kept(heard)[0]) < 30


def test_a_beginning_in_clear_is_left_alone() -> None:
    talk = Conversation().handshake().asks(b"220 mail", b"").asks(b"x", b"y")
    for _ in range(30):
        talk.wait(1).asks(data(200), data(300))
    heard = listen(talk)
    assert len(kept(heard)[0]) == len(heard.segments)


def test_a_short_record_keeps_the_exchanges_around_it() -> None:
    talk = in_tls(20)
    talk.client.says(data(30), name="short")
    for _ in range(20):
        talk.wait(1).asks(data(200), data(300))
    heard = listen(talk)
    names = kept(heard)[0]
    at = names.index("short")
    everyone = [packet.name for packet in heard.packets]
    there = everyone.index("short")
    assert names[at - 6 : at + 4] == everyone[there - 6 : there + 4]


def test_a_connection_captured_twice_in_a_row_is_none_to_set_aside_from() -> None:
    talk = pooled(20, 1)
    twice = [*talk.packets, *(moved(packet, 30) for packet in talk.packets)]
    once = len(kept(listen(talk))[0])
    heard = listen(talk, edit=lambda _: twice)
    assert len(kept(heard)[0]) == once + len(talk.packets)


def test_an_odd_exchange_stays_with_all_its_rows() -> None:
    talk = pooled(10, 1)
    talk.client.says(get("/odd")).client.repeats().server.says(ok()).client.acks()
    for _ in range(10):
        talk.wait(1).asks(get(), ok())
    assert {"GET /odd HTTP/1.1", "GET /odd HTTP/1.1 again"} <= set(kept(listen(talk))[0])


@pytest.mark.parametrize("step", [1, 7, 17, 100])
def test_whatever_is_set_aside_in_one_go_or_in_many_the_sums_are_the_same(step: int) -> None:
    heard = listen(pooled(60, 1))
    (names, one), (names_bit_by_bit, many) = kept(heard), kept(heard, step)
    assert names == names_bit_by_bit
    one_aside, many_aside = one.aside(), many.aside()
    assert len(one_aside.folds) > 0
    for column in Folds.__struct_fields__:
        left, right = getattr(one_aside.folds, column), getattr(many_aside.folds, column)
        np.testing.assert_array_equal(left, right, err_msg=column)
    assert sum(map(len, one_aside.parts)) == sum(map(len, many_aside.parts))
    assert len(names) + one_aside.folds.packets.sum() == len(heard.segments)


def test_it_sets_aside_nearly_as_much_as_the_tables_do() -> None:
    heard = listen(pooled(150, 1))
    tables = SettingAside(rows=1)
    left = int(tables.sort_out(heard.segments, heard.samples)[0].sum())
    assert len(kept(heard)[0]) <= left + 12


def test_where_little_would_be_set_aside_nothing_is() -> None:
    heard = listen(pooled(50, 1))
    names, setter = kept(heard, worth=1)
    assert len(names) == len(heard.segments)
    assert setter.aside().folds.packets.sum() == 0


@pytest.mark.parametrize("seed", range(24))
def test_long_transfers_read_the_same(seed: int, tmp_path: Path) -> None:
    path = tmp_path / "transfers.pcap"
    write(path, on_the_wire([*transfers(seed), *incident(seed, 4, 8)]))
    setter = partial(SEARCH, rows=(150, 600)[seed % 2], least_at_end=(1, 1 << 20)[seed // 2 % 2])
    assert report(path, setter, (4096, 60_000)[seed % 2]) == report(path, None)


@pytest.mark.parametrize("seed", range(12))
def test_damaged_transfers_read_the_same(seed: int, tmp_path: Path) -> None:
    path = tmp_path / "transfers.pcap"
    write(path, damaged(on_the_wire(transfers(seed)), random.Random(seed), 0.05))
    setter = partial(SEARCH, rows=(150, 600)[seed % 2])
    assert report(path, setter) == report(path, None)


def downloaded(segments: int) -> Conversation:
    """A response of so many full segments, every second of them acknowledged."""
    talk = pooled().client.says(get("/large")).server.says(ok(bytes(segments * 1000))[:100])
    for number in range(segments):
        talk.server.says(FULL, name=f"part {number}")
        if number % 2:
            talk.client.acks(name=f"up to {number}")
    return talk.wait(1).asks(get("/next"), ok())


def merged(heard: Heard, compiled: ModuleType = native) -> tuple[list[str], Segments]:
    """What is left of the rows after one look: names, and the rows themselves."""
    segments = heard.segments.take(np.arange(len(heard.segments)))
    setter = Settling(compiled, rows=1, worth=1)
    setter.see(segments)
    left, _ = setter.sort_out(segments, heard.samples)
    names = np.array([packet.name for packet in heard.packets], object)[left]
    return names.tolist(), segments.take(left)


class Always(ModuleType):
    """The compiled loops, with long runs wherever somebody asks."""

    def __getattr__(self, name: str) -> object:
        return getattr(native, name)

    def fold_had_long_run(self, _fold: object) -> bool:
        return True


@pytest.mark.parametrize("segments", range(8, 32))
def test_without_a_long_run_there_is_nothing_to_merge(segments: int) -> None:
    talk = pooled().client.says(get("/large")).server.says(ok(bytes(90_000))[:100])
    carry(random.Random(segments), talk, talk.server, segments, odd=0)
    heard = listen(talk)
    expected = merged(heard, Always("always"))[0]
    assert merged(heard)[0] == expected
    assert len(expected) < len(heard.packets) or segments < 20


def test_the_middle_of_a_transfer_goes_into_one_segment() -> None:
    heard = listen(downloaded(60))
    names, left = merged(heard)
    parts = [name for name in names if name.startswith(("part", "up to"))]
    assert parts == [
        *("part 0", "part 1", "up to 1", "part 2", "part 3", "up to 3", "part 4", "part 5"),
        *("up to 5", "part 6", "up to 53"),
        *(
            "part 55",
            "up to 55",
            "part 56",
            "part 57",
            "up to 57",
            "part 58",
            "part 59",
            "up to 59",
        ),
    ]
    assert left.length[names.index("part 6")] == 1000 * (55 - 6)
    assert left.length.sum() == heard.segments.length.sum()


@pytest.mark.parametrize("odd", ODD)
def test_what_is_out_of_the_ordinary_stays_with_what_is_around_it(odd: Odd) -> None:
    talk = pooled().client.says(get("/large")).server.says(ok(bytes(90_000))[:100])
    carry(random.Random(1), talk, talk.server, 40, odd=0)
    first = len(talk.packets)
    odd(random.Random(1), talk, talk.server)
    last = len(talk.packets)
    carry(random.Random(2), talk, talk.server, 40, odd=0)
    for number, packet in enumerate(talk.packets):
        talk.packets[number] = replace(packet, name=str(number))
    names, left = merged(listen(talk))
    assert {str(number) for number in range(first - 5, last + 5)} <= set(names)
    assert len(names) < len(talk.packets) - 40
    assert 1000 < left.length.max() <= 40_000


def test_nothing_is_merged_after_an_end() -> None:
    talk = pooled().client.says(get("/large")).client.fin().server.says(ok(bytes(90_000))[:100])
    carry(random.Random(1), talk, talk.server, 60, odd=0)
    assert len(merged(listen(talk))[0]) == len(talk.packets)


REDIS, MYSQL, POSTGRESQL, MEMCACHED, HTTP2, UNKNOWN = KINDS


def in_turns(kind: Database, exchanges: int = 30, **where: object) -> Conversation:
    """A session with a server of some kind, or a part of one without its beginning."""
    talk = Conversation(**({"port": kind.port} | where))  # type: ignore[arg-type]
    for _ in range(exchanges):
        talk.wait(1).asks(kind.requests[1], kind.answer)
    return talk


def asked(heard: Heard) -> int:
    """How many requests stay."""
    names, _ = kept(heard, stays=Stays(opening=0))
    held = Counter(names)
    requests = {packet.name for packet in heard.packets if packet.payload in REQUESTS}
    return sum(held[name] for name in requests)


REQUESTS = {kind.requests[1] for kind in KINDS}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: str(kind.port))
def test_in_turns_the_first_and_the_last_exchanges_stay(kind: Database) -> None:
    talk = Conversation(port=kind.port).handshake()
    kind.opening(random.Random(1), talk)
    for _ in range(50):
        talk.wait(1).asks(kind.requests[1], kind.answer)
    assert 2 <= asked(listen(talk)) <= 4


def test_so_they_do_where_statements_are_closed_that_nobody_answers() -> None:
    talk = Conversation(port=MYSQL.port).handshake()
    MYSQL.opening(random.Random(1), talk)
    for _ in range(50):
        talk.wait(1).asks(MYSQL.requests[1], MYSQL.answer).client.says(MYSQL.aside).server.acks()
    assert 2 <= asked(listen(talk)) <= 4


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: str(kind.port))
def test_so_they_do_where_the_beginning_is_not_captured(kind: Database) -> None:
    talks = [in_turns(kind, client_port=40000 + number) for number in range(3)]
    assert asked(listen(*talks)) <= 4 * len(talks)


def test_without_a_beginning_speech_tells_the_client_and_else_the_ports() -> None:
    high, low = {"port": 50000, "client_port": 40000}, {"port": 6379, "client_port": 2000}
    for where in (high, low):
        assert asked(listen(in_turns(REDIS, **where))) < 5
        assert asked(listen(in_turns(MEMCACHED, **where))) < 5
        assert asked(listen(in_turns(UNKNOWN, **where))) == 30


def test_who_has_more_connections_is_no_client() -> None:
    """Behind a translation of addresses ports tell nothing."""
    talks = [in_turns(UNKNOWN, port=50000, client_port=3000 + n, start_s=n) for n in range(3)]
    assert asked(listen(*talks)) == 90
    assert asked(listen(talks[0])) < 5  # as the tables take it, too


def test_ports_tell_nothing_where_the_beginning_may_lie_in_another_capture() -> None:
    for kind, stays in ((POSTGRESQL, 30), (UNKNOWN, 30), (REDIS, 4)):
        names, _ = kept(listen(in_turns(kind)), stays=Stays(opening=0), one_of_several=True)
        asks = listen(in_turns(kind, 1)).packets[0].name
        assert names.count(asks) == stays


def test_a_subscription_is_left_alone() -> None:
    talk = in_turns(REDIS).asks(redis(b"SUBSCRIBE", b"news"), b"+OK\r\n")
    for _ in range(20):
        talk.asks(REDIS.requests[1], REDIS.answer)
    assert asked(listen(talk)) >= 20


@pytest.mark.parametrize("odd", [MYSQL.farewell, get(), CLIENT_HELLO, ok()])
def test_so_is_what_goes_on_otherwise(odd: bytes) -> None:
    talk = in_turns(MYSQL)
    (talk.server if odd in (MYSQL.farewell, ok()) else talk.client).says(odd)
    for _ in range(20):
        talk.asks(MYSQL.requests[1], MYSQL.answer)
    assert asked(listen(talk)) >= 20


def test_http_behind_a_preamble_is_http() -> None:
    talk = Conversation().handshake().client.says(b"PROXY TCP4 1.2.3.4 5.6.7.8 9 80\r\n")
    for number in range(30):
        talk.wait(1).asks(get(f"/{number}"), ok())
    names = [name for name in kept(listen(talk))[0] if name.startswith("GET")]
    assert len(names) < 6


def test_what_shows_the_protocol_stays() -> None:
    """The first answer of memcached that is known as one comes late."""
    talk = Conversation(port=11211).handshake()
    for answer in (b"VERSION 1\r\n", b"STORED\r\n", b"VERSION 1\r\n"):
        for _ in range(12):
            talk.wait(1).asks(b"something\r\n", answer)
    names, _ = kept(listen(talk))
    assert names.count("STORED") == 2  # and the one after it
    assert names.count("VERSION 1") < 6


@pytest.mark.parametrize(
    ("kind", "farewell"), [(MYSQL, COM_QUIT), (POSTGRESQL, TERMINATE), (REDIS, REDIS_QUIT)]
)
def test_a_client_that_leaves_in_words_leaves_nothing_to_look_at(
    kind: Database, farewell: bytes
) -> None:
    talk = Conversation(port=kind.port).handshake().asks(kind.requests[1], kind.answer)
    talk.client.says(farewell).client.fin().server.fin().client.acks()
    heard = listen(talk, pooled(1, client_port=40001, start_s=100))
    rest, over = told(heard)
    mine = heard.segments.source & np.uint64(0xFFFF) == kind.port
    assert over[mine].any() and (rest[mine] != REST).all()


def test_who_was_guessed_to_be_the_client_and_speaks_like_a_server_is_left_alone() -> None:
    talk = in_turns(UNKNOWN).client.says(MEMCACHED.answer)
    for _ in range(20):
        talk.asks(UNKNOWN.requests[1], UNKNOWN.answer)
    assert asked(listen(talk)) >= 20


def test_what_a_client_says_after_its_farewell_comes_after_an_exchange_that_stays() -> None:
    talk = in_turns(REDIS).client.says(REDIS_QUIT)
    for _ in range(20):
        talk.wait(1).asks(REDIS.requests[1], REDIS.answer)
    names, _ = kept(listen(talk))
    assert names.count(REDIS_QUIT[:2].decode()) == 1


def test_http_after_something_else_is_left_alone() -> None:
    talk = in_turns(UNKNOWN)
    for _ in range(20):
        talk.wait(1).asks(get(), ok())
    names, _ = kept(listen(talk))
    assert names.count("GET / HTTP/1.1") == 20


def test_another_connection_between_the_same_ends_shows_its_protocol_itself() -> None:
    first = in_turns(MEMCACHED)
    sequence = {"client_first": 9_000_000, "server_first": 9_000_000}
    second = Conversation(port=MEMCACHED.port, start_s=100, **sequence).handshake()
    for answer in (b"VERSION 1\r\n", b"STORED\r\n", b"VERSION 1\r\n"):
        for _ in range(12):
            second.wait(1).asks(b"something\r\n", answer)
    names, _ = kept(listen(first, second))
    assert names.count("STORED") == 2


def in_http2(exchanges: int = 30) -> Conversation:
    """HTTP/2 in clear, whose server says PING between answer and request."""
    talk = Conversation(port=HTTP2.port).handshake()
    HTTP2.opening(random.Random(1), talk)
    for _ in range(exchanges):
        talk.wait(0.5).asks(HTTP2.requests[1], HTTP2.answer)
        talk.wait(0.5).server.says(HTTP2.unasked)
    return talk


def test_what_http2_says_beside_its_requests_is_no_word() -> None:
    _, setter = kept(listen(in_http2()))
    (part,) = setter.aside().parts
    assert len(part) > 20
    assert (part.idle.values_ns() // 10_000_000 == 100).all()  # a second, and not half of one


def fine(talk: Conversation) -> bool:
    """Whether it is known that nothing failed on a connection, without tables."""
    heard = listen(talk)
    search = Search(native, Stays(opening=len(heard.segments)))
    search.feed(heard.segments)
    return bool((search.rest(0, len(heard.segments))[0] != REST).all())


def test_it_answers_nothing_either() -> None:
    assert fine(in_http2(3))
    talk = in_http2(3).client.says(HTTP2.requests[1]).server.says(HTTP2.unasked)
    assert not fine(talk)
    assert fine(talk.server.says(HTTP2.answer).client.says(HTTP2.requests[0]))


def test_a_client_that_has_ended_its_side_may_still_be_answered() -> None:
    talk = Conversation(port=REDIS.port).handshake().client.says(REDIS.requests[1]).client.fin()
    assert not fine(talk)
    assert fine(talk.server.says(REDIS.answer).server.fin())
