"""What else was captured of a connection: another leg of it, or nothing that is known.

See `netdiag.connections.legs`: legs are known by their handshakes, and where one of them was not
captured, by what the client says. Either leg may end, and its rows leave, long before the other.
"""

from __future__ import annotations

import numpy as np
from msgspec import Struct

from netdiag.columns import Mask, Rows, among, distinct, repeated
from netdiag.connections.legs import numbers
from netdiag.connections.table import Fields
from netdiag.decode.segments import Flag, Segments
from netdiag.exchanges.beside import Numbers, said_midway
from netdiag.exchanges.bystanders import find_over
from netdiag.exchanges.folding import Seen
from netdiag.exchanges.observed import Observed

LONG_AGO_NS = -(1 << 62)
"""Before all that was ever captured."""


class Unseen(Struct):
    """What others there are of which nothing is known.

    Attributes:
        begun_ns: those that began before then.
        ended_ns: those that ended before then.
    """

    begun_ns: int = LONG_AGO_NS
    ended_ns: int = LONG_AGO_NS


class Elsewhere:
    """Sees all rows that are held, and remembers what tells of legs in those before."""

    def __init__(self) -> None:
        self._twins = self._said_midway = self._left_midway = np.empty(0, np.uint64)

    def see(self, segments: Segments, others: Observed) -> None:
        """Look at the rows held.

        Args:
            segments: all of them.
            others: those of connections on which something may have failed.
        """
        answers = (segments.flags & (Flag.SYN | Flag.ACK)) == Flag.SYN | Flag.ACK
        twins = repeated(numbers(segments, np.flatnonzero(answers)))
        self._twins = _with(self._twins, twins)
        self._said_midway = _with(self._left_midway, said_midway(others))
        self._left_midway = _with(self._left_midway, said_midway(others, find_over(others)))

    def were_seen(self, segments: Segments, syn_ack: Rows, said: Rows) -> Mask:
        """Which connections are elsewhere, too; bool.

        Args:
            segments: the rows that were looked at last.
            syn_ack: int64, those of the connections' SYN/ACKs.
            said: int64, those of all that their clients say.
        """
        return self._are_twins(segments, syn_ack) | self._were_said(segments, said)

    def are(self, seen: Seen) -> Mask:
        """Which of these connections are elsewhere, too; bool.

        Args:
            seen: the tables of some of the rows that were looked at last.
        """
        traffic, fields = seen.traffic, seen.traffic.segments
        elsewhere = self._are_twins(fields, traffic.row[seen.connections.syn_ack])
        said = np.flatnonzero(traffic.from_client & (traffic.new_bytes > 0))
        said = said[self._were_said(fields, traffic.row[said])]
        elsewhere[traffic.groups.of_row[said]] = True
        return elsewhere

    def _are_twins(self, fields: Fields | Segments, syn_ack: Rows) -> Mask:
        """SYN/ACKs that were captured twice."""
        return among(numbers(fields, syn_ack), self._twins)

    def _were_said(self, fields: Fields | Segments, said: Rows) -> Mask:
        """What was said on a connection as well whose handshake was not captured."""
        return among(numbers(fields, said), self._said_midway)


def _with(known: Numbers, further: Numbers) -> Numbers:
    """All of them, ascending, each once."""
    return distinct(np.concatenate([known, further])) if len(further) else known
