"""The compiled loops against their twins in numpy: whatever the bytes are, both say the same."""

from __future__ import annotations

import random
import struct
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from netdiag.analysis import analyze
from netdiag.capture import open_capture, walk
from netdiag.capture.formats import pcap
from netdiag.capture.records import RecordColumns, Records
from netdiag.capture.sources import CaptureSource
from netdiag.capture.walk import RecordShape
from netdiag.columns import Columns
from netdiag.connections import grouping, novelty, splitting
from netdiag.connections.reduction import Groups
from netdiag.connections.splitting import Sorted
from netdiag.decode import Load, Segments, decoder, headed, load, peeling
from netdiag.decode.addresses import Addresses
from netdiag.decode.growth import GrowingTable
from netdiag.decode.layers import LAYERS, LINK_TYPES, Protocol
from netdiag.decode.marks import Mark
from netdiag.decode.samples import Samples
from netdiag.exchanges import mark_payloads
from netdiag.exchanges.checks import LONGEST
from netdiag.exchanges.likeness import fingerprints
from netdiag.exchanges.protocols import mark_in_steps, redis, tls
from netdiag.exchanges.search import Search
from netdiag.native import native
from tests import messages
from tests.conversations import listen
from tests.databases import COM_QUIT, LOGIN, TERMINATE
from tests.exchanges.protocols.marking import payloads_of
from tests.exchanges.test_checks import CHECKS, REQUESTS
from tests.native.twins import same_columns, without_native
from tests.recorded import examine, names, recorded
from tests.scripted import pooled

pytestmark = pytest.mark.skipif(native is None, reason="built without a C compiler")

PCAP = RecordShape("<", 8, 16, 16, 0, 2, 2)
PCAPNG = RecordShape(">", 4, 12, 0, 12, 0, 4)


def compiled() -> ModuleType:
    assert native is not None
    return native


def segment_columns(count: int) -> list[Any]:
    """What `segments` fills."""
    return [*(np.empty(count, dtype) for _, dtype in headed._HEADED), *np.empty((5, count), "i8")]


class Numbers(Columns, frozen=True, eq=False):
    """A column that can be raised, and another."""

    raised: npt.NDArray[np.int32]
    other: npt.NDArray[np.int64]


def parts(loaded: Load) -> tuple[Any, ...]:
    texts = loaded.samples.texts(np.arange(len(loaded.samples), dtype=np.int32))
    return loaded.captures, texts


@pytest.mark.parametrize("name", names())
def test_every_fixture_reads_the_same(name: str) -> None:
    paths = [str(recorded(name).path)]
    fast = load(paths, mark_payloads)
    with without_native():
        slow = load(paths, mark_payloads)
    same_columns(fast.segments, slow.segments)
    assert parts(fast) == parts(slow)


@pytest.mark.parametrize("name", names())
def test_every_report_is_the_same(name: str) -> None:
    fast = examine(name).report
    with without_native():
        assert analyze([recorded(name).path]) == fast


FAR = 1 << 26
EDGES = [*range(6), FAR - 1, FAR, FAR + 1, 2**32 - FAR - 1, 2**32 - FAR, *range(2**32 - 5, 2**32)]
numbers = st.one_of(st.sampled_from(EDGES), st.integers(0, 2**32 - 1))


