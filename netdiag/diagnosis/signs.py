"""`Signs`: what the segments of one capture say about the place where it was taken.

A sample of them, the openings of connections first; from these `netdiag.diagnosis.vantage` draws
its conclusions.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt
from msgspec import Struct
from msgspec.structs import replace

from netdiag.columns import Columns, Mask, Rows, distinct, rows_of_each
from netdiag.connections import Connections, Traffic
from netdiag.decode.addresses import LOOPBACK_NET, Addresses
from netdiag.decode.bygones import Bygones
from netdiag.decode.departures import Way
from netdiag.decode.segments import Flag
from netdiag.diagnosis.fates import SAME_PACKET_NS

OF_EACH = 8
"""So many of a connection's first segments are looked at: the others came the same way."""

ENOUGH = 10_000
"""More segments than this of a kind say nothing new about a place."""

AT_ONCE = 1 << 17
"""So many of a capture's segments are looked through before they are counted."""

MOST_SERVERS = 10
"""So many servers, those with most segments in the sample, are looked at one by one."""

PORT = np.uint64(0xFFFF)

_NO_BYGONES = Bygones.empty()


class Segments(Columns, frozen=True, eq=False):
    """Some segments of one capture, looked up once for all the servers that are asked about.

    Columns:
        row: int64, row of `Traffic`.
        connection: int32, row of `Connections`.
        server: uint64, endpoint of the connection's server.
        from_client: bool, whether the client sent it.
        flags: uint8, its control bits.
        ttl: uint8, its time to live.
        way: uint8, its `Way`.
        is_local: bool, whether both ends of the connection have one address, or the loopback's.
    """

    row: Rows
    connection: npt.NDArray[np.int32]
    server: npt.NDArray[np.uint64]
    from_client: Mask
    flags: npt.NDArray[np.uint8]
    ttl: npt.NDArray[np.uint8]
    way: npt.NDArray[np.uint8]
    is_local: Mask


class Signs(Struct, frozen=True, eq=False, dict=True):
    """Some segments of one capture.

    Attributes:
        traffic: the table that they are rows of.
        connections: the connections that they belong to.
        seen: the segments.
        handshakes: int64, rows of `connections` whose handshake this capture holds.
        bygones: further connections, without rows, whose handshake it holds.
    """

    traffic: Traffic
    connections: Connections
    seen: Segments
    handshakes: Rows
    bygones: Bygones

    def __len__(self) -> int:
        return len(self.seen)

    def of_server(self, server: int) -> Signs:
        """Those of the connections to one server."""
        mine = np.uint64(server)
        of_handshake = self.connections.server[self.handshakes]
        return replace(
            self,
            seen=self.seen.take(self.seen.server == mine),
            handshakes=self.handshakes[of_handshake == mine],
            bygones=self.bygones.of_server(server),
        )

    @cached_property
    def _speaks(self) -> Mask:
        """Segments whose way would be known if it can be: all in a cooked capture, else SYNs."""
        cooked = bool((self.seen.way == Way.ARRIVED).any())
        return np.ones(len(self), bool) if cooked else self.has(Flag.SYN)

    @property
    def tells(self) -> Mask:
        """The clients' among them."""
        return self._speaks & self.seen.from_client

    @property
    def answers(self) -> Mask:
        """The servers' among them."""
        return self._speaks & ~self.seen.from_client

    def has(self, flag: int) -> Mask:
        """Segments with this flag."""
        found: Mask = (self.seen.flags & flag) != 0
        return found

    @cached_property
    def servers(self) -> list[int]:
        """The servers with most segments."""
        names, counts = np.unique(self.seen.server, return_counts=True)
        order = np.argsort(-counts, kind="stable")[:MOST_SERVERS]
        return [int(name) for name in names[order]]

    @cached_property
    def hubs(self) -> set[int]:
        """Hosts that are the server of some connections and the client of others."""
        table = self.connections
        elsewhere = self.seen.connection[~self.seen.is_local]
        clients = distinct(table.client_host[elsewhere])
        servers = distinct(table.server[elsewhere] & ~PORT)
        return set(clients.tolist()) & set(servers.tolist())

    @property
    def to_server_ns(self) -> npt.NDArray[np.int64]:
        """From SYN to SYN/ACK, of the handshakes."""
        known = self.connections.to_server_ns[self.handshakes]
        return np.concatenate([known, self.bygones.to_server_ns])

    @property
    def to_client_ns(self) -> npt.NDArray[np.int64]:
        """From SYN/ACK to ACK, of the handshakes."""
        known = self.connections.round_trip_ns[self.handshakes]
        return np.concatenate([known, self.bygones.round_trip_ns]) - self.to_server_ns

    @cached_property
    def routed(self) -> bool:
        """Whether SYNs (or SYN/ACKs) are there twice within a moment, with two times to live."""
        openings = self.seen.take(self.has(Flag.SYN))
        if not any(_differ(openings.ttl[openings.from_client == side]) for side in (True, False)):
            return False
        traffic, segments = self.traffic, self.traffic.segments
        rows, of_row, from_client = openings.row, openings.connection, openings.from_client
        at = traffic.row[rows]
        order = np.lexsort((traffic.time_ns[rows], segments.sequence[at], from_client, of_row))
        one, next_ = order[:-1], order[1:]
        copies = (of_row[one] == of_row[next_]) & (from_client[one] == from_client[next_])
        copies &= segments.sequence[at[one]] == segments.sequence[at[next_]]
        copies &= traffic.time_ns[rows[next_]] - traffic.time_ns[rows[one]] < SAME_PACKET_NS
        return bool((copies & (segments.ttl[at[one]] != segments.ttl[at[next_]])).any())

    @cached_property
    def translated(self) -> bool:
        """Whether the capture has two legs of one connection."""
        table = self.connections
        same_as = table.same_as[self.seen.connection]
        if (same_as == self.seen.connection).all():
            return False
        mine = distinct(self.seen.connection)
        nearest = table.same_as[mine]
        here = table.capture[mine]
        return bool(((nearest != mine) & (table.capture[nearest] == here)).any())


