"""`LettingGo`: takes connections that ended right with their last exchange out of the rows held.

Nobody can use such a connection again, and what a report says of one that came to a good end needs
a few numbers (`netdiag.decode.bygones`). Its rows stay all the same where they may have to do with
something else: with a failure, as a request that was sent again; with the end of other connections
to its server; with an address translation; with a limit that its server sets; and where they are
the first of a client or a server to say what that is.
"""

from __future__ import annotations

import numpy as np
from msgspec import Struct

from netdiag.columns import Mask, Rows, among, any_between, distinct, one_of, repeated
from netdiag.connections.legs import numbers
from netdiag.decode.aside import Part
from netdiag.decode.bygones import Bygones
from netdiag.decode.growth import GrowingTable
from netdiag.decode.segments import Flag, Segments
from netdiag.exchanges.beside import Ends, First, Numbers, find_ends, said_midway
from netdiag.exchanges.bystanders import QUIET_NS, find_bystanders, find_troubled
from netdiag.exchanges.endings import find_endings
from netdiag.exchanges.folding import Held, Seen, see
from netdiag.exchanges.limits import Limits
from netdiag.exchanges.noting import (
    PROMPT_NS,
    further_exchanges,
    last_asked_ns,
    note,
    status_of,
    went_on_ns,
)
from netdiag.exchanges.observed import Observed
from netdiag.exchanges.role import Protocol
from netdiag.exchanges.table import CloseKind, Endings

MOMENT_NS = 1_000_000_000
"""Ends of one server that lie no further apart than this may be one (a restart)."""

BEFORE_REFUSED_NS = 12_000_000_000
"""A server that refuses a SYN so soon after an end may have gone away with it."""

AFTER_REFUSED_NS = 3_000_000_000
"""What a client opens so soon after its SYN was refused may stand for it."""

PATIENCE_NS = 1 << 32
"""A handshake that takes longer is nothing ordinary."""

LATE_NS = QUIET_NS + 4 * MOMENT_NS
"""What was captured so shortly before the rows end may lie beside what is over the next time."""

REQUEST_TIMEOUT = 408

PROTOCOLS = (Protocol.HTTP1, Protocol.TLS)

MOST_FIRST = 1 << 16
"""Where so many connections stay because they are among the first of a server or client, most are,
and a look at them is in vain."""

LASTING_NS = 500_000_000
LASTING_EACH = 64
"""So many connections of a server or client that last for longer stay: their segments tell how it
probes them (`netdiag.diagnosis.behaviour`)."""


class Taken(Struct, frozen=True, eq=False):
    """What became of some connections.

    Attributes:
        gone: int64, the rows of those that were noted.
        undecided: int64, those of others that ended so late that more may end beside them.
        part: the exchanges of those that are gone, but for those without rows before and the first
            of each.
    """

    gone: Rows
    undecided: Rows
    part: Part