@settings(max_examples=200)
@given(st.data(), st.integers(1, 60), st.integers(1, 4))
def test_new_bytes_are_told_alike(data: st.DataObject, count: int, connections: int) -> None:
    def column(values: st.SearchStrategy[Any], dtype: type) -> Any:
        return np.array(data.draw(st.lists(values, min_size=count, max_size=count)), dtype)

    begins = np.zeros(count, bool)
    begins[:: max(count // connections, 1)] = True
    rows = Sorted(
        begins=begins,
        forward=column(st.booleans(), bool),
        sequence=column(numbers, np.uint32),
        acknowledgment=np.zeros(count, np.uint32),
        flags=column(st.sampled_from([0x10, 0x10, 0x18, 0x02, 0x12, 0x11, 0x14, 0x04]), np.uint8),
        time_ns=np.zeros(count, np.int64),
    )
    length = column(st.sampled_from([0, 0, 1, 1, 100, 1460]), np.int64)
    mark = column(st.sampled_from([0, 1]), np.uint8)
    told = (Groups.beginning(begins), rows.forward, rows, length, mark)
    fast, slow = novelty.new_bytes(*told), novelty.new_bytes_in_steps(*told)
    for one, other in zip(fast, slow, strict=True):
        np.testing.assert_array_equal(one, other)
    jumps = splitting.find_jumps(rows, begins), splitting.find_jumps_in_steps(rows, begins)
    np.testing.assert_array_equal(*jumps)


@settings(max_examples=100)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=80), st.booleans())
def test_four_tuples_are_grouped_alike(pairs: list[tuple[int, int]], wide: bool) -> None:
    step = 0x1_0001_0000_0001 if wide else 1
    segments = replace(
        Segments.empty(),
        capture=np.zeros(len(pairs), np.uint16),
        source=np.array([one * step for one, _ in pairs], np.uint64),
        destination=np.array([other * step for _, other in pairs], np.uint64),
    )
    fast, slow = grouping.by_four_tuple(segments), grouping.by_sorted_keys(segments)
    for one, other in zip(fast, slow, strict=True):
        np.testing.assert_array_equal(one, other)


@settings(max_examples=300)
@given(
    st.lists(st.one_of(st.integers(0, 40), st.integers(0, 2**32 - 1)), max_size=200),
    st.sampled_from([PCAP, PCAPNG]),
    st.integers(0, 60),
)
def test_walks_of_any_lengths(lengths: list[int], shape: RecordShape, cut: int) -> None:
    buffer = bytearray()
    for length in lengths:
        record = bytearray(shape.overhead + max(length if length < 1000 else 0, shape.header_bytes))
        number = length.to_bytes(4, "little" if shape.order == "<" else "big")
        record[shape.length_at : shape.length_at + 4] = number
        buffer += record[: shape.overhead + length] if length < 1000 else record
    end = max(len(buffer) - cut, 0)
    buffer += bytes(256)
    for begin in (0, min(5, end)):
        fast, fast_at = walk.walk(buffer, begin, end, shape)
        slow, slow_at = walk.walk_side_by_side(buffer, begin, end, shape)
        assert (fast.tolist(), fast_at) == (slow.tolist(), slow_at)


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    lengths=st.lists(
        st.tuples(st.integers(0, 80), st.sampled_from([0, 0, 0, 3, 2**31, 2**32 - 1])), max_size=60
    ),
    head=st.sampled_from(sorted(pcap.MAGICS)),
    link_field=st.sampled_from([1, 113, 0x2400_0001, 0x1400_0114]),
    cut=st.integers(0, 30),
    block_bytes=st.sampled_from([1, 100, 1000, 1 << 20]),
)
def test_records_of_pcap_are_read_alike(
    tmp_path: Path,
    lengths: list[tuple[int, int]],
    head: bytes,
    link_field: int,
    cut: int,
    block_bytes: int,
) -> None:
    order, magic = pcap.MAGICS[head]
    raw = head + struct.pack(f"{order}HHIIII", 2, 4, 0, 0, 65535, link_field)
    for i, (length, more) in enumerate(lengths):
        claimed = min(length + (more if more > 3 else 0), 2**32 - 1)
        raw += struct.pack(f"{order}IIII", 1000 - i % 7, i, claimed, (length + more) % 2**32)
        raw += bytes(8 * (magic == pcap.MODIFIED)) + bytes([i]) * length
    file = tmp_path / "made.pcap"
    file.write_bytes(raw[: max(len(raw) - cut, 4)])
    fast = read_whole(file, block_bytes)
    with without_native():
        assert read_whole(file, block_bytes) == fast


