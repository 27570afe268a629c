"""What lies beside a connection: ends of others, what others say, who came first.

Each is asked of the rows held, and of the last ones that were held before: what two connections
have to do with each other shows while both are there.
"""

from __future__ import annotations

from typing import Self

import numpy as np
import numpy.typing as npt
from msgspec.structs import replace

from netdiag.columns import Columns, Mask, Rows, among, any_between, distinct, one_of, place_in_run
from netdiag.connections.legs import numbers
from netdiag.decode.addresses import LOOPBACK_NET
from netdiag.decode.marks import Mark
from netdiag.decode.segments import Flag, Segments
from netdiag.exchanges.introductions import HEADS_EACH
from netdiag.exchanges.observed import Observed
from netdiag.exchanges.tls_roles import ALERT_LENGTHS

Numbers = npt.NDArray[np.uint64]
Times = npt.NDArray[np.int64]

FAREWELLS = (Mark.SERVER_FAREWELL, Mark.HTTP2_GOAWAY, Mark.TLS_ALERT)

_UNIT_BITS = 20
"""Times are compared in units of 2**20 ns, about a millisecond, as these say."""

_TIME_BITS = 42


class Ends(Columns, frozen=True, eq=False):
    """Segments that end a connection, or may do.

    Columns:
        sender: uint64, the endpoint that sent it.
        receiver: uint64, the other one.
        time_ns: int64.
    """

    sender: npt.NDArray[np.uint64]
    receiver: npt.NDArray[np.uint64]
    time_ns: Times

    @classmethod
    def none(cls) -> Self:
        """Without any."""
        ends = np.empty(0, np.uint64)
        return cls(ends, ends, np.empty(0, np.int64))

    @classmethod
    def of(cls, segments: Segments, rows: Rows) -> Self:
        """Those of some rows."""
        return cls(segments.source[rows], segments.destination[rows], segments.time_ns[rows])

    def of_clients(self, servers: npt.NDArray[np.uint64]) -> Self:
        """Those that a client got, by its host, on connections to others; without its port.

        Args:
            servers: uint64, ascending: endpoints that are no client's.
        """
        got = self.take(~among(self.receiver, servers))
        return replace(got, sender=got.receiver & ~np.uint64(0xFFFF))

    def on_loopback(self) -> Times:
        """When those came that a client on 127.0.0.0/8 got or sent; int64, ascending."""
        local = (self.receiver >> np.uint64(40) == LOOPBACK_NET) & (
            self.sender >> np.uint64(40) == LOOPBACK_NET
        )
        return np.sort(self.time_ns[local])

    def since(self, time_ns: int) -> Self:
        """Those from then on."""
        return self.take(self.time_ns >= time_ns)

    def has_any(self, sender: npt.NDArray[np.uint64], first_ns: Times, last_ns: Times) -> Mask:
        """Whether each sender has ended one in a stretch of time; bool."""
        if len(self) == 0 or len(sender) == 0:
            return np.zeros(len(sender), bool)
        names = distinct(np.concatenate([self.sender, sender]))
        zero_ns = min(int(self.time_ns.min()), int(first_ns.min()))

        def key(endpoint: npt.NDArray[np.uint64], time_ns: Times) -> Times:
            number = np.searchsorted(names, endpoint).astype(np.int64)
            return number << _TIME_BITS | (time_ns - zero_ns) >> _UNIT_BITS

        moments = np.sort(key(self.sender, self.time_ns))
        return any_between(moments, key(sender, first_ns), key(sender, last_ns))


def find_ends(segments: Segments) -> Rows:
    """The rows of segments that end a connection, or may do; int64.

    With a FIN or RST, or with a farewell: words, a GOAWAY, or a record in TLS at their end that is
    as long as an alert.
    """
    ends = (segments.flags & (Flag.FIN | Flag.RST)) != 0
    ends |= one_of(segments.mark, FAREWELLS)
    in_tls = np.flatnonzero(segments.mark == Mark.TLS_DATA)
    last_length = segments.tail[in_tls] & np.uint32(0xFFFF)
    ends[in_tls] |= one_of(last_length, ALERT_LENGTHS)
    return np.flatnonzero(ends)


def said_midway(seen: Observed, which: Mask | bool = True) -> Numbers:
    """The numbers of what clients say on connections whose handshake was not captured; uint64.

    Args:
        which: bool, the connections that are asked about.
    """
    traffic, table = seen.traffic, seen.connections
    midway = (table.syn_ack < 0) & (table.client_bytes > 0) & which
    rows = np.flatnonzero(traffic.from_client & (traffic.new_bytes > 0))
    return numbers(traffic.segments, traffic.row[rows[midway[traffic.groups.of_row[rows]]]])


class First:
    """The first connections of each endpoint, of those that were asked about so far.

    Args:
        each: how many of each; None for as many as tell what the endpoint is.
    """

    def __init__(self, each: int | None = None) -> None:
        self._each = HEADS_EACH if each is None else each
        self._endpoint = np.empty(0, np.uint64)
        self._frame = np.empty(0, np.uint32)

    def __len__(self) -> int:
        """How many there are, of all endpoints."""
        return len(self._frame)

    def among(self, endpoint: npt.NDArray[np.uint64], frame: npt.NDArray[np.uint32]) -> Mask:
        """Which of these are among the first of theirs; bool.

        Args:
            endpoint: uint64 a connection.
            frame: uint32, its first frame.
        """
        known = len(self._endpoint)
        endpoint = np.concatenate([self._endpoint, endpoint])
        frame = np.concatenate([self._frame, frame])
        order = np.lexsort((frame, endpoint))
        order = order[place_in_run(endpoint[order]) < self._each]
        self._endpoint, self._frame = endpoint[order], frame[order]
        first = np.zeros(len(endpoint), bool)
        first[order] = True
        return first[known:]
