"""Which frames of one connection tell something, and how much.

From its rows of `Traffic`, all at once: a connection may have a million frames.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from netdiag.columns import Mask, Rows, span
from netdiag.connections import Traffic
from netdiag.decode.marks import Mark
from netdiag.decode.segments import Flag
from netdiag.diagnosis.scene import Scene
from netdiag.report.phrases.rests import GAP_S

PAUSE_NS = round(GAP_S * 1e9)
"""A silence that a ladder tells of."""

LONGEST_PAUSES = 20
FIRST_AND_LAST = 2
"""So many exchanges at either end of a connection are told of, however many it has."""

MOST_ENDS = 12
"""FINs and RSTs beyond these are more of the same."""

_CONTROL = Flag.SYN | Flag.FIN | Flag.RST
_TELLING_MARKS = (
    Mark.HTTP_REQUEST,
    Mark.HTTP_RESPONSE,
    Mark.TLS_CLIENT_HELLO,
    Mark.TLS_SERVER_HELLO,
    Mark.TLS_ALERT,
    Mark.SERVER_FAREWELL,
)


class Weight(IntEnum):
    """How much a frame tells."""

    NONE = 0
    """More of a transfer, or a bare ACK."""
    SOME = 1
    """The beginning of a message, something sent again, a probe, the end of a silence."""
    MUCH = 2
    """Beside one of the longest silences, or an exchange at either end."""
    ALL = 3
    """How the connection began and ended, and what a finding is about."""


class Frames(Struct, frozen=True, eq=False):
    """The frames of one connection, in capture order.

    Attributes:
        rows: int64, rows of `Traffic`; consecutive.
        weight: uint8, a `Weight`.
        probe: bool, a TCP keep-alive or window probe: a byte or none that had been sent before.
        again: bool, payload, a SYN or a FIN that had been sent before.
        stalled: bool, says that its sender's window is closed.
        exchange: bool, a request begins in it.
    """

    rows: Rows
    weight: npt.NDArray[np.uint8]
    probe: Mask
    again: Mask
    stalled: Mask
    exchange: Mask


def weigh(scene: Scene, connection: int, noted: Iterable[int] = ()) -> Frames:
    """Weigh the frames of a row of `Connections`.

    Args:
        noted: rows of `Traffic` that are told of whatever they are.
    """
    table, traffic = scene.connections, scene.traffic
    begin, stop = int(table.start[connection]), int(table.stop[connection])
    rows = np.arange(begin, stop)
    probe = _probes(traffic, rows)
    again = _again(traffic, rows) & ~probe
    segments = traffic.row[rows]
    plain = (traffic.flags[rows] & _CONTROL) == 0
    stalled = plain & (scene.traffic.segments.window[segments] == 0)
    mine = span(scene.exchanges.connection, connection)
    requests = scene.exchanges.request[mine]
    responses = scene.exchanges.response[mine]
    weight = np.zeros(len(rows), np.uint8)
    fresh = traffic.new_bytes[rows] > 0
    begins = fresh & np.isin(traffic.mark[rows], _TELLING_MARKS)
    weight[begins | again | probe | _first_of_run(stalled)] = Weight.SOME
    exchange = np.zeros(len(rows), bool)
    exchange[requests - begin] = True
    for said in (requests, responses[responses >= 0]):
        weight[said - begin] = Weight.SOME
        weight[said[:FIRST_AND_LAST] - begin] = Weight.MUCH
        weight[said[-FIRST_AND_LAST:] - begin] = Weight.MUCH
    _weigh_pauses(traffic, rows, weight)
    ends = np.flatnonzero((traffic.flags[rows] & (Flag.FIN | Flag.RST)) != 0)
    weight[ends] = np.maximum(weight[ends], Weight.SOME)
    weight[ends[:MOST_ENDS]] = Weight.ALL
    weight[np.flatnonzero(_first_replies(traffic, rows, ends[:MOST_ENDS]))] = Weight.ALL
    known = [int(table.syn[connection]), int(table.syn_ack[connection]), begin, stop - 1, *noted]
    weight[[row - begin for row in known if begin <= row < stop]] = Weight.ALL
    return Frames(rows, weight, probe, again, stalled, exchange)


def _weigh_pauses(traffic: Traffic, rows: Rows, weight: npt.NDArray[np.uint8]) -> None:
    """Tell of the frames on both sides of a silence, unless they are bare ACKs."""
    bare = (traffic.length[rows] == 0) & ((traffic.flags[rows] & _CONTROL) == 0)
    waited = np.diff(traffic.time_ns[rows])
    pauses = np.flatnonzero(waited >= PAUSE_NS)
    longest = pauses[np.argsort(-waited[pauses], kind="stable")][:LONGEST_PAUSES]
    for places, least in ((pauses, Weight.SOME), (longest, Weight.MUCH)):
        for at in (places[~bare[places]], (places + 1)[~bare[places + 1]]):
            weight[at] = np.maximum(weight[at], least)


def _first_replies(traffic: Traffic, rows: Rows, ends: Rows) -> Mask:
    """The first frame of the other side after each of the ends."""
    replies = np.zeros(len(rows), bool)
    from_client = traffic.from_client[rows]
    for side in (True, False):
        theirs = np.flatnonzero(from_client != side)
        place = np.searchsorted(theirs, ends[from_client[ends] == side])
        replies[theirs[place[place < len(theirs)]]] = True
    return replies


def _probes(traffic: Traffic, rows: Rows) -> Mask:
    """Segments of a byte at most that lie one below what their side had sent before them.

    RFC 9293, section 3.8.4 for keep-alive probes, 3.8.6.1 for window probes that are sent again.
    """
    probe = np.zeros(len(rows), bool)
    plain = (traffic.flags[rows] & _CONTROL) == 0
    for side in (True, False):
        mine = np.flatnonzero(plain & (traffic.from_client[rows] == side))
        if len(mine) < 2:
            continue
        position, length = traffic.position[rows[mine]], traffic.length[rows[mine]]
        highest = np.maximum.accumulate(position + length)
        low = (length <= 1) & (traffic.new_bytes[rows[mine]] == 0)
        probe[mine[1:]] = low[1:] & (position[1:] == highest[:-1] - 1)
    return probe


def _again(traffic: Traffic, rows: Rows) -> Mask:
    """Payload that had been sent before, and a side's SYNs and FINs but for its first."""
    flags = traffic.flags[rows]
    repeated: Mask = (traffic.length[rows] > 0) & (traffic.new_bytes[rows] == 0)
    repeated &= (flags & Flag.RST) == 0
    for bit in (Flag.SYN, Flag.FIN):
        for side in (True, False):
            same = np.flatnonzero(((flags & bit) != 0) & (traffic.from_client[rows] == side))
            repeated[same[1:]] = True
    return repeated


def _first_of_run(mask: Mask) -> Mask:
    first = mask.copy()
    first[1:] &= ~mask[:-1]
    return first
