"""The compiled loops by themselves, called with any numbers: they refuse, or stay in their buffers.

Meant for the sanitizers (``--sanitize``): nothing else sees a byte that is read beyond a buffer.
An input is the number of a function, how wide its numbers are, a block's size, and the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Any

import numpy as np

from netdiag.decode import headed
from netdiag.decode.marks import Mark
from netdiag.decode.peeling import (
    ETHERTYPES,
    HEADER_BYTES,
    IP_PROTOCOLS,
    NEXT_HEADERS,
    UDP_PORTS,
)
from netdiag.decode.samples import WIDTHS, Samples
from netdiag.exchanges import meanings, protocols
from netdiag.exchanges.candidates import Candidates
from netdiag.native import native
from tests.fuzz.seeds import frames, payloads

MOST_BYTES = 1024
MOST_ROWS = 40
NUMBERS = ("u1", "u1", "<u2", "<i8")
FED = ("u8", "u8", "u4", "u4", "u1", "u2", "u4", "u1", "i8", "u1", "u4", "u4", "u4")
"""What the search for exchanges to set aside takes of each segment."""
MARKS = bytes(meanings.MARKS), meanings.turns(), True
LENGTHS = meanings.shorter_records(), meanings.frames()
Numbers = Callable[[int], Any]
"""Hands out so many of the input's numbers, int64; zeros once they are used up."""


def seeds() -> Iterator[bytes]:
    """Frames and payloads at any offset; numbers for the loops that take numbers alone."""
    for frame in list(frames())[::9]:
        yield bytes([2, 0, 1, 0, len(frame.data[:200]), 1, 14, 34, 54]) + frame.data[:200]
        yield bytes([1, 0, 0, 1, 1, 14, 34]) + frame.data[:90]
    for payload in list(payloads())[::5]:
        yield bytes([4, 0, 1, 0, len(payload[:200]), 5]) + payload[:200]
        yield bytes([12, 0, 0, 200]) + payload[:200].ljust(200) + bytes([1, 0, 2, 200, 0, 0])
    yield bytes([1, 0, 0, 200]) + bytes(200) + bytes([9, 0, 200, 100, 16, 4, 90, 99])
    yield bytes([0, 0, 0, 200]) + bytes(200) + bytes([0, 130, 8, 16, 16, 0, 30])
    yield bytes([8, 0, 0, 200]) + bytes(200) + bytes([3, 60, 60, 7, 0])
    yield bytes([11, 0, 0, 0, 0, 2]) + 3 * (bytes([30]) + bytes([1, 2] * 180))
    for number in range(len(FUNCTIONS)):
        for width in range(len(NUMBERS)):
            yield bytes([number, width]) + bytes(range(1, 240))


def _walk(block: bytes, some: Numbers) -> None:
    begin, end, length_at, header, overhead, least = some(6).tolist()
    out = np.empty(int(some(1)[0]) % 300, np.int64)
    little = bool(begin & 1)
    compiled().walk(bytearray(block), begin, end, little, length_at, header, overhead, least, out)


def _records(block: bytes, some: Numbers) -> None:
    rows = _rows(some)
    begin, end, to_ns, header, fcs, most, most_on_wire = some(7).tolist()
    out = [np.empty(rows, kind) for kind in ("i8", "i8", "i8", "i8", "i4", "i4")]
    sizes = header, fcs, most, most_on_wire
    compiled().records(block, begin, end, bool(rows & 1), to_ns, *sizes, 1, *out)
    compiled().extent(some(rows), some(rows).astype(np.int32))


def _peel(block: bytes, some: Numbers) -> None:
    rows = _rows(some)
    end, offset, ip = some(rows), some(rows), np.full(rows, -1)
    protocol = (some(rows) & 0x3F).astype(np.uint8)
    tables = ETHERTYPES, IP_PROTOCOLS, NEXT_HEADERS, UDP_PORTS, HEADER_BYTES
    compiled().peel(_array(block), end, protocol, offset, ip, *tables)
    begun = np.empty(rows, np.uint8), *(np.empty(rows, np.int64) for _ in range(3))
    compiled().begin(some(rows).astype(np.int32), some(rows), some(rows), bytes(300), *begun)
    _read(block, some, rows, (protocol, offset, ip))


def _segments(block: bytes, some: Numbers) -> None:
    rows = _rows(some)
    protocol = (some(rows) & 0x1F).astype(np.uint8)
    _read(block, some, rows, (protocol, some(rows), some(rows)))


