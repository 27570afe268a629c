"""Tells new payload from what had been sent before.

New data is what lies beyond the highest sequence number seen in its direction. Everything else
is a retransmission, a keep-alive or window probe, or the same packet captured again (a mirror
port, an ``any`` capture), and must not look like another request.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from netdiag.columns import Mask, begins_of
from netdiag.connections.reduction import Groups
from netdiag.connections.sequence import highest_before, unwrap
from netdiag.connections.splitting import Sorted
from netdiag.decode.marks import Mark
from netdiag.decode.segments import Flag
from netdiag.native import native


def new_bytes(
    groups: Groups,
    from_client: Mask,
    rows: Sorted,
    length: npt.NDArray[np.int64],
    mark: npt.NDArray[np.uint8],
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Stream positions and new payload bytes, row by row.

    Returns:
        position: int64, as `netdiag.connections.table.Traffic` describes it.
        new: int64, payload bytes never seen before.
    """
    if native is None:
        return new_bytes_in_steps(groups, from_client, rows, length, mark)
    begins = np.zeros(len(length), bool)
    begins[groups.start] = True
    opaque = mark == Mark.OPAQUE
    position, new = np.empty(len(length), np.int64), np.empty(len(length), np.int64)
    native.novelty(begins, from_client, rows.sequence, rows.flags, length, opaque, position, new)
    return position, new


def new_bytes_in_steps(
    groups: Groups,
    from_client: Mask,
    rows: Sorted,
    length: npt.NDArray[np.int64],
    mark: npt.NDArray[np.uint8],
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """`new_bytes` without a compiled step."""
    position = np.zeros(len(length), np.int64)
    new = np.zeros(len(length), np.int64)
    is_reset = (rows.flags & Flag.RST) != 0
    syn = (rows.flags & Flag.SYN) != 0
    for direction in (from_client, ~from_client):
        mine = np.flatnonzero(direction & ~is_reset)
        begins = begins_of(groups.of_row[mine])
        start = unwrap(rows.sequence[mine], begins) + syn[mine]
        end = start + length[mine]
        first = np.flatnonzero(begins)
        at = mine[first]
        # A keep-alive probe may carry one byte that was sent before (RFC 9293, section 3.8.4);
        # where a capture begins with one, nothing but its size tells.
        probe = ~syn[at] & (length[at] == 1) & (mark[at] == Mark.OPAQUE)
        floor = np.where(probe, end[first], start[first])
        fresh = end - np.maximum(highest_before(end, begins, floor), start)
        position[mine] = start
        new[mine] = np.maximum(fresh, 0)  # without payload, `end` is `start`
    return position, new