def read_whole(file: Path, block_bytes: int) -> tuple[list[tuple[Any, ...]], object]:
    """Each packet with its bytes, and what the capture was like."""
    rows: list[tuple[Any, ...]] = []
    with open_capture(CaptureSource(str(file)), block_bytes) as opened:
        for block in opened:
            columns = [getattr(block.rows, name) for name in RecordColumns.__struct_fields__]
            assert [column.dtype for column in columns] == [np.int64] * 5 + [np.int32] * 2
            for row in zip(*(column.tolist() for column in columns), strict=True):
                frame, time_ns, start, captured, *rest = row
                octets = block.data[start : start + captured].tobytes()
                rows.append((frame, time_ns, octets, *rest))
    return rows, opened.info()


ETHER_TYPES = [0x0800, 0x86DD, 0x8100, 0x88A8, 0x8847, 0x8864, 0x0806, 100]


def frame(rng: random.Random) -> bytes:
    """A frame that may be anything, and is mostly nearly right."""
    ip4 = bytes([rng.choice([0x45, 0x45, 0x46, 0x4F, 0x44, 0x65]), 0])
    ip4 += rng.choice([0, 19, 40, 1500]).to_bytes(2, "big") + rng.randbytes(2)
    ip4 += rng.choice([0, 0, 0x4000, 0x0001]).to_bytes(2, "big")
    ip4 += bytes([64, rng.choice([6, 6, 6, 17, 47, 4, 41, 51])]) + rng.randbytes(12)
    ip4 += rng.choice([53, 4789, 6081]).to_bytes(2, "big") + rng.randbytes(56)
    ip6 = bytes([rng.choice([0x60, 0x6F, 0x45])]) + rng.randbytes(5)
    ip6 += bytes([rng.choice([6, 6, 0, 44, 60, 41, 17])]) + rng.randbytes(80)
    inner = rng.choice([ip4, ip6, rng.randbytes(60)])
    kind = rng.choice(ETHER_TYPES).to_bytes(2, "big")
    tag = b"".join(
        rng.randbytes(2) + rng.choice(ETHER_TYPES).to_bytes(2, "big")
        for _ in range(rng.choice([0, 0, 1, 2]))
    )
    cooked = rng.randbytes(2) + rng.choice([1, 824]).to_bytes(2, "big") + rng.randbytes(10) + kind
    cooked2 = kind + rng.randbytes(6) + rng.choice([1, 824]).to_bytes(2, "big") + rng.randbytes(10)
    head = rng.choice([rng.randbytes(12) + kind + tag, cooked, cooked2, b"", b"\x02\0\0\0"])
    return (head + inner)[: rng.choice([200, 200, rng.randrange(120)])]


@settings(max_examples=60)
@given(st.integers(0, 2**32), st.sampled_from(sorted(LINK_TYPES)))
def test_frames_are_peeled_alike(seed: int, link_type: int) -> None:
    rng = random.Random(seed)
    raw = [frame(rng) for _ in range(rng.randrange(1, 40))]
    starts = np.cumsum([0, *(len(each) for each in raw)])[:-1].astype(np.int64)
    lengths = np.array([len(each) for each in raw], np.int64)
    count = len(raw)
    data = np.frombuffer(b"".join(raw) + bytes(256), np.uint8)
    rows = RecordColumns(
        frame=np.arange(1, count + 1),
        time_ns=np.zeros(count, np.int64),
        start=starts,
        captured=lengths,
        original=lengths + np.array([rng.choice([0, 0, 70]) for _ in raw]),
        link_type=np.full(count, link_type, np.int32),
        interface=np.zeros(count, np.int32),
    )
    fast = peeling.begin(Records(data, rows))
    slow = peeling.begin_in_steps(Records(data, rows))
    same_columns(fast, slow)
    peeling.peel(data, fast)
    with without_native():
        peeling.peel(data, slow)
    assert fast.protocol.tolist() == slow.protocol.tolist()
    final = ~np.isin(fast.protocol, [Protocol.CUT, *(layer.protocol for layer in LAYERS)])
    assert fast.offset[final].tolist() == slow.offset[final].tolist()
    assert fast.ip[final].tolist() == slow.ip[final].tolist()
    block, addresses = Records(data, rows), (Addresses(), Addresses())
    one = headed.read_segments(3, block, fast, addresses[0])
    other = headed.read_segments_in_steps(3, block, slow, addresses[1])
    assert fast.protocol.tolist() == slow.protocol.tolist()
    assert addresses[0].__getstate__() == addresses[1].__getstate__()
    same_columns(one.segments, other.segments)
    same_columns(one.payloads, other.payloads)
    assert one.rows.tolist() == other.rows.tolist()


