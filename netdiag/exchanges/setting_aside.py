"""`SettingAside`: decides which exchanges nobody will ask for again, while a capture is read.

From the rows read so far it builds the connections and finds their exchanges, as is done of all
rows in the end, and sets aside what lies in the middle of a connection's life: exchanges of HTTP/1
or in TLS that were answered, with nothing out of the ordinary in any of their segments. Connections
keep their first exchange and the last ones so far, every exchange with something odd about it, and
those that might have to do with a failure elsewhere (`netdiag.exchanges.bystanders`).
"""

from __future__ import annotations

import numpy as np

from netdiag.columns import Mask, begins_of, place_in_run
from netdiag.connections import KnownBy
from netdiag.decode.aside import Aside, Folds, Part
from netdiag.decode.marks import Mark
from netdiag.decode.samples import Samples
from netdiag.decode.segments import Flag, Segments
from netdiag.exchanges.bystanders import find_bystanders, find_over
from netdiag.exchanges.folding import Seen, see
from netdiag.exchanges.frames import Frames
from netdiag.exchanges.plain import LONG, plain_rows
from netdiag.exchanges.role import Protocol
from netdiag.exchanges.successors import find_successors

ROWS = 1 << 18
"""So many rows are held until what is settled among them is set aside."""

FIRST, LAST = 1, 2
"""So many of a connection's exchanges are kept at its beginning, and at its end so far."""

OPENING = 8
"""No row of a connection's first few is set aside: its handshake, what tells where it was
captured (`netdiag.diagnosis.signs`), and what brings its ends to their states."""

ENOUGH = 10_000
"""So many segments tell where a capture was taken, the first of its connections: all that are
asked for that are kept."""

APART_BITS = 24
"""An exchange is kept wherever a direction has come 16 MiB further, so that what is kept lies near
enough for sequence numbers to be told apart (see `netdiag.connections.splitting`)."""


class SettingAside:
    """Sets aside what is settled of one capture.

    Attributes:
        rows: with so many rows a table is worth looking at.
        to_the_end: whether the last rows are worth a look however few they are.
    """

    def __init__(
        self,
        rows: int = ROWS,
        first: int = FIRST,
        last: int = LAST,
        opening: int = OPENING,
        *,
        one_of_several: bool = False,
    ) -> None:
        self.rows = rows
        self.to_the_end = one_of_several
        self._start_ns: int | None = None
        self._opening = opening
        self._first = first
        self._last = max(last, 2)  # the exchange after a fold must be whole
        self._folds = Folds.empty()
        self._over: list[Folds] = []
        self._parts: list[Part] = []

    def aside(self) -> Aside:
        """What was set aside so far, with 0 for the capture's index."""
        return Aside(Folds.concatenate([self._folds, *self._over]), tuple(self._parts))

    def see(self, segments: Segments) -> None:
        """Nothing: what the table holds is looked at as a whole."""

    def sort_out(self, segments: Segments, samples: Samples) -> tuple[Mask, Mask]:
        """Look at the rows that are not over yet, and those since.

        Returns:
            kept: bool, which of them are still wanted.
            over: bool, which of these needn't be looked at again.
        """
        seen = see(segments, self._folds)
        observed = seen.observed(samples)
        settled = find_settled(seen, self._first, self._last, self._opening)
        if settled.any():
            settled &= ~find_bystanders(observed)
        if self.to_the_end:
            if self._start_ns is None:
                self._start_ns = int(segments.time_ns.min())
            settled &= ~find_successors(observed, self._start_ns)
        kept, over = np.ones(len(segments), bool), np.zeros(len(segments), bool)
        over[seen.traffic.row] = find_over(observed)[seen.traffic.groups.of_row]
        rows = np.flatnonzero(settled)
        if len(rows):
            self._parts.append(seen.part(rows))
            self._folds = seen.folds(settled)
            kept[seen.traffic.row[seen.rows_of(settled)]] = False
        done = over[Frames(segments).rows(self._folds.capture, self._folds.frame)]
        self._over.append(self._folds.take(done))
        self._folds = self._folds.take(~done)
        return kept, over & kept