def find_signs(
    traffic: Traffic,
    connections: Connections,
    addresses: Addresses,
    captures: int,
    bygones: Bygones = _NO_BYGONES,
) -> tuple[Signs, ...]:
    """The signs of each of so many captures.

    SYNs and SYN/ACKs and some others, `ENOUGH` of each.

    Args:
        bygones: further connections, in order of their servers.
    """
    here = traffic.segments.capture
    whole = np.flatnonzero(connections.round_trip_ns >= 0)
    syn, syn_ack = (here[traffic.row[at[whole]]] for at in (connections.syn, connections.syn_ack))
    whole, syn = whole[syn == syn_ack], syn[syn == syn_ack]
    every: Sequence[Rows | range] = [range(len(traffic))]
    if captures > 1:
        every = rows_of_each(here[traffic.row], captures)
    parts = zip(every, rows_of_each(syn, captures), strict=True)
    is_local = _are_local(connections, addresses)
    return tuple(
        Signs(
            traffic,
            connections,
            _segments(traffic, connections, is_local, _sample(traffic, rows)),
            whole[handshakes],
            bygones if captures == 1 else bygones.take(bygones.capture == index),
        )
        for index, (rows, handshakes) in enumerate(parts)
    )


def _segments(traffic: Traffic, connections: Connections, is_local: Mask, rows: Rows) -> Segments:
    of_row, at, segments = traffic.groups.of_row[rows], traffic.row[rows], traffic.segments
    return Segments(
        rows,
        of_row,
        connections.server[of_row],
        traffic.from_client[rows],
        traffic.flags[rows],
        segments.ttl[at],
        segments.way[at],
        is_local[of_row],
    )


def _are_local(connections: Connections, addresses: Addresses) -> Mask:
    """Connections of which both ends have one address, or the loopback's."""
    client, server = connections.client, connections.server
    local: Mask = client & ~PORT == server & ~PORT
    local |= server >> np.uint64(40) == LOOPBACK_NET
    loopback = addresses.find("::1")
    return local if loopback is None else local | (server & ~PORT == np.uint64(loopback))


def _differ(values: npt.NDArray[np.uint8]) -> bool:
    """Whether they are not all one and the same."""
    return len(values) > 0 and bool((values != values[0]).any())


def _sample(traffic: Traffic, rows: Rows | range) -> Rows:
    """Some of one capture's rows, openings first; with enough of them the rest isn't looked at."""
    parts: tuple[list[Rows], list[Rows]] = ([], [])
    for begin in range(0, len(rows), AT_ONCE):
        before = min(begin, OF_EACH)
        some = rows[begin - before : begin + AT_ONCE]
        some = np.arange(some.start, some.stop) if isinstance(some, range) else some
        of_row = traffic.groups.of_row[some]
        is_early = np.ones(len(some), bool)
        is_early[OF_EACH:] = of_row[OF_EACH:] != of_row[:-OF_EACH]
        is_early[:before] = False  # they were seen with those before
        some = some[is_early]
        opening = (traffic.flags[some] & Flag.SYN) != 0
        for kind, found in zip(parts, (some[opening], some[~opening]), strict=True):
            kind.append(found)
        if all(sum(map(len, kind)) >= ENOUGH for kind in parts):
            break
    none = [np.empty(0, np.int64)]
    return np.concatenate([np.concatenate(none + kind)[:ENOUGH] for kind in parts])
