"""`SettingAside`: decides which exchanges nobody will ask for again, while a capture is read.

From the rows read so far it builds the connections and finds their exchanges, as is done of all
rows in the end, and sets aside what lies in the middle of a connection's life: exchanges of HTTP/1
that were answered, with nothing out of the ordinary in any of their segments. Connections keep
their first exchange and the last ones so far, every exchange with something odd about it, and those
that might have to do with a failure elsewhere (`netdiag.exchanges.bystanders`).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from netdiag.columns import Mask, Rows
from netdiag.connections import Connections, KnownBy, Traffic, build
from netdiag.decode.aside import Aside, Folds, Part, Times
from netdiag.decode.marks import Mark
from netdiag.decode.samples import Samples
from netdiag.decode.segments import Flag, Segments
from netdiag.exchanges.bystanders import Observed, find_bystanders
from netdiag.exchanges.find import find_exchanges
from netdiag.exchanges.plain import LONG, plain_rows
from netdiag.exchanges.role import Protocol
from netdiag.exchanges.roles import Speech, begins_of, find_roles
from netdiag.exchanges.settled import exchanges_after, with_idle_times
from netdiag.exchanges.table import Exchanges

ROWS = 1 << 19
"""So many rows are held until what is settled among them is set aside."""

FIRST, LAST = 1, 2
"""So many of a connection's exchanges are kept at its beginning, and at its end so far."""

OPENING = 10
"""No row of a connection's first few is set aside: its handshake, what tells where it was
captured (`netdiag.diagnosis.signs`), and what brings its ends to their states."""

APART_BITS = 24
"""An exchange is kept wherever a direction has come 16 MiB further, so that what is kept lies near
enough for sequence numbers to be told apart (see `netdiag.connections.splitting`)."""


class SettingAside:
    """Sets aside what is settled of one capture.

    Attributes:
        rows: with so many rows a table is worth looking at.
    """

    def __init__(
        self, rows: int = ROWS, first: int = FIRST, last: int = LAST, opening: int = OPENING
    ) -> None:
        self.rows = rows
        self._opening = opening
        self._first = first
        self._last = max(last, 2)  # the exchange after a fold must be whole
        self._folds = Folds.empty()
        self._parts: list[Part] = []

    def aside(self) -> Aside:
        """What was set aside so far, with 0 for the capture's index."""
        return Aside(self._folds, tuple(self._parts))

    def kept(self, segments: Segments, samples: Samples) -> Mask:
        """Which rows are still wanted, of all that were until now and those since; bool."""
        seen = _see(segments, self._folds)
        settled = seen.settled(self._first, self._last, self._opening)
        if not settled.any():
            return np.ones(len(segments), bool)
        settled &= ~find_bystanders(
            Observed(seen.traffic, seen.connections, seen.exchanges, samples, seen.stop)
        )
        kept = np.ones(len(segments), bool)
        rows = np.flatnonzero(settled)
        if len(rows):
            self._parts.append(seen.part(rows))
            self._folds = seen.folds(settled)
            kept[seen.traffic.row[seen.rows_of(settled)]] = False
        return kept