class LettingGo:
    """Looks at the connections that are over, each time that rows are sorted out."""

    def __init__(self) -> None:
        self._found = GrowingTable(Bygones.empty())
        self._first = {protocol: (First(), First()) for protocol in PROTOCOLS}
        self._lasting = (First(LASTING_EACH), First(LASTING_EACH))
        self._limits = Limits()
        self._twins: Numbers = np.empty(0, np.uint64)
        self._ends = Ends.none()

    @property
    def is_in_vain(self) -> bool:
        """Whether most stay in any case."""
        firsts = (*self._first.values(), self._lasting)
        return any(len(each) > MOST_FIRST for both in firsts for each in both)

    def bygones(self) -> Bygones:
        """All of them by frame; none can be noted then."""
        return self._found.finish(np.argsort(self._found.so_far().frame, kind="stable"))

    def take_out(
        self, held: Held, rows: Rows, others: Observed, begun_ns: int | None = None
    ) -> Taken:
        """Note those of some connections of which no row is needed.

        Args:
            held: the rows held.
            rows: int64, ascending: of connections that may be such, and are over.
            others: the connections on which something may have failed.
            begun_ns: of what was before, nothing is known here; None if all is.
        """
        segments, samples = held.segments, held.samples
        own_folds = among(held.folds.frame, segments.frame[rows])
        seen = see(segments.take(rows), held.folds.take(own_folds))
        observed = seen.observed(samples, others.end_ns)
        endings = find_endings(seen.traffic, seen.connections, seen.speech, seen.exchanges, samples)
        fits = _are_bygone(seen, observed, endings)
        fits &= ~np.isin(seen.first_frames, held.waiting)
        own = np.zeros(len(segments), bool)
        own[rows[seen.traffic.row[fits[seen.traffic.groups.of_row]]]] = True
        last_ns = seen.traffic.time_ns[seen.connections.stop - 1]
        undecided = fits & (last_ns >= others.end_ns - QUIET_NS - 2 * MOMENT_NS)
        fits &= ~self._is_elsewhere_too(segments, seen, others)
        at = np.flatnonzero(fits)
        found = note(seen, endings, at)
        limited = self._limits.may_have_ended(found, went_on_ns(seen, endings, found, at))
        fits &= ~self._ends_beside_others(held, seen, endings, own, others)
        fits &= ~_may_be_asked_for(seen, observed, others)
        if begun_ns is not None:
            fits &= seen.traffic.time_ns[seen.connections.start] >= begun_ns + LATE_NS
        chosen = (fits & ~undecided)[at] & ~limited
        chosen[chosen] = ~self._come_first(found.take(chosen))
        self._found.add(found.take(chosen))
        gone = np.zeros(len(fits), bool)
        gone[at[chosen]] = True
        of_row, held_at = seen.traffic.groups.of_row, rows[seen.traffic.row]
        return Taken(
            np.sort(held_at[gone[of_row]]),
            np.sort(held_at[undecided[of_row]]),
            further_exchanges(seen, gone),
        )

    def _come_first(self, found: Bygones) -> Mask:
        """Those that are among the first of their server or client, in each protocol; bool."""
        first = np.zeros(len(found), bool)
        for protocol, (of_server, of_client) in self._first.items():
            rows = np.flatnonzero(found.protocol == protocol)
            some = found.take(rows)
            first[rows] = of_server.among(some.server, some.frame)
            first[rows] |= of_client.among(some.client_host, some.frame)
        rows = np.flatnonzero(found.ended_ns - found.begun_ns >= LASTING_NS)
        some = found.take(rows)
        for ends, of_end in zip((some.server, some.client_host), self._lasting, strict=True):
            first[rows] |= of_end.among(ends, some.frame)
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
        self, held: Held, seen: Seen, endings: Endings, own: Mask, others: Observed
    ) -> Mask:
        """Connections that end while another one of their server does, or is refused; bool.

        And those during whose last exchange a connection ended of which their server is the client,
        or one within the capture's host, whose client may be anybody there: it may be a proxy's.

        Args:
            own: bool, the rows held of connections that are like them.
        """
        segments, traffic, table = held.segments, seen.traffic, seen.connections
        begun_ns, last_ns = traffic.time_ns[table.start], traffic.time_ns[table.stop - 1]
        asked_ns = last_asked_ns(seen, endings)
        rows = find_ends(segments)
        rows = rows[~own[rows]]
        known = Ends.concatenate([Ends.of(segments, rows), self._ends])
        left = Ends.concatenate([Ends.of(segments, rows[held.over[rows]]), self._ends])
        self._ends = left.since(others.end_ns - LATE_NS)
        beside = known.has_any(table.server, asked_ns - MOMENT_NS, last_ns + MOMENT_NS)
        opened = (segments.flags & (Flag.SYN | Flag.ACK)) == Flag.SYN
        behind = known.of_clients(distinct(segments.destination[opened]))
        beside |= behind.has_any(table.server & ~np.uint64(0xFFFF), asked_ns, last_ns)
        beside |= any_between(known.on_loopback(), asked_ns, last_ns)
        refused = others.connections.was_refused
        refused_ns = np.sort(others.traffic.time_ns[others.connections.start[refused]])
        beside |= any_between(refused_ns, begun_ns - AFTER_REFUSED_NS, begun_ns)
        return beside | any_between(refused_ns, asked_ns - MOMENT_NS, last_ns + BEFORE_REFUSED_NS)


def _are_bygone(seen: Seen, observed: Observed, endings: Endings) -> Mask:
    """Connections that were whole, and ended right with the last of their exchanges; bool."""
    traffic, table, speech = seen.traffic, seen.connections, seen.speech
    time_ns = traffic.time_ns
    bygone: Mask = (table.syn == table.start) & (table.syn_ack >= 0) & (table.round_trip_ns >= 0)
    bygone &= (table.client_fin >= 0) & (table.server_fin >= 0)
    bygone &= (table.client_rst < 0) & (table.server_rst < 0)
    bygone &= table.round_trip_ns < PATIENCE_NS
    bygone &= time_ns[table.stop - 1] - last_asked_ns(seen, endings) < MOMENT_NS
    bygone &= (
        one_of(speech.protocol, PROTOCOLS) & (speech.service == speech.protocol) & ~speech.tunnel
    )
    bygone &= ~find_troubled(observed)
    bygone &= (endings.before_close >= 0) & (endings.after_close < 0)
    bygone &= one_of(endings.close_kind, (CloseKind.FIN, CloseKind.CLOSE_NOTIFY))
    bygone &= ~endings.truncated
    idle_ns = time_ns[endings.client_end] - time_ns[endings.last_word]
    bygone &= (endings.client_end >= 0) & (endings.last_word >= 0) & (idle_ns < PROMPT_NS)
    shut = (traffic.segments.window == 0)[traffic.row]
    bygone &= traffic.groups.first(shut) < 0
    bygone &= table.same_as == np.arange(len(table))
    rows = np.flatnonzero(bygone)
    response = seen.exchanges.response[endings.before_close[rows]]
    in_clear = speech.protocol[rows] == Protocol.HTTP1
    status = status_of(traffic, response)
    bygone[rows] = ~in_clear | (status > 0) & (status != REQUEST_TIMEOUT)
    return bygone


def _may_be_asked_for(seen: Seen, observed: Observed, others: Observed) -> Mask:
    """Connections whose exchange a failure elsewhere may be compared with; bool."""
    asked_for = np.zeros(len(seen.connections), bool)
    asked_for[seen.exchanges.connection[find_bystanders(others, observed.requests)]] = True
    return asked_for