PIECES = [*(f"{m} /a HTTP/1.1\r\n".encode() for m in ("GET", "PUT", "PATCH", "MOVE", "GETTER"))]
PIECES += [b"HTTP/1.1 200 OK\r\n", b"HTTP/1.0 099", b"HTTP/1.1 40", b"HTTP/1.1/200", b"\r\n", b"\r"]
PIECES += [b"\r\n\r\n", b"\r\n\r\n\r\n", b"0\r\n\r\n", b"\x17\x03\x03\x00\x10", b"*1\r\n$4\r\nQUIT"]


@settings(max_examples=300)
@given(
    st.lists(
        st.lists(st.one_of(st.sampled_from(PIECES), st.binary(max_size=9)), min_size=1, max_size=4)
        .map(b"".join)
        .filter(bool),
        min_size=1,
        max_size=20,
    ),
    st.one_of(st.none(), st.integers(1, 40)),
)
def test_payloads_are_marked_alike(payloads: list[bytes], captured: int | None) -> None:
    block = payloads_of(payloads, captured)
    same_columns(mark_payloads(block), mark_in_steps(block))


RECORDS = st.builds(
    lambda kind, version, length, body: bytes([kind, *version]) + length.to_bytes(2, "big") + body,
    st.integers(19, 24),
    st.sampled_from([(3, 3), (3, 1), (3, 4), (3, 5), (2, 3)]),
    st.sampled_from([0, 1, 2, 3, 4, 1 << 14, tls.LONGEST_RECORD, tls.LONGEST_RECORD + 1, 65535]),
    st.sampled_from([b"", b"\x01", b"\x02\0", b"\0\1\2", b"\x02\0\0\0"]),
)


@settings(max_examples=300)
@given(
    st.lists(st.lists(RECORDS, min_size=1, max_size=4).map(b"".join), min_size=1, max_size=20),
    st.one_of(st.none(), st.integers(1, 12)),
)
def test_records_of_tls_are_marked_alike(payloads: list[bytes], captured: int | None) -> None:
    block = payloads_of(payloads, captured)
    same_columns(mark_payloads(block), mark_in_steps(block))


VERBS = [verb for row in redis.SPECIAL.reshape(-1, 16) if (verb := row.tobytes().rstrip(b"\0"))]
COMMANDS = st.builds(
    lambda sign, count, verb, cut, case, body: (
        sign + count + b"\r\n" + case(verb)[: cut or None] + body
    ),
    st.sampled_from([b"*", b"*", b"*", b">"]),
    st.sampled_from([b"1", b"2", b"9", b"12", b"0", b"01", b"", b"123", b"-1", b"a"]),
    st.sampled_from([*VERBS, b"$3\r\nGET", b"$6\r\nCLIENTS", b"$4\r\nQUIET", b":1", b"$"]),
    st.sampled_from([0, 0, -1, -2, 3]),
    st.sampled_from([bytes.upper, bytes.lower, bytes.title]),
    st.sampled_from([b"", b"\r\n", b"\r\n$1\r\nx\r\n"]),
)


@settings(max_examples=300)
@given(st.lists(COMMANDS, min_size=1, max_size=20), st.one_of(st.none(), st.integers(1, 16)))
def test_commands_of_redis_are_marked_alike(payloads: list[bytes], captured: int | None) -> None:
    block = payloads_of(payloads, captured)
    same_columns(mark_payloads(block), mark_in_steps(block))


