"""Finds segments that came late, behind a connection of which no other one is there.

A FIN that is sent again, a RST of somebody who tidies up: such a segment says nothing that counts,
and is no connection of its own.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from netdiag.columns import Mask, Rows, begins_of
from netdiag.connections.numbering import by_capture
from netdiag.connections.reduction import Groups
from netdiag.connections.splitting import Sorted
from netdiag.decode.addresses import MIX
from netdiag.decode.aside import Streams
from netdiag.decode.bygones import Bygones
from netdiag.decode.segments import Flag, Segments


def find_leftovers(
    segments: Segments, row: Rows, groups: Groups, ordered: Sorted, gone: Bygones
) -> tuple[Mask, tuple[Streams, ...]]:
    """Those of the segments that are left over, and the streams that they make all the same.

    They carry neither payload nor SYN, and came behind a connection that is gone, between the same
    endpoints.

    Args:
        row: int64, the segments' order by connection.
        groups: the connections in this order.
        ordered: what they were told by.
        gone: at least one connection without segments.

    Returns:
        left: bool, one a segment.
        streams: where in another capture than their connection's they begin one, as Wireshark,
            which is given one file at a time, counts it.
    """
    left = np.zeros(len(segments), bool)
    says = (segments.length[row] > 0) | ((ordered.flags & Flag.SYN) != 0)
    silent = np.flatnonzero(groups.first(says) < 0)
    if len(silent) == 0:
        return left, ()
    first = row[groups.start[silent]]
    low = np.minimum(segments.source[first], segments.destination[first])
    high = np.maximum(segments.source[first], segments.destination[first])
    known_low, known_high = (
        np.minimum(gone.client, gone.server),
        np.maximum(gone.client, gone.server),
    )
    key = known_low * MIX ^ known_high
    order = np.lexsort((gone.ended_ns, key))
    order = order[begins_of(key[order])]  # the first between two endpoints
    place = np.searchsorted(key[order], low * MIX ^ high)
    same = order[np.minimum(place, len(order) - 1)]
    behind = (known_low[same] == low) & (known_high[same] == high)
    behind &= gone.ended_ns[same] < segments.time_ns[first]
    captures = np.full(len(groups), -1, np.int64)
    captures[silent[behind]] = gone.capture[same[behind]]
    own = captures[groups.of_row]
    left[row[own >= 0]] = True
    elsewhere = np.flatnonzero((own >= 0) & (own != segments.capture[row]))
    return left, _streams(segments, row[elsewhere], groups.of_row[elsewhere])


def _streams(segments: Segments, row: Rows, group: npt.NDArray[np.int32]) -> tuple[Streams, ...]:
    """The first frame of each group in each capture."""
    capture, frame = segments.capture[row], segments.frame[row]
    order = np.lexsort((frame, group, capture))
    first = order[begins_of(capture[order]) | begins_of(group[order])]
    return by_capture(capture[first], frame[first])