def _read(block: bytes, some: Numbers, rows: int, peeled: Sequence[Any]) -> None:
    given = (some(rows).astype(kind) for kind in ("i8", "i8", "i8", "i8", "i8", "i4"))
    kinds = [*(dtype for _, dtype in headed._HEADED), *5 * ["i8"]]
    compiled().segments(_array(block), *given, *peeled, *(np.empty(rows, kind) for kind in kinds))


def _http(block: bytes, some: Numbers) -> None:
    rows = _rows(some)
    where = some(rows), some(rows), some(rows)
    marks = Mark.HTTP_REQUEST, Mark.HTTP_RESPONSE
    kinds = np.uint8, np.uint32, np.uint32, np.int64, np.int64
    known = protocols._BEGINNINGS
    out = (np.empty(rows, kind) for kind in kinds)
    compiled().http(_array(block), *where, *marks, 768, 4096, 512, 48, *known, *out)


def _append(_block: bytes, some: Numbers) -> None:
    rows, begin, raised, by = _rows(some), *(int(n) % 64 - 2 for n in some(3))
    kinds = "i4", "u1", "i8"
    parts = [some(rows).astype(kind) for kind in kinds]
    compiled().append(begin, raised, by, *parts, *(np.empty(_rows(some), k) for k in kinds))


def _tls(block: bytes, some: Numbers) -> None:
    rows = _rows(some)
    where, rest = (some(rows), some(rows), some(rows)), some(rows)
    out = (np.empty(rows, kind) for kind in (np.uint8, np.uint32, np.uint32, np.int64))
    limits = protocols.tls.LONGEST_RECORD, protocols.tls.RECORDS_A_SEGMENT
    compiled().tls(_array(block), *where, protocols.tls.MARKS, *limits, rest, *out)


def _redis(block: bytes, some: Numbers) -> None:
    rows = _rows(some)
    where, rest = (some(rows), some(rows), some(rows)), some(rows)
    out = np.empty(rows, np.uint8), np.empty(rows, np.uint32)
    compiled().redis(_array(block), *where, 14, 2, protocols.redis.SPECIAL, rest, *out)


def _samples(block: bytes, some: Numbers) -> None:
    rows = _rows(some)
    start, keep = some(rows), some(rows)
    known = Samples()
    known.add(_array(block), start, keep)
    known.texts(np.arange(len(known), dtype=np.int32))


def _keep(block: bytes, some: Numbers) -> None:
    rows = _rows(some)
    start, keep, held = some(rows), some(rows), int(some(1)[0]) % 300
    first, row, place = int(some(1)[0]), np.zeros(WIDTHS, np.int64), np.zeros(WIDTHS, np.int64)
    row[:9], place[:9] = some(9), some(9)
    out = np.empty(rows, np.int32), np.empty(held, np.uint16), np.empty(held * 8, np.uint8)
    compiled().keep_rows(_array(block), start, keep, first, row, place, *out)


def _compact(_block: bytes, some: Numbers) -> None:
    columns = [some(_rows(some)).astype(kind) for kind in ("u1", "u2", "u4", "u8")]
    compiled().compact(np.unique(some(_rows(some))), *columns)


def _spread(_block: bytes, some: Numbers) -> None:
    rows, count = _rows(some), _rows(some)
    kinds = np.uint8, np.uint32, np.uint32, np.int32
    told = (some(rows).astype(kind) for kind in kinds)
    compiled().spread(some(rows), *told, *(np.empty(count, kind) for kind in kinds))


def _lines(block: bytes, some: Numbers) -> None:
    rows = _rows(some)
    compiled().lines(block, int(some(1)[0]), some(rows), np.empty(rows, np.uint64))