class _Seen(Struct, frozen=True, eq=False):
    """What the rows so far say; the last two have one value an exchange.

    Attributes:
        stop: int64, one past the last row of `Traffic` before the next exchange.
        fold: int64, row of `before` of what was set aside right before it; -1 for nothing.
    """

    traffic: Traffic
    connections: Connections
    speech: Speech
    exchanges: Exchanges
    before: Folds
    stop: Rows
    fold: Rows

    def settled(self, first: int, last: int, opening: int) -> Mask:
        """Which exchanges nobody will ask for again; bool."""
        exchanges, connection = self.exchanges, self.exchanges.connection
        place = np.arange(len(exchanges)) - np.searchsorted(connection, connection)
        table = self.connections
        known = self._are_known() & (table.known_by <= KnownBy.SPEECH)
        plain = self._are_plain()
        followed = np.append(plain[1:] & (connection[1:] == connection[:-1]), False)
        settled: Mask = plain & followed & known[connection] & exchanges.answered
        settled &= (place >= first) & self._come_long_before_the_end(last)
        settled &= exchanges.request >= table.start[connection] + opening
        settled &= self._are_whole() & ~self._come_far()
        return settled

    def _are_known(self) -> Mask:
        """Connections with HTTP/1, or with TLS from the beginning and a long first request."""
        speech, traffic = self.speech, self.traffic
        known: Mask = (speech.protocol == Protocol.HTTP1) & ~speech.tunnel
        in_tls = (speech.protocol == Protocol.TLS) & (speech.service == Protocol.TLS)
        if not in_tls.any():
            return known
        in_tls &= traffic.groups.first(traffic.mark == Mark.HTTP_REQUEST) < 0
        begins = begins_of(self.exchanges.connection)
        request = self.exchanges.request[begins]
        at = traffic.row[request]
        long = (traffic.mark[request] == Mark.TLS_DATA) & (traffic.segments.detail[at] >= LONG)
        in_tls[self.exchanges.connection[begins][~long]] = False
        known |= in_tls
        return known

    def _are_plain(self) -> Mask:
        """Exchanges all of whose rows are plain."""
        odd = ~plain_rows(self.traffic, self.speech, self._set_aside_bytes())
        so_far = np.append(0, np.cumsum(odd, dtype=np.int32))
        plain: Mask = so_far[self.stop] == so_far[self.exchanges.request]
        return plain

    def _set_aside_bytes(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """How many bytes were set aside before each row, from client and server."""
        at = self.exchanges.request[self.fold >= 0]
        folds = self.fold[self.fold >= 0]
        sides = []
        for amount in (self.before.client_bytes, self.before.server_bytes):
            column = np.zeros(len(self.traffic), np.int64)
            column[at] = amount[folds]
            sides.append(np.cumsum(column, out=column))
        return sides[0], sides[1]

    def _are_whole(self) -> Mask:
        """Exchanges that begin with a request line and a status line, or each with a record."""
        traffic, exchanges = self.traffic, self.exchanges
        asked, said = traffic.mark[exchanges.request], traffic.mark[exchanges.response]
        whole: Mask = (asked == Mark.HTTP_REQUEST) & (said == Mark.HTTP_RESPONSE)
        whole |= (asked == Mark.TLS_DATA) & (said == Mark.TLS_DATA)
        whole &= exchanges.request_end < exchanges.response
        return whole

    def _come_long_before_the_end(self, last: int) -> Mask:
        """Exchanges with at least `last` after them, before the first FIN or RST."""
        traffic, connection = self.traffic, self.exchanges.connection
        ending = (traffic.flags & (Flag.FIN | Flag.RST)) != 0
        limit = traffic.groups.first(ending)
        limit = np.where(limit < 0, self.connections.stop, limit)
        in_time = self.exchanges.request < limit[connection]
        count = np.bincount(connection[in_time], minlength=len(self.connections))
        begins = np.searchsorted(connection, connection)
        long_before: Mask = np.arange(len(connection)) - begins < count[connection] - last
        return long_before

    def _come_far(self) -> Mask:
        """Exchanges that lie in another part of a stream than the one before them."""
        traffic, exchanges = self.traffic, self.exchanges
        far = np.ones(len(exchanges), bool)
        far[1:] = exchanges.connection[1:] != exchanges.connection[:-1]
        for row in (exchanges.request, np.maximum(exchanges.response, 0)):
            place = traffic.position[row] >> APART_BITS
            far[1:] |= place[1:] != place[:-1]
        return far

    def rows_of(self, settled: Mask) -> Mask:
        """The rows of `Traffic` that these exchanges have; bool."""
        change = np.zeros(len(self.traffic) + 1, np.int8)
        np.add.at(change, self.exchanges.request[settled], 1)
        np.add.at(change, self.stop[settled], -1)
        return np.cumsum(change[:-1], dtype=np.int8).view(bool)

    def part(self, rows: Rows) -> Part:
        """These exchanges as records."""
        traffic, exchanges = self.traffic, self.exchanges
        frame, request = traffic.segments.frame, exchanges.request[rows]
        connection, count = np.unique(exchanges.connection[rows], return_counts=True)
        return Part(
            capture=0,
            first_frame=frame[traffic.row[self.connections.start[connection]]],
            count=count.astype(np.uint32),
            asked=Times.of(traffic.time_ns[request]),
            idle=Times.of(exchanges.idle_ns[rows]),
            frame=frame[traffic.row[request]],
        )

    def folds(self, settled: Mask) -> Folds:
        """The folds with these exchanges in them: each goes to the next one that is kept."""
        traffic, exchanges = self.traffic, self.exchanges
        kept = np.flatnonzero(~settled)
        group = np.searchsorted(kept, np.arange(len(settled)))
        own = np.flatnonzero(settled)
        old = np.flatnonzero(self.fold >= 0)
        rows = np.concatenate([own, old])
        to = group[rows]
        before, fold = self.before, self.fold[old]

        def added(mine: npt.NDArray[np.int64], theirs: npt.NDArray[np.int64]) -> Rows:
            total = np.zeros(len(kept), np.int64)
            np.add.at(total, to, np.concatenate([mine, theirs[fold]]))
            return total

        packets = self.stop - exchanges.request
        sent, received = self._new_bytes()
        last_word = np.full(len(kept), -1, np.int64)
        last_word[group[own]] = traffic.time_ns[exchanges.response_end[own]]
        is_last = ~settled[old]
        last_word[group[old[is_last]]] = before.last_word_ns[fold[is_last]]
        longest = np.zeros(len(kept), np.int64)
        lengths = traffic.length[exchanges.request[own]]
        np.maximum.at(longest, to, np.concatenate([lengths, before.longest[fold]]))
        counts = added(np.ones(len(own), np.int64), before.exchanges)
        frame = traffic.segments.frame[traffic.row[exchanges.request[kept]]]
        return Folds(
            capture=np.zeros(len(kept), np.uint16),
            frame=frame,
            exchanges=counts,
            packets=added(packets[own], before.packets),
            client_bytes=added(sent[own], before.client_bytes),
            server_bytes=added(received[own], before.server_bytes),
            last_word_ns=last_word,
            longest=longest,
        ).take(counts > 0)

    def _new_bytes(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """New payload bytes of each exchange, from client and server."""
        traffic, sides = self.traffic, []
        for mine in (traffic.from_client, ~traffic.from_client):
            so_far = np.append(0, np.cumsum(np.where(mine, traffic.new_bytes, 0)))
            sides.append(so_far[self.stop] - so_far[self.exchanges.request])
        return sides[0], sides[1]


def _see(segments: Segments, before: Folds) -> _Seen:
    traffic, connections = build(segments)
    speech = find_roles(traffic, connections)
    exchanges = find_exchanges(traffic, connections, speech)
    connection = exchanges.connection
    stop = connections.stop[connection]
    same = connection[1:] == connection[:-1]
    stop[:-1][same] = exchanges.request[1:][same]
    fold = np.full(len(exchanges), -1, np.int64)
    following = exchanges_after(traffic, exchanges, before)
    found = np.flatnonzero(following >= 0)
    fold[following[found]] = found
    exchanges = with_idle_times(traffic, exchanges, before.take(found), following[found])
    return _Seen(traffic, connections, speech, exchanges, before, stop, fold)
