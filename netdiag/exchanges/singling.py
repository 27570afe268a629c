"""`Singling`: takes connections that carried one exchange, and ended with it, out of the rows held.

Nobody can use such a connection again, and what a report says of one that came to a good end needs
a few numbers (`netdiag.decode.singles`). Its rows stay all the same where they may have to do with
something else: with a failure, as a request that was sent again; with the end of other connections
to its server; with an address translation; and where they are the first of a client or a server to
say what that is.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from netdiag.columns import Mask, Rows, among, distinct, one_of, repeated
from netdiag.connections import Traffic
from netdiag.connections.legs import numbers
from netdiag.decode.aside import Folds
from netdiag.decode.growth import GrowingTable
from netdiag.decode.marks import Mark
from netdiag.decode.samples import Samples
from netdiag.decode.segments import Flag, Segments
from netdiag.decode.singles import LONGEST_NS, How, Singles
from netdiag.exchanges.beside import Ends, First, Numbers, find_ends, said_midway
from netdiag.exchanges.bystanders import QUIET_NS, find_bystanders, find_troubled
from netdiag.exchanges.endings import find_endings
from netdiag.exchanges.folding import Seen, see
from netdiag.exchanges.observed import Observed
from netdiag.exchanges.role import Protocol
from netdiag.exchanges.table import CloseKind, Endings

PROMPT_NS = 250_000_000
"""A close sooner than this after a response belongs to the response, not to a timer."""

MOMENT_NS = 1_000_000_000
"""Ends of one server that lie no further apart than this may be one (a restart)."""

BEFORE_REFUSED_NS = 12_000_000_000
"""A server that refuses a SYN so soon after an end may have gone away with it."""

AFTER_REFUSED_NS = 3_000_000_000
"""What a client opens so soon after its SYN was refused may stand for it."""

LATE_NS = QUIET_NS + 4 * MOMENT_NS
"""What was captured so shortly before the rows end may lie beside what is over the next time."""

REQUEST_TIMEOUT = 408

PROTOCOLS = (Protocol.HTTP1, Protocol.TLS)

MOST_FIRST = 1 << 16
"""Where so many connections stay because they are among the first of a server or client, most are,
and a look at them is in vain."""


class Singling:
    """Looks at the connections that are over, each time that rows are sorted out."""

    def __init__(self) -> None:
        self._found = GrowingTable(Singles.empty())
        self._first = {protocol: (First(), First()) for protocol in PROTOCOLS}
        self._twins: Numbers = np.empty(0, np.uint64)
        self._ends = Ends.none()

    @property
    def is_in_vain(self) -> bool:
        """Whether most stay in any case."""
        return any(len(each) > MOST_FIRST for both in self._first.values() for each in both)

    def singles(self) -> Singles:
        """All of them by frame; none can be noted then."""
        return self._found.finish(np.argsort(self._found.so_far().frame, kind="stable"))

    def take_out(
        self,
        segments: Segments,
        samples: Samples,
        rows: Rows,
        over: Mask,
        others: Observed,
        begun_ns: int | None = None,
    ) -> tuple[Rows, Rows]:
        """Note those of some connections of which no row is needed.

        Args:
            segments: all rows held.
            rows: int64, ascending: of connections that may be such, and are over.
            over: bool, which of the rows held needn't be looked at again.
            others: the connections on which something may have failed.
            begun_ns: of what was before, nothing is known here; None if all is.

        Returns:
            gone: int64, the rows of those that were noted.
            undecided: int64, those of others that ended so late that more may end beside them.
        """
        seen = see(segments.take(rows), Folds.empty())
        observed = seen.observed(samples, others.end_ns)
        endings = find_endings(seen.traffic, seen.connections, seen.speech, seen.exchanges, samples)
        fits = _are_single(seen, observed, endings)
        own = np.zeros(len(segments), bool)
        own[rows[seen.traffic.row[fits[seen.traffic.groups.of_row]]]] = True
        last_ns = seen.traffic.time_ns[seen.connections.stop - 1]
        undecided = fits & (last_ns >= others.end_ns - QUIET_NS - 2 * MOMENT_NS)
        fits &= ~self._is_elsewhere_too(segments, seen, others)
        fits &= ~self._ends_beside_others(segments, seen, own, over, others)
        fits &= ~_may_be_asked_for(seen, observed, others)
        if begun_ns is not None:
            fits &= seen.traffic.time_ns[seen.connections.start] >= begun_ns + LATE_NS
        chosen = np.flatnonzero(fits & ~undecided)
        found = _noted(seen, endings, chosen)
        first = self._come_first(found)
        gone = np.zeros(len(fits), bool)
        gone[chosen[~first]] = True
        self._found.add(found.take(~first))
        of_row, at = seen.traffic.groups.of_row, rows[seen.traffic.row]
        return np.sort(at[gone[of_row]]), np.sort(at[undecided[of_row]])

    def _come_first(self, found: Singles) -> Mask:
        """Those that are among the first of their server or client, in each protocol; bool."""
        first = np.zeros(len(found), bool)
        for protocol, (of_server, of_client) in self._first.items():
            rows = np.flatnonzero(found.protocol == protocol)
            some = found.take(rows)
            first[rows] = of_server.among(some.server, some.frame)
            first[rows] |= of_client.among(some.client_host, some.frame)
        return first

    def _is_elsewhere_too(self, segments: Segments, seen: Seen, others: Observed) -> Mask:
        """Connections that were captured twice, as far as their numbers tell; bool.

        See `netdiag.connections.legs`: by the handshakes, and where one of them was not captured,
        by what the client says.
        """
        traffic, table = seen.traffic, seen.connections
        answers = (segments.flags & (Flag.SYN | Flag.ACK)) == Flag.SYN | Flag.ACK
        twins = repeated(numbers(segments, np.flatnonzero(answers)))
        self._twins = distinct(np.concatenate([self._twins, twins]))
        fields = traffic.segments
        elsewhere = among(numbers(fields, traffic.row[table.syn_ack]), self._twins)
        midway = np.sort(said_midway(others))
        said = np.flatnonzero(traffic.from_client & (traffic.new_bytes > 0))
        said = said[among(numbers(fields, traffic.row[said]), midway)]
        elsewhere[traffic.groups.of_row[said]] = True
        return elsewhere

    def _ends_beside_others(
        self, segments: Segments, seen: Seen, own: Mask, over: Mask, others: Observed
    ) -> Mask:
        """Connections that end while another one of their server does, or is refused; bool.

        And those during which a connection ended of which their server is the client: it may be a
        proxy's.

        Args:
            own: bool, the rows held of connections that are like them.
            over: bool, those that won't be held any more the next time.
        """
        traffic, table = seen.traffic, seen.connections
        begun_ns, last_ns = traffic.time_ns[table.start], traffic.time_ns[table.stop - 1]
        rows = find_ends(segments)
        rows = rows[~own[rows]]
        known = Ends.concatenate([Ends.of(segments, rows), self._ends])
        left = Ends.concatenate([Ends.of(segments, rows[over[rows]]), self._ends])
        self._ends = left.since(others.end_ns - LATE_NS)
        beside = known.has_any(table.server, begun_ns - MOMENT_NS, last_ns + MOMENT_NS)
        opened = (segments.flags & (Flag.SYN | Flag.ACK)) == Flag.SYN
        behind = known.of_clients(distinct(segments.destination[opened]))
        beside |= behind.has_any(table.server & ~np.uint64(0xFFFF), begun_ns, last_ns)
        refused = others.connections.was_refused
        refused_ns = np.sort(others.traffic.time_ns[others.connections.start[refused]])
        near = np.searchsorted(refused_ns, begun_ns - AFTER_REFUSED_NS, "left")
        until_ns = last_ns + BEFORE_REFUSED_NS
        beside |= np.searchsorted(refused_ns, until_ns, "right") > near
        return beside


def _are_single(seen: Seen, observed: Observed, endings: Endings) -> Mask:
    """Connections that were whole, carried one exchange and ended right with it; bool."""
    traffic, table, speech = seen.traffic, seen.connections, seen.speech
    time_ns = traffic.time_ns
    single: Mask = (table.syn == table.start) & (table.syn_ack >= 0) & (table.round_trip_ns >= 0)
    single &= (table.client_fin >= 0) & (table.server_fin >= 0)
    single &= (table.client_rst < 0) & (table.server_rst < 0)
    single &= time_ns[table.stop - 1] - time_ns[table.start] < LONGEST_NS
    single &= (
        one_of(speech.protocol, PROTOCOLS) & (speech.service == speech.protocol) & ~speech.tunnel
    )
    single &= ~find_troubled(observed)
    single &= (endings.exchanges == 1) & (endings.before_close >= 0) & (endings.after_close < 0)
    single &= one_of(endings.close_kind, (CloseKind.FIN, CloseKind.CLOSE_NOTIFY))
    single &= ~endings.truncated
    idle_ns = time_ns[endings.client_end] - time_ns[endings.last_word]
    single &= (endings.client_end >= 0) & (endings.last_word >= 0) & (idle_ns < PROMPT_NS)
    shut = (traffic.segments.window == 0)[traffic.row]
    single &= traffic.groups.first(shut) < 0
    single &= table.same_as == np.arange(len(table))
    rows = np.flatnonzero(single)
    response = seen.exchanges.response[endings.first_exchange[rows]]
    in_clear = speech.protocol[rows] == Protocol.HTTP1
    status = _status(traffic, response)
    single[rows] = ~in_clear | (status > 0) & (status != REQUEST_TIMEOUT)
    return single


def _status(traffic: Traffic, response: Rows) -> npt.NDArray[np.uint16]:
    """Of responses in HTTP/1, given by their first rows; 0 of others; uint16."""
    status = traffic.segments.detail[traffic.row[response]].astype(np.uint16)
    return np.where(traffic.mark[response] == Mark.HTTP_RESPONSE, status, np.uint16(0))


def _may_be_asked_for(seen: Seen, observed: Observed, others: Observed) -> Mask:
    """Connections whose exchange a failure elsewhere may be compared with; bool."""
    asked_for = np.zeros(len(seen.connections), bool)
    asked_for[seen.exchanges.connection[find_bystanders(others, observed.requests)]] = True
    return asked_for


def _noted(seen: Seen, endings: Endings, rows: Rows) -> Singles:
    """What is remembered of these connections."""
    traffic, table, time_ns = seen.traffic, seen.connections, seen.traffic.time_ns
    begun_ns = time_ns[table.start[rows]]
    exchange = endings.first_exchange[rows]
    request, response = seen.exchanges.request[exchange], seen.exchanges.response[exchange]
    by_server = endings.close[rows] < endings.client_end[rows]
    # What a server says unasked before it closes may be its farewell, if it can't be read.
    said_ns = time_ns[seen.exchanges.response_end[exchange]] - time_ns[response]
    protocol = seen.speech.protocol[rows]
    prompt = by_server & ((protocol == Protocol.HTTP1) | (said_ns < PROMPT_NS))
    how = by_server * np.uint8(How.BY_SERVER)
    how |= (prompt & ~endings.asked_for[rows]) * np.uint8(How.UNASKED)
    return Singles(
        capture=np.zeros(len(rows), np.uint16),
        frame=traffic.segments.frame[traffic.row[table.start[rows]]],
        client=table.client[rows],
        server=table.server[rows],
        begun_ns=begun_ns,
        to_server_ns=table.to_server_ns[rows].astype(np.uint32),
        round_trip_ns=table.round_trip_ns[rows].astype(np.uint32),
        asked_after_ns=(time_ns[request] - begun_ns).astype(np.uint32),
        closed_after_ns=(time_ns[endings.close[rows]] - begun_ns).astype(np.uint32),
        ended_after_ns=(time_ns[table.stop[rows] - 1] - begun_ns).astype(np.uint32),
        how=how,
        protocol=protocol,
        status=_status(traffic, response),
    )