def _heads(block: bytes, some: Numbers) -> None:
    rows, known, places = _rows(some), _rows(some) + 1, _rows(some)
    blob, lengths = block[: len(block) // known * known], some(known).astype(np.uint16)
    where = some(rows).astype(np.int32), some(rows)
    out = np.empty(places, np.int64), np.empty(places, np.int64), np.empty(places, np.uint8)
    compiled().heads(blob, lengths, *where, *out)


def _group(_block: bytes, some: Numbers) -> None:
    rows = _rows(some)
    ends = (some(rows).astype(np.uint64) for _ in range(2))
    out = np.empty(rows, np.int64), np.empty(rows, np.int64), np.empty(rows, bool)
    compiled().group(*ends, 7, *out)


def _novelty(_block: bytes, some: Numbers) -> None:
    rows = _rows(some)
    begins, forward = (some(rows) & 1 for _ in range(2))
    sequence, flags = some(rows).astype(np.uint32), some(rows).astype(np.uint8)
    begins[:1] = 1
    ways = begins.astype(bool), forward.astype(np.uint8)
    compiled().jumps(*ways, sequence, flags, 1 << 26, np.empty(rows, bool))
    # Lengths were 32 bits wide when they were read; the loop takes them for granted.
    length, opaque = some(rows) & 0xFFFF_FFFF, (some(rows) & 1).astype(bool)
    out = np.empty(rows, np.int64), np.empty(rows, np.int64)
    compiled().novelty(*ways, sequence, flags, length, opaque, *out)
    # So were the sums of them, and connections begin one after another.
    start = np.sort(some(_rows(some)) % (rows + 1))
    sides = forward.astype(np.uint8), flags, length
    compiled().landmarks(8, start, *sides, np.empty((10, len(start)), np.int64))


def _merge(_block: bytes, some: Numbers) -> None:
    rows = _rows(some)
    least, most, within_ns, edge = some(4).tolist()
    limits = 1 + abs(least) % 9, 1 + abs(most) % 999, within_ns, 1 + edge % 4
    kinds = "u8", "u8", "u4", "u4", "u1", "u1", "u1", "u1", "u2", "i8", "i4", "u4", "u4"
    columns = [some(rows).astype(kind) for kind in kinds]
    compiled().merge(7, *limits, *columns, np.ones(rows, bool))


def _fold(_block: bytes, some: Numbers) -> None:
    last, opening, enough = some(3).tolist()
    bounds = 2 + last % 4, opening % 9, enough % 99
    fold = compiled().fold_new(7, *MARKS, *LENGTHS, *bounds, 536, 16)
    held, found = 0, Candidates.__struct_fields__
    for _ in range(3):
        rows = _rows(some)
        columns = [some(rows) for _ in FED]
        compiled().fold_feed(fold, *(c.astype(k) for c, k in zip(columns, FED, strict=True)))
        held += rows
        compiled().fold_had_long_run(fold)
        compiled().fold_had_long_run(fold)
        compiled().fold_bygones(fold)
        compiled().fold_idle(fold, *some(1).tolist())
        count = compiled().fold_count(fold)
        room = Candidates.of_rows(count)
        compiled().fold_candidates(fold, *(getattr(room, name) for name in found))
        rest = np.empty(held, np.uint8)
        compiled().fold_rest(fold, *some(1).tolist(), rest, np.empty(held, bool))
        _singles(fold, some, held)
        rest[(some(held) & 7) == 0] = 4
        fate = (some(count) & 3).astype(np.uint8)
        kept, over = np.empty(held, bool), (some(held) & 1).astype(bool)
        compiled().fold_drop(fold, fate, rest, kept, over)
        held = int((kept & ~over).sum())


def _singles(fold: Any, some: Numbers, held: int) -> None:
    rows = np.unique(some(held) % max(held, 1))
    kinds = "u8", "u8", "u4", "u4", "u1", "u2", "u4", "u1", "u4", "i8"
    columns = [some(held).astype(kind) for kind in kinds]
    syns = np.count_nonzero((columns[4][rows] & 0x17) == 0x02)
    room = np.empty(len(rows), np.int32), np.empty((9, syns), np.int64)
    compiled().fold_singles(fold, rows, *columns, *room)


FUNCTIONS: tuple[Callable[[bytes, Numbers], None], ...] = (
    *(_walk, _records, _peel, _segments, _http, _samples, _keep, _spread),
    *(_lines, _group, _novelty, _fold, _heads, _merge, _tls, _append, _redis, _compact),
)


def compiled() -> Any:
    """The module; without a compiler there is nothing to test here."""
    assert native is not None, "built without a C compiler"
    return native


def check(data: bytes) -> None:
    """A ValueError says that something lies outside; all else is a finding."""
    if len(data) < 4:
        return
    width = np.dtype(NUMBERS[data[1] % len(NUMBERS)])
    size, rest = int.from_bytes(data[2:4], "big") % 512, data[4:]
    block, rest = rest[:size], rest[size:]
    numbers = np.frombuffer(rest[: len(rest) // width.itemsize * width.itemsize], width)
    taken = 0

    def some(count: int) -> Any:
        nonlocal taken
        part = numbers[taken : taken + count].astype(np.int64)
        taken += count
        return np.concatenate([part, np.zeros(count - len(part), np.int64)])

    with suppress(ValueError):
        FUNCTIONS[data[0] % len(FUNCTIONS)](block, some)


def _rows(some: Numbers) -> int:
    return int(some(1)[0]) % MOST_ROWS


def _array(block: bytes) -> Any:
    return np.frombuffer(block, np.uint8)
