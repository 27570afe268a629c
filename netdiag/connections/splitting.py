"""Splits a four-tuple's segments into the connections that used it one after the other.

A stream begins where Wireshark's does: at a SYN whose initial sequence number is new, or that
comes after a FIN or RST (`tcp.stream`, packet-tcp.c). A connection also begins where both
directions jump to other sequence numbers, or another SYN is answered, although no SYN was
captured: that is another connection on the same ports, and glued to the last one it would look
like an idle hour.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from netdiag.columns import Mask, Rows
from netdiag.connections.grouping import by_four_tuple
from netdiag.connections.sequence import distance
from netdiag.decode.segments import Flag, Segments
from netdiag.native import native

JUMP_OCTETS = 1 << 26
"""A step of the sequence numbers that no window explains: 64 MiB in either direction."""

JUMP_NS = 1_000_000_000
"""A four-tuple whose SYN was not captured comes back no sooner than this."""


class Sorted(Struct, frozen=True, eq=False):
    """The columns that splitting reads, sorted by four-tuple; one row a segment."""

    begins: Mask
    forward: Mask
    sequence: npt.NDArray[np.uint32]
    acknowledgment: npt.NDArray[np.uint32]
    flags: npt.NDArray[np.uint8]
    time_ns: npt.NDArray[np.int64]


def in_order(segments: Segments) -> tuple[Rows, Sorted]:
    """The segments' rows by four-tuple, and what tells one connection from the next there."""
    row, begins = by_four_tuple(segments)
    return row, Sorted(
        begins=begins,
        forward=(segments.source < segments.destination)[row],
        sequence=segments.sequence[row],
        acknowledgment=segments.acknowledgment[row],
        flags=segments.flags[row],
        time_ns=segments.time_ns[row],
    )


def streams(rows: Sorted) -> Mask:
    """Where Wireshark's streams begin: `rows.begins` and every SYN with another ISN."""
    begins = rows.begins.copy()
    start = -1
    for row, tuple_start in _later_syns(rows, begins):
        start = max(start, tuple_start)
        base = _base(rows, start, row)
        if base is not None and int(rows.sequence[row]) != base:
            begins[row] = True
            start = row
    return begins


def connections(rows: Sorted, begins: Mask) -> Mask:
    """Where connections begin: at `begins`, at a SYN after an end, and where both sides jump."""
    split = begins.copy()
    later = _later_syns(rows, begins)
    if later:
        ends = np.cumsum((rows.flags & (Flag.FIN | Flag.RST)) != 0)
        start = -1
        for row, stream_start in later:
            start = max(start, stream_start)
            if ends[row - 1] > ends[start] - _is_end(rows, start):
                split[row] = True
                start = row
    split[_other_handshakes(rows, begins)] = True
    jumps = find_jumps(rows, begins)
    for direction in (True, False):
        for row in jumps[rows.forward[jumps] == direction].tolist():
            if _other_side_jumps(rows, split, row, direction):
                split[row] = True
    return split


def find_jumps(rows: Sorted, begins: Mask) -> Rows:
    """Rows whose sequence number lies beyond any window from that of their direction's last."""
    if native is None:
        return find_jumps_in_steps(rows, begins)
    jumps = np.empty(len(begins), bool)
    native.jumps(begins, rows.forward, rows.sequence, rows.flags, JUMP_OCTETS, jumps)
    return np.flatnonzero(jumps)


def find_jumps_in_steps(rows: Sorted, begins: Mask) -> Rows:
    """`find_jumps` without a compiled step."""
    ordinary = (rows.flags & (Flag.SYN | Flag.RST | Flag.ACK)) == Flag.ACK
    group = np.cumsum(begins)
    found = []
    for direction in (True, False):
        mine = np.flatnonzero(ordinary & (rows.forward == direction))
        sequence = rows.sequence[mine]
        step = (sequence[1:] - sequence[:-1]).view(np.int32)
        jumps = np.flatnonzero((step > JUMP_OCTETS) | (step < -JUMP_OCTETS))
        same = group[mine[jumps]] == group[mine[jumps + 1]]
        found.append(mine[jumps[same] + 1])
    return np.sort(np.concatenate(found))


def _other_handshakes(rows: Sorted, begins: Mask) -> Rows:
    """SYN/ACKs that answer another SYN than the last one did, with another number of their own.

    Where only the server's direction was captured, nothing else tells that a port was reused.
    """
    both = Flag.SYN | Flag.ACK
    answers = np.flatnonzero((rows.flags & both) == both)
    last, this = answers[:-1], answers[1:]
    other = (rows.sequence[last] != rows.sequence[this]) & (
        rows.acknowledgment[last] != rows.acknowledgment[this]
    )
    last, this = last[other], this[other]
    same = rows.forward[last] == rows.forward[this]
    last, this = last[same], this[same]
    group = np.cumsum(begins, dtype=np.int32) if len(this) else np.empty(0, np.int32)
    found: Rows = this[group[last] == group[this]]
    return found


def _later_syns(rows: Sorted, begins: Mask) -> list[tuple[int, int]]:
    """SYNs that don't begin a group, each with the row at which its group begins."""
    syn = (rows.flags & (Flag.SYN | Flag.ACK)) == Flag.SYN
    later = np.flatnonzero(syn & ~begins)
    groups = np.flatnonzero(begins)
    starts = groups[np.searchsorted(groups, later, side="right") - 1]
    return list(zip(later.tolist(), starts.tolist(), strict=True))


def _is_end(rows: Sorted, row: int) -> int:
    return int((rows.flags[row] & (Flag.FIN | Flag.RST)) != 0)


def _base(rows: Sorted, start: int, row: int) -> int | None:
    """The initial sequence number known for the sender of `row`, from `start` on.

    As Wireshark takes it: of the first segment of that direction, or one below the first
    acknowledgement number of the other direction, whichever comes first.
    """
    for i in range(start, row):
        if rows.forward[i] == rows.forward[row]:
            is_syn = bool(rows.flags[i] & Flag.SYN)
            return (int(rows.sequence[i]) - (not is_syn)) % (1 << 32)
        if rows.flags[i] & Flag.ACK:
            return (int(rows.acknowledgment[i]) - 1) % (1 << 32)
    return None


def _other_side_jumps(rows: Sorted, split: Mask, row: int, direction: bool) -> bool:
    """Whether `row` also acknowledges something far from what the other side had sent."""
    for i in range(row - 1, -1, -1):
        if rows.forward[i] != direction and rows.flags[i] & Flag.ACK:
            gap = distance(int(rows.sequence[i]), int(rows.acknowledgment[row]))
            quiet = int(rows.time_ns[row]) - int(rows.time_ns[row - 1]) > JUMP_NS
            return quiet and abs(gap) > JUMP_OCTETS
        if split[i]:
            return False
    return False
