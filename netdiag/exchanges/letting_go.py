"""`LettingGo`: takes connections that came to a good end out of the rows held.

Nobody can use such a connection again, and what a report says of one that came to a good end needs
a few numbers (`netdiag.decode.bygones`). Its rows stay all the same where they may have to do with
something else: with a failure, as a request that was sent again; with the end of other connections
to its server; with an address translation; with a limit that its server sets; where the idle time
before its end is not that of a timer; and where they are the first of a client or a server to say
what that is.
"""

from __future__ import annotations

import numpy as np
from msgspec import Struct

from netdiag.columns import Mask, Rows, mask_of
from netdiag.decode.aside import Part
from netdiag.decode.bygones import Bygones, GrowingBygones, How
from netdiag.exchanges.beside import First
from netdiag.exchanges.bystanders import QUIET_NS, find_bystanders
from netdiag.exchanges.courses import note, went_on_ns
from netdiag.exchanges.elsewhere import Elsewhere, Unseen
from netdiag.exchanges.ends_beside import LATE_NS, EndsBeside, may_have_been_refused
from netdiag.exchanges.folding import Held
from netdiag.exchanges.good_ends import PROTOCOLS
from netdiag.exchanges.idle_ends import MOMENT_NS, Closes, Gaps, Moments, Timers
from netdiag.exchanges.limits import Limits
from netdiag.exchanges.observed import Observed
from netdiag.exchanges.search import Search
from netdiag.exchanges.well_ended import WellEnded

MOST_FIRST = 1 << 16
"""Where so many connections stay because they are among the first of a server or client, most are,
and a look at them is in vain."""

BESIDE_NS = 3 * MOMENT_NS
"""What ended so long before has nothing to do with an end, nor with the exchange before that."""

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
    """Looks at the connections that are over, each time that rows are sorted out.

    Args:
        search: knows the rows held.
        elsewhere: tells those that were captured twice.
    """

    def __init__(self, search: Search, elsewhere: Elsewhere) -> None:
        self._search, self._elsewhere = search, elsewhere
        self._found = GrowingBygones()
        self._first = {protocol: (First(), First()) for protocol in PROTOCOLS}
        self._lasting = (First(LASTING_EACH), First(LASTING_EACH))
        self._idle = (First(LASTING_EACH), First(LASTING_EACH))
        self._limits, self._moments, self._timers = Limits(), Moments(), Timers()
        self._beside = EndsBeside()

    @property
    def is_in_vain(self) -> bool:
        """Whether most stay in any case."""
        firsts = (*self._first.values(), self._lasting, self._idle)
        return any(len(each) > MOST_FIRST for both in firsts for each in both)

    def bygones(self) -> Bygones:
        """All of them by server; none can be noted then."""
        return self._found.finish()

    def take_out(self, held: Held, rows: Rows, others: Observed, unseen: Unseen) -> Taken:
        """Note those of some connections of which no row is needed.

        Args:
            held: the rows held.
            rows: int64, ascending: of connections that may be such, and are over.
            others: the connections on which something may have failed.
            unseen: of what nothing is known here.
        """
        ended = WellEnded.among(self._search, held, rows, self._elsewhere, others)
        found = note(ended.courses)
        # In this order: ends that a limit explains hold no others of a moment together, and a timer
        # is told by those alone that nothing else can explain.
        fits = ~ended.elsewhere
        fits[fits] = ~self._limits.may_have_ended(
            found.take(fits), went_on_ns(ended.courses, found)[fits]
        )
        undecided = found.ended_ns >= others.end_ns - QUIET_NS - 2 * MOMENT_NS
        fits &= ~self._may_be_restarts(found, fits, undecided, others.end_ns)
        own = mask_of(ended.row, len(held.segments))
        fits &= ~self._beside.see(found, held.segments, own, held.over, others.end_ns)
        fits &= ~may_have_been_refused(found, others)
        # What was asked there may be what a failure elsewhere is compared with.
        fits &= ~ended.asked_any(find_bystanders(others, ended.requests))
        fits &= found.begun_ns >= unseen.begun_ns + LATE_NS
        fits &= (found.end_ns >= unseen.ended_ns + BESIDE_NS) & ~undecided
        fits[fits] = self._are_timed(found.take(fits))
        fits[fits] = ~self._come_first(found.take(fits))
        self._found.add(found.take(fits))
        return Taken(ended.rows_of(fits), ended.rows_of(undecided), ended.further_exchanges(fits))

    def _may_be_restarts(
        self, found: Bygones, are_sure: Mask, undecided: Mask, end_ns: int
    ) -> Mask:
        """Those that their server may have ended as it went away; bool."""
        may = np.zeros(len(found), bool)
        rows = np.flatnonzero(found.are(How.BY_SERVER))
        some = found.take(rows)
        flags = are_sure[rows], undecided[rows]
        closes = Closes(some.server, some.closed_ns, some.idle_ns, *flags)
        may[rows] = self._moments.see(closes, end_ns - LATE_NS)
        return may

    def _are_timed(self, found: Bygones) -> Mask:
        """All but those that their server may have ended to make room for others; bool."""
        timed = np.ones(len(found), bool)
        rows = np.flatnonzero(found.timed_out)
        some = found.take(rows)
        timed[rows] = self._timers.see(Gaps(some.server, some.idle_ns))
        return timed

    def _come_first(self, found: Bygones) -> Mask:
        """Those that are among the first of their server or client, in each protocol; bool."""
        first = np.zeros(len(found), bool)
        lasting = np.flatnonzero(found.ended_ns - found.begun_ns >= LASTING_NS)
        chosen = [(lasting, *self._lasting), (np.flatnonzero(found.timed_out), *self._idle)]
        chosen += (
            (np.flatnonzero(found.protocol == protocol), *firsts)
            for protocol, firsts in self._first.items()
        )
        for rows, of_server, of_client in chosen:
            some = found.take(rows)
            first[rows] |= of_server.among(some.server, some.frame)
            first[rows] |= of_client.among(some.client_host, some.frame)
        return first
