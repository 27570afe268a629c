"""`walk`: where each record of a block begins.

Each record says how far it is to the next one, so the walk is a chain that numpy can't take in
one step. In plain Python it costs 0.2 µs a record, half of an analysis. So it is compiled where
that is possible. Elsewhere some hundred chains are walked side by side, from places that look like
records; a chain counts only if the chain before it arrives exactly at its beginning, and the first
one begins at a true record. So a wrong guess costs time and never a record. What the records mean
is left to the formats.
"""

from __future__ import annotations

import struct
from collections.abc import Container

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from netdiag.capture.gather import Offsets, gather, windows
from netdiag.native import native

FEW_RECORDS = 64
"""Records walked one by one, to learn how long they are."""
CHAIN_RECORDS = 64
"""Records a chain; fewer, and finding the beginnings costs more than it saves."""
MAX_CHAINS = 512
STEPS_AT_ONCE = 8
UNFINISHED = 1 / 32
"""The part of the chains that may be left to walking one by one, rather than all waiting."""
SEARCH_BYTES = 1 << 16
GUESSES = 4
"""Places that are tried for each chain's beginning: a time's high half can be text, too."""


class RecordShape(Struct, frozen=True):
    """How a format chains its records.

    Attributes:
        order: ``<`` or ``>``, the byte order of the length field.
        length_at: offset of the length field (32 bits) in a record.
        header_bytes: bytes that must be there to read a record's header.
        overhead: bytes of a record that its length field doesn't count.
        least: the smallest length that makes sense.
        key_at: offset of bytes that are alike in neighbouring records, to guess by.
        key_bytes: how many.
    """

    order: str
    length_at: int
    header_bytes: int
    overhead: int
    least: int
    key_at: int
    key_bytes: int

    @property
    def number(self) -> np.dtype[np.uint32]:
        """The length field's dtype."""
        return np.dtype(f"{self.order}u4")


def walk(buffer: bytearray, begin: int, end: int, shape: RecordShape) -> tuple[Offsets, int]:
    """The offsets of the complete records from `begin` on, and of the first incomplete one.

    Lengths are believed as long as the record lies inside the block; whether they make sense
    is checked by the caller, for all records at once.

    Args:
        buffer: the block, with at least 64 bytes behind `end`.
        begin: where a record begins.
        end: where the block's bytes end.
        shape: how the format chains its records.

    Returns:
        int64 offsets, ascending, and the offset at which the walk stopped: at `end`, or at
        a record that is incomplete or that says less than `shape.least`.
    """
    if native is None:
        return walk_side_by_side(buffer, begin, end, shape)
    room = max(end - begin, 0) // (shape.overhead + shape.least) + 1
    offsets = np.empty(room, np.int64)
    count, at = native.walk(
        buffer,
        begin,
        end,
        shape.order == "<",
        shape.length_at,
        shape.header_bytes,
        shape.overhead,
        shape.least,
        offsets,
    )
    return offsets[:count], at


def walk_side_by_side(
    buffer: bytearray, begin: int, end: int, shape: RecordShape
) -> tuple[Offsets, int]:
    """`walk` without a compiled step."""
    first, at = _step(buffer, begin, end, shape, (), FEW_RECORDS)
    if len(first) < FEW_RECORDS:
        return np.array(first, np.int64), at
    mean = (at - begin) / FEW_RECORDS
    chains = min(MAX_CHAINS, int((end - at) / mean / CHAIN_RECORDS))
    if chains < 4:
        rest, at = _step(buffer, at, end, shape, ())
        return np.array(first + rest, np.int64), at
    starts = _guess_starts(buffer, at, end, shape, chains)
    parts, at = _join(buffer, starts, end, shape)
    return np.concatenate([np.array(first, np.int64), *parts]), at


def _step(
    buffer: bytearray,
    begin: int,
    end: int,
    shape: RecordShape,
    targets: Container[int],
    most: int = 1 << 62,
) -> tuple[list[int], int]:
    """Walk record by record until one of `targets` is met."""
    found: list[int] = []
    add = found.append
    read = struct.Struct(f"{shape.order}I").unpack_from
    length_at, overhead, least = shape.length_at, shape.overhead, shape.least
    at, last = begin, end - shape.header_bytes
    while at <= last and len(found) < most:
        (length,) = read(buffer, at + length_at)
        after = at + overhead + length
        if after > end or length < least:
            break
        add(at)
        at = after
        if at in targets:
            break
    return found, at