SIZED = st.builds(
    lambda first, size, number, kind, body, more: (
        bytes([first, size, 0, number, kind]) + body + bytes(more)
    ),
    st.sampled_from([0, 1, 5, 36, 60, *b"XQANSEZPB"]),
    st.sampled_from([0, 0, 0, 1]),
    st.sampled_from([0, 0, 1, 2, 3]),
    st.sampled_from([0, 1, 3, 10, 0x12, 0x1E, 0xFF, 4, 5, 8]),
    st.sampled_from([b"", b"START_REPLICATION", b"START_REPO", b"\x85\xa6", b"SFATAL\0C57P01\0"]),
    st.sampled_from([0, 0, 1, 10, 31, 34, 40]),
)


@settings(max_examples=500)
@given(st.lists(SIZED, min_size=1, max_size=20), st.one_of(st.none(), st.integers(1, 40)))
def test_messages_of_databases_are_marked_alike(
    payloads: list[bytes], captured: int | None
) -> None:
    block = payloads_of(payloads, captured)
    same_columns(mark_payloads(block), mark_in_steps(block))


@pytest.mark.parametrize(
    "message",
    [
        *(messages.mysql_greeting(), messages.mysql_error(4031), LOGIN, COM_QUIT, TERMINATE),
        *(messages.mysql(0, b"\x12" + bytes(20)), messages.postgresql_startup()),
        *(messages.postgresql_query(b"START_REPLICATION SLOT a"), messages.postgresql_fatal()),
        *(messages.NOTIFICATION, messages.REDIS_QUIT, messages.redis(b"Monitor")),
    ],
)
def test_what_databases_say_is_marked(message: bytes) -> None:
    for size in (None, 1, 4, 5, 8, 9, 14, 35, 36, 40):
        block = payloads_of([message], size)
        marks = mark_payloads(block)
        same_columns(marks, mark_in_steps(block))
        assert size is not None or marks.mark[0] != Mark.OPAQUE


@pytest.mark.parametrize("check", CHECKS)
def test_what_may_be_a_check_is_marked_alike(check: bytes) -> None:
    longer = check + bytes(LONGEST + 1 - len(check))
    for size in (None, *range(1, 18)):
        block = payloads_of([check, longer, check + b"x", check[:-1]], size)
        marks = mark_payloads(block)
        same_columns(marks, mark_in_steps(block))
        assert marks.detail[1] == 0
        assert size is not None or marks.detail[0] > 0


@pytest.mark.parametrize("request_", REQUESTS)
def test_what_can_be_none_is_marked_alike(request_: bytes) -> None:
    for size in (None, *range(1, 18)):
        block = payloads_of([request_], size)
        same_columns(mark_payloads(block), mark_in_steps(block))


@pytest.mark.parametrize("count", [tls.RECORDS_A_SEGMENT, tls.RECORDS_A_SEGMENT + 1])
def test_so_many_records_are_walked(count: int) -> None:
    block = payloads_of([b"\x17\3\3\0\1!" * count])
    marks = mark_payloads(block)
    assert marks.tail[0] == (0x170001 if count == tls.RECORDS_A_SEGMENT else 0)
    same_columns(marks, mark_in_steps(block))


@settings(max_examples=200)
@given(
    st.lists(
        st.sampled_from([b"", b"GET /a", b"GET /b\r\n", b"GET /b\rx", b"GET /a\0"]), max_size=30
    )
)
def test_lines_are_told_apart_alike(heads: list[bytes]) -> None:
    kept = Samples()
    data = np.frombuffer(b"".join(heads) + bytes(256), np.uint8)
    sizes = np.array([len(head) for head in heads], np.int64)
    rows = kept.add(data, np.cumsum(sizes) - sizes, sizes)
    fast = fingerprints(kept, rows)
    with without_native():
        slow = fingerprints(kept, rows)
    lines = [head.partition(b"\r")[0] for head in heads]
    for numbers, padded in ((fast, lines), (slow, [line.rstrip(b"\0") for line in lines])):
        same = [[one == other for other in padded] for one in padded]
        assert (numbers[:, None] == numbers[None, :]).tolist() == same