def find_settled(seen: Seen, first: int = FIRST, last: int = LAST, opening: int = OPENING) -> Mask:
    """Which exchanges nobody will ask for again; bool."""
    exchanges, connection = seen.exchanges, seen.exchanges.connection
    place = place_in_run(connection)
    table = seen.connections
    known = _are_known(seen) & (table.known_by <= KnownBy.SPEECH)
    plain = _are_plain(seen)
    same = connection[1:] == connection[:-1]
    followed = np.append(plain[1:] & same, False)
    # What a short record in TLS is, and so how long the next exchange's connection had been idle,
    # may show later only.
    after_plain = np.append(False, plain[:-1] & same) | (seen.fold >= 0)
    after_plain |= (seen.speech.protocol == Protocol.HTTP1)[connection]
    settled: Mask = plain & followed & after_plain & known[connection] & exchanges.answered
    settled &= (place >= first) & _come_long_before_the_end(seen, last)
    settled &= exchanges.request >= table.start[connection] + opening
    settled &= _are_whole(seen) & ~_come_far(seen)
    return settled


def _are_known(seen: Seen) -> Mask:
    """Connections with HTTP/1, or with TLS from the beginning and a long first request."""
    speech, traffic = seen.speech, seen.traffic
    known: Mask = (speech.protocol == Protocol.HTTP1) & ~speech.tunnel
    in_tls = (speech.protocol == Protocol.TLS) & (speech.service == Protocol.TLS)
    if not in_tls.any():
        return known
    in_tls &= traffic.groups.first(traffic.mark == Mark.HTTP_REQUEST) < 0
    begins = begins_of(seen.exchanges.connection)
    request = seen.exchanges.request[begins]
    at = traffic.row[request]
    long = (traffic.mark[request] == Mark.TLS_DATA) & (traffic.segments.detail[at] >= LONG)
    in_tls[seen.exchanges.connection[begins][~long]] = False
    known |= in_tls
    return known


def _are_plain(seen: Seen) -> Mask:
    """Exchanges all of whose rows are plain."""
    odd = ~plain_rows(seen.traffic, seen.speech, seen.set_aside_bytes())
    so_far = np.append(0, np.cumsum(odd, dtype=np.int32))
    plain: Mask = so_far[seen.stop] == so_far[seen.exchanges.request]
    return plain


def _are_whole(seen: Seen) -> Mask:
    """Exchanges that begin with a request line and a status line, or each with a record."""
    traffic, exchanges = seen.traffic, seen.exchanges
    asked, said = traffic.mark[exchanges.request], traffic.mark[exchanges.response]
    whole: Mask = (asked == Mark.HTTP_REQUEST) & (said == Mark.HTTP_RESPONSE)
    whole |= (asked == Mark.TLS_DATA) & (said == Mark.TLS_DATA)
    whole &= exchanges.request_end < exchanges.response
    return whole


def _come_long_before_the_end(seen: Seen, last: int) -> Mask:
    """Exchanges with at least `last` after them, before the first FIN or RST."""
    traffic, connection = seen.traffic, seen.exchanges.connection
    ending = (traffic.flags & (Flag.FIN | Flag.RST)) != 0
    limit = traffic.groups.first(ending)
    limit = np.where(limit < 0, seen.connections.stop, limit)
    in_time = seen.exchanges.request < limit[connection]
    count = np.bincount(connection[in_time], minlength=len(seen.connections))
    begins = np.searchsorted(connection, connection)
    long_before: Mask = np.arange(len(connection)) - begins < count[connection] - last
    return long_before


def _come_far(seen: Seen) -> Mask:
    """Exchanges that lie in another part of a stream than the one before them."""
    traffic, exchanges = seen.traffic, seen.exchanges
    far = begins_of(exchanges.connection)
    for row in (exchanges.request, np.maximum(exchanges.response, 0)):
        far |= begins_of(traffic.position[row] >> APART_BITS)
    return far
