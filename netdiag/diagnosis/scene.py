"""`Scene`: everything that the rooms before have found, in one place for the causes to read."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
from msgspec import Struct, field

from netdiag.columns import Mask, Rows, median, span
from netdiag.connections import Connections, Traffic
from netdiag.connections.numbering import Ranks
from netdiag.decode.addresses import Addresses
from netdiag.decode.bygones import Bygones
from netdiag.decode.holes import Holes
from netdiag.decode.marks import Mark
from netdiag.decode.samples import Samples
from netdiag.exchanges import Endings, Exchanges, Settled, Speech
from netdiag.timeouts import IdleTimeout, IdleTimeouts, Reason
from netdiag.timeouts.together import ended_in_one_moment

T = TypeVar("T")

UNKNOWN_ROUND_TRIP_NS = 100_000_000
"""Taken for a round trip where no handshake of the server was captured."""

SLACK_NS = 10_000_000
"""What the two ends' schedulers may add to a round trip."""


class Scene(Struct, frozen=True, eq=False, dict=True):
    """The tables of one analysis; see their classes for what the columns mean.

    Attributes:
        reason: uint8 a connection, a `netdiag.timeouts.Reason`.
        considered: bool a connection, whether the user's selection includes it.
        settled: exchanges without rows, beside `exchanges`.
        bygones: connections without rows, in order of their servers, beside `connections`; all of
            them are considered.
        holes: the times of which damaged captures hold nothing.
    """

    traffic: Traffic
    connections: Connections
    speech: Speech
    exchanges: Exchanges
    endings: Endings
    reason: npt.NDArray[np.uint8]
    timeouts: IdleTimeouts
    addresses: Addresses
    samples: Samples
    considered: npt.NDArray[np.bool_]
    settled: Settled
    bygones: Bygones
    holes: Holes
    _known: dict[Hashable, Any] = field(default_factory=dict)

    def once(self, name: Hashable, make: Callable[[], T]) -> T:
        """What is made of the scene under a name, kept with it for whoever asks again."""
        if name not in self._known:
            self._known[name] = make()
        made: T = self._known[name]
        return made

    @property
    def connections_total(self) -> int:
        """How many connections are considered, those without rows among them."""
        return int(self.considered.sum()) + len(self.bygones)

    @property
    def exchanges_total(self) -> int:
        """How many exchanges those have, but for further legs."""
        counted = self.considered & self.is_first_leg
        own = int(self.endings.exchanges[counted].sum())
        return own + int(self.bygones.exchanges.sum(dtype=np.int64))

    @cached_property
    def is_first_leg(self) -> Mask:
        """Connections that are no other one's leg behind an address translation; bool."""
        same_as = self.connections.same_as
        first: Mask = same_as == np.arange(len(same_as))
        return first

    def numbers(self, connections: Rows | npt.NDArray[np.int32]) -> npt.NDArray[np.int64]:
        """The ranks of some connections, those without rows counted behind the others; int64."""
        own = self.connections.number
        found = own[np.minimum(connections, len(own) - 1)]
        gone = np.flatnonzero(connections >= len(own))
        if len(gone):
            rows = connections[gone] - len(own)
            bygones = self.bygones
            found[gone] = self._ranks.ranks(bygones.capture[rows], bygones.frame[rows])
        return found

    @cached_property
    def _ranks(self) -> Ranks:
        return Ranks.of(self.traffic, self.connections.number, self.bygones)

    @cached_property
    def start_ns(self) -> int:
        """Time of the first segment of all captures."""
        if len(self.traffic) == 0:
            return 0
        first_ns = int(self.traffic.time_ns.min())
        return int(self.bygones.begun_ns.min(initial=first_ns))  # clocks go back

    @cached_property
    def end_ns(self) -> int:
        """Time of the last segment of all captures."""
        if len(self.traffic) == 0:
            return 0
        return int(self.bygones.ended_ns.max(initial=int(self.traffic.time_ns.max())))

    @cached_property
    def ended_in_one_moment(self) -> frozenset[int]:
        """Servers of which a restart would look the same as the idle timeout that it seems."""
        idle = (self.reason == Reason.IDLE) & self.is_first_leg
        return ended_in_one_moment(self.traffic, self.connections, self.endings, idle, self.bygones)

    @cached_property
    def _trips_by_server(self) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.int64]]:
        """The servers of connections with a handshake, ascending, and the round trips of these."""
        table = self.connections
        known = np.flatnonzero(table.round_trip_ns >= 0)
        order = known[np.argsort(table.server[known], kind="stable")]
        return table.server[order], table.round_trip_ns[order]

    def _server_round_trip_ns(self, server: int) -> int:
        """The median of the handshakes with a server."""
        servers, trips = self._trips_by_server
        gone = self.bygones.round_trip_ns[span(self.bygones.server, server)]
        every = np.concatenate([trips[span(servers, server)], gone])
        return int(median(every)) if len(every) else UNKNOWN_ROUND_TRIP_NS

    def crossing_window_ns(self, connection: int) -> int:
        """How far apart a request and a close can be captured and still have crossed.

        Each of them was on its way for at most one way; wherever the capture was taken, the two
        are then captured no more than a round trip apart. Half a one is added for jitter.
        """
        trip = int(self.connections.round_trip_ns[connection])
        if trip < 0:
            server = int(self.connections.server[connection])
            trip = self.once(("round trip", server), lambda: self._server_round_trip_ns(server))
        return trip * 3 // 2 + SLACK_NS

    def idle_timeout(self, connection: int) -> IdleTimeout | None:
        """What is known of the idle timeout of a connection's server."""
        return self.timeouts.servers.get(int(self.connections.server[connection]))

    def segment(self, row: int) -> int:
        """The row of `Segments` behind a row of `Traffic`."""
        return self.traffic.row.item(row)

    def mark(self, row: int) -> int:
        """The `Mark` of a row of `Traffic`, quick to compare."""
        return self.traffic.mark.item(row)

    def sample(self, row: int) -> bytes:
        """The remembered first payload bytes of a row of `Traffic`; ``b""`` without."""
        if row < 0:
            return b""
        return self.samples.text(self.traffic.segments.sample.item(self.segment(row)))

    def status(self, row: int) -> int | None:
        """The status of the HTTP/1 response that begins in a row of `Traffic`; None without."""
        if row < 0 or self.mark(row) != Mark.HTTP_RESPONSE:
            return None
        return int(self.traffic.segments.detail[self.traffic.row[row]])

    def time_ns(self, row: int) -> int:
        """When a row of `Traffic` was captured."""
        return self.traffic.time_ns.item(row)