@settings(max_examples=200)
@given(
    st.lists(
        st.one_of(st.sampled_from([0, 1, 64, 65, 1024, 1025, 65535]), st.integers(0, 3000)),
        max_size=30,
    )
)
def test_samples_are_kept_alike(keeps: list[int]) -> None:
    keep = np.array(keeps, np.int64)
    data = np.arange(int(keep.sum()) + 256).astype(np.uint8)
    start = (np.cumsum(keep) - keep)[::-1].copy()
    fast, slow = Samples(), Samples()
    fast.add(data, start[:3], keep[::-1][:3])
    slow.add_in_steps(data, start[:3], keep[::-1][:3])
    one, other = fast.add(data, start, keep[::-1]), slow.add_in_steps(data, start, keep[::-1])
    assert one.tolist() == other.tolist()
    assert fast.texts(one) == slow.texts(other)
    for mine, theirs in zip(fast.blocks(), slow.blocks(), strict=True):
        assert mine[0].tobytes() == theirs[0].tobytes()
        assert mine[1].tolist() == theirs[1].tolist()


@settings(max_examples=100)
@given(st.lists(st.booleans(), min_size=1, max_size=40))
def test_columns_of_some_rows_are_spread_alike(chosen: list[bool]) -> None:
    rows = np.flatnonzero(np.array(chosen))
    some = {
        name: np.arange(1, len(rows) + 1).astype(dtype)
        for name, dtype in (("mark", "u1"), ("detail", "u4"), ("tail", "u4"), ("sample", "i4"))
    }
    fast = decoder._spread(rows, some, len(chosen))
    with without_native():
        slow = decoder._spread(rows, some, len(chosen))
    for name in some:
        assert fast[name].dtype == slow[name].dtype
        assert fast[name].tolist() == slow[name].tolist()


@given(numbers=st.lists(st.integers(-3, 9)), begin=st.integers(0, 3))
def test_rows_are_put_behind_others_alike(numbers: list[int], begin: int) -> None:
    part = Numbers(np.array(numbers, np.int32), np.array(numbers, np.int64))

    def whole() -> Numbers:
        table = GrowingTable(Numbers(np.empty(0, np.int32), np.empty(0, np.int64)))
        table.add(part.take(slice(0, begin)))
        table.add(part, "raised", 5)
        return table.finish()

    fast = whole()
    with without_native():
        slow = whole()
    assert fast.raised.tolist() == slow.raised.tolist()
    assert fast.other.tolist() == slow.other.tolist() == numbers[:begin] + numbers


@given(kept=st.lists(st.booleans(), max_size=40), dtype=st.sampled_from(["u1", "u2", "i4", "i8"]))
def test_rows_are_moved_to_the_front(kept: list[bool], dtype: str) -> None:
    column, other = np.arange(len(kept)).astype(dtype), np.arange(len(kept) + 3) * 7
    rows = np.flatnonzero(np.array(kept, bool))
    compiled().compact(rows, column, other)
    assert column[: len(rows)].tolist() == rows.tolist()
    assert other[: len(rows)].tolist() == (rows * 7).tolist()


def test_no_row_is_moved_that_is_none() -> None:
    column, rows = np.arange(3), np.array([0, 1])
    for wrong in ([-1], [3], [1, 1], [1, 0], [1 << 62]):
        with pytest.raises(ValueError, match="in order"):
            compiled().compact(np.array(wrong), column)
    for columns in ((), [column] * 41, [column, column[:1]], [column.astype("c16")]):
        with pytest.raises(ValueError, match="columns"):
            compiled().compact(rows, *columns)
    with pytest.raises(ValueError, match="read"):
        compiled().compact(rows, np.frombuffer(bytes(24), np.int64))
    assert column.tolist() == [0, 1, 2]