def _guess_starts(
    buffer: bytearray, begin: int, end: int, shape: RecordShape, chains: int
) -> Offsets:
    """Return `begin` and up to `chains` places behind it that look like records, ascending."""
    key_at = shape.key_at
    key = bytes(buffer[begin + key_at : begin + key_at + shape.key_bytes])
    spread = (end - begin) // chains
    places = list(range(begin + spread, end - spread // 2, spread))
    starts = [np.array([begin])]
    find = buffer.find
    for _ in range(GUESSES):
        # Behind `end` is what earlier blocks left.
        hits = [find(key, at, min(at + SEARCH_BYTES, end)) for at in places]
        found = np.array(hits, np.int64) - key_at
        found = found[found > begin]
        good = _looks_like_records(buffer, found, end, shape, key)
        starts.append(found[good])
        places = (found[~good] + key_at + 1).tolist()
        if not places:
            break
    # numpy.unique would import numpy.ma, which costs more than reading a small capture does.
    return np.array(sorted({start for found in starts for start in found.tolist()}), np.int64)


def _looks_like_records(
    buffer: bytearray, starts: Offsets, end: int, shape: RecordShape, key: bytes
) -> npt.NDArray[np.bool_]:
    """Whether a record that began at each start would have one like it behind it."""
    data = np.frombuffer(buffer, np.uint8)
    after: Offsets = starts + gather(data, starts + shape.length_at, shape.number) + shape.overhead
    inside = after + shape.header_bytes < end
    dtype = np.dtype(f"<u{len(key)}")
    inside &= gather(data, np.where(inside, after, starts) + shape.key_at, dtype) == (
        int.from_bytes(key, "little")
    )
    return inside


def _join(
    buffer: bytearray, starts: Offsets, end: int, shape: RecordShape
) -> tuple[list[Offsets], int]:
    """Walk from all starts at once, and keep what hangs together from the first one on."""
    steps = _walk_chains(buffer, starts, end, shape)
    stops = np.append(starts[1:], end)
    inside = steps < stops
    counts = inside.sum(axis=0)
    chain = np.arange(len(starts))
    joined = steps[np.minimum(counts, len(steps) - 1), chain] == stops
    if shape.least:  # a record that says less ends the walk
        says = np.diff(steps, axis=0) - shape.overhead
        joined &= ~(inside[:-1] & (says < shape.least)).any(axis=0)
    joined[-1] = False  # its end is the block's, where a record may be incomplete
    broken = np.flatnonzero(~joined)
    parts: list[Offsets] = []
    at = int(starts[0])
    begin = 0
    for b in broken.tolist():
        if b < begin:  # already walked over
            continue
        parts.append(steps[:, begin:b].T[inside[:, begin:b].T])
        found, at = _step(buffer, int(starts[b]), end, shape, set(starts[b + 1 :].tolist()))
        parts.append(np.array(found, np.int64))
        begin = int(np.searchsorted(starts, at))
        if begin in (b, len(starts)) or starts[begin] != at:  # no further, or none arrived at
            break
    return parts, at


def _walk_chains(
    buffer: bytearray, starts: Offsets, end: int, shape: RecordShape
) -> npt.NDArray[np.int64]:
    """Positions of shape (steps, chains); each column goes on at least to the next start.

    Chains that take far longer than the others are left unfinished: they'd cost a numpy call
    a record.
    """
    lengths = windows(np.frombuffer(buffer, np.uint8)[shape.length_at :], 4)
    number, overhead = shape.number, shape.overhead
    stops = np.append(starts[1:], end)
    parts: list[npt.NDArray[np.int64]] = []
    at = starts
    for _ in range(4 * CHAIN_RECORDS // STEPS_AT_ONCE):
        part = np.empty((STEPS_AT_ONCE, len(starts)), np.int64)
        for row in part:
            row[:] = at
            at = row + lengths[at].view(number)
            at += overhead
            np.minimum(at, end, out=at)
        parts.append(part)
        if np.count_nonzero(at < stops) <= UNFINISHED * len(starts):
            break
    parts.append(at[np.newaxis])
    return np.concatenate(parts)