@pytest.mark.parametrize("wrong", [[-1], [9], [1, 1], [1, 0], [1 << 62]])
def test_nothing_is_told_of_rows_that_are_not_held(wrong: list[int]) -> None:
    kinds = "u8", "u8", "u4", "u4", "u1", "u2", "u4", "u1", "u4", "i8"
    search = Search(compiled())
    search.feed(listen(pooled(4)).segments.take(slice(0, 9)))
    columns = [np.zeros(9, kind) for kind in kinds]
    of, out = np.empty(len(wrong), np.int32), np.empty((9, 0), np.int64)
    with pytest.raises(ValueError, match="is none, or not in order"):
        compiled().fold_singles(search._fold, np.array(wrong), *columns, of, out)


def test_no_row_is_put_where_there_is_no_room() -> None:
    two, four, long = np.zeros(2, np.int32), np.full(4, 9, np.int32), np.zeros(4, np.int64)
    for begin, raised, columns in (
        *((3, -1, (two, four)), (-1, -1, (two, four)), (1 << 62, 0, (two, four))),
        *((0, -1, (two, long)), (0, 0, (long[:2], long)), (0, 1, (two, four))),
        *((0, -1, ()), (0, -1, (two,)), (0, -1, (two, four[:2], four, four[:1]))),
    ):
        with pytest.raises(ValueError, match="expected"):
            compiled().append(begin, raised, 0, *columns)
    compiled().append(2, 0, 1, two, four)
    assert four.tolist()[2:] == [1, 1]


def test_no_sample_is_read_or_written_outside_its_bytes() -> None:
    one, counts = np.ones(1, np.int64), np.zeros(1025, np.int64)
    for keep in (-1, 65536, 1 << 62):
        with pytest.raises(ValueError, match="row 0"):
            compiled().widths(one * keep, 0, counts, counts.copy())
    number, lengths, blob = np.empty(1, np.int32), np.empty(1, np.uint16), np.empty(64, np.uint8)
    for start, keep, row, place in (
        *((-1, 1, 5, 0), (237, 1, 5, 0), (1 << 62, 1, 5, 0)),
        *((0, -1, 5, 0), (0, 65, 5, 0), (0, 65536, 5, 0)),
        *((0, 1, 4, 0), (0, 1, 6, 0), (0, 1, 1 << 62, 0), (0, 1, 5, -1), (0, 1, 5, 1)),
    ):
        rows, places = counts + row, counts + place
        where = bytes(300), one * start, one * keep, 5, rows, places
        with pytest.raises(ValueError, match="row 0"):
            compiled().keep_rows(*where, number, lengths, blob)
    columns = np.zeros(1, np.uint8), np.zeros(1, np.uint32), np.zeros(1, np.uint32), number
    for row in (-1, 1, 1 << 62):
        with pytest.raises(ValueError, match="row 0"):
            compiled().spread(one * row, *columns, *columns)


def test_no_line_is_read_outside_its_octets() -> None:
    for width, lengths in ((128, np.zeros(3, np.int64)), (0, np.zeros(1, np.int64))):
        with pytest.raises(ValueError, match="fewer octets"):
            compiled().lines(bytes(300), width, lengths, lengths.copy())
    out = np.zeros(1, np.uint64)
    compiled().lines(b"abc", 3, np.array([1 << 62]), out)
    assert out[0] != 0


def test_no_payload_is_read_outside_its_block() -> None:
    one = np.ones(1, np.int64)
    columns = np.empty(1, np.uint8), np.empty(1, np.uint32), np.empty(1, np.uint32), one.copy()
    for start, captured in ((-1, 1), (301, 0), (0, 301), (300, 1), (0, -1), (1, 1 << 62)):
        where = bytes(300), one * start, one * captured, one * 20
        with pytest.raises(ValueError, match="payload 0"):
            known = bytes(256), b"", bytes(256), bytes(256), bytes(256), 0
            compiled().http(*where, 1, 2, 768, 4096, 512, 48, *known, *columns, one.copy())
        with pytest.raises(ValueError, match="payload 0 of the rest"):
            compiled().tls(*where, tls.MARKS, 1 << 14, 64, one - 1, *columns)
        with pytest.raises(ValueError, match="payload 0 of the rest"):
            compiled().redis(*where, 14, 2, redis.SPECIAL, one - 1, *columns[:2])
    where = bytes(300), one, one, one
    for row in (-1, 1, 1 << 62):
        with pytest.raises(ValueError, match="payload 0 of the rest"):
            compiled().tls(*where, tls.MARKS, 1 << 14, 64, np.array([row]), *columns)
        with pytest.raises(ValueError, match="payload 0 of the rest"):
            compiled().redis(*where, 14, 2, redis.SPECIAL, np.array([row]), *columns[:2])
    with pytest.raises(ValueError, match="expected 6 marks, got 5"):
        compiled().tls(*where, tls.MARKS[:5], 1 << 14, 64, one - 1, *columns)


def test_no_row_is_read_outside_its_block() -> None:
    data, one = np.zeros(300, np.uint8), np.zeros(1, np.int64)
    link, tcp = np.ones(1, np.int32), np.full(1, Protocol.TCP, np.uint8)
    for start, ip, at in (
        *((-1, 0, 0), (0, -1, 0), (0, 0, -1), (281, 0, 0), (0, 261, 0), (0, 0, 281)),
        *((1 << 62, 0, 0), (0, 1 << 62, 0), (0, 0, 1 << 62)),
    ):
        where = (one, one, one + start, one, one, link, tcp, one + at, one + ip)
        with pytest.raises(ValueError, match="row 0"):
            compiled().segments(data, *where, *segment_columns(1))
    names = "ETHERTYPES", "IP_PROTOCOLS", "NEXT_HEADERS", "UDP_PORTS", "HEADER_BYTES"
    tables = [getattr(peeling, name) for name in names]
    for offset, end in ((-1, 10), (0, 301), (20, 10)):
        state = np.zeros(1, np.uint8), one + offset, one - 1
        with pytest.raises(ValueError, match="frame 0"):
            compiled().peel(data, one + end, *state, *tables)


def test_no_record_is_read_outside_its_block() -> None:
    columns = [*np.zeros((4, 2), np.int64), *np.zeros((2, 2), np.int32)]
    given = (True, 1, 16, 0, 1 << 18, 1 << 20, 1)
    for begin, end in ((-1, 10), (0, 301), (0, 1 << 62)):
        with pytest.raises(ValueError, match="leave its block"):
            compiled().records(bytes(300), begin, end, *given, *columns)
    with pytest.raises(ValueError, match="expected 2 items"):
        compiled().records(bytes(300), 0, 300, *given, *columns[:5], np.zeros(3, np.int32))
    assert compiled().records(bytes(300), 0, 300, *given, *columns) == (2, 32, True)
    assert compiled().records(bytes(300), 290, 300, *given, *columns) == (0, 290, False)
    with pytest.raises(ValueError, match="a record"):
        compiled().extent(b"", b"")


def test_no_buffer_of_another_size_is_taken() -> None:
    data, two = np.zeros(300, np.uint8), np.zeros(2, np.int64)
    link, protocol = np.ones(2, np.int32), np.zeros(2, np.uint8)
    where = [two, two, two, two, two, link, protocol, two, two]
    assert compiled().segments(data, *where, *segment_columns(2)) == (0, 0, 0)
    with pytest.raises(ValueError, match="expected 2 items"):
        compiled().segments(data, *where, *segment_columns(1))
    with pytest.raises(TypeError, match="expected 28 arguments"):
        compiled().segments(data, *where)
    with pytest.raises(ValueError, match="leave its block"):
        compiled().walk(bytearray(10), 0, 11, True, 8, 16, 16, 0, two)
    with pytest.raises((BufferError, TypeError, ValueError)):
        compiled().walk(bytearray(10), 0, 10, True, 8, 16, 16, 0, bytes(16))
