"""What is settled of captures that follow on each other, as soon as they are seen together.

Of each capture by itself, the first and the last exchanges of every connection are kept. Where one
capture ends and the next one begins, most of them lie in the middle of a connection's life after
all. The same rules find them as in one capture (`netdiag.exchanges.setting_aside`); as connections
may be looked at in several portions, failures on those of other portions come in as tables.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from msgspec import Struct
from msgspec.structs import replace

from netdiag.columns import Mask, Rows, place_in_run
from netdiag.connections import first_of_streams
from netdiag.decode.addresses import MIX
from netdiag.decode.aside import Folds, Part
from netdiag.decode.join import Load
from netdiag.decode.samples import Samples
from netdiag.decode.segments import Flag
from netdiag.exchanges.bystanders import find_bystanders, find_troubled, waiting_since
from netdiag.exchanges.folding import Seen, see
from netdiag.exchanges.setting_aside import ENOUGH, OPENING, find_settled


class Across(Struct, frozen=True, eq=False):
    """What is left of a portion of the connections of several captures.

    Attributes:
        kept: bool, one a row of the segments: which of them are still wanted.
        first: int64, one a row of the segments: the first row of its connection, which is kept.
        streams: int64, the rows at which the streams of each capture begin.
        folds: all of them, those from before as well.
        parts: the exchanges that were set aside now, one part a capture; the first frames are
            those of requests that are set aside.
    """

    kept: Mask
    first: Rows
    streams: Rows
    folds: Folds
    parts: tuple[Part, ...]


def troubled_rows(load: Load) -> Mask:
    """Rows of the segments on connections on which something may have failed; bool."""
    seen = see(load.segments, load.aside.folds)
    wanted = np.empty(len(load.segments), bool)
    wanted[seen.traffic.row] = find_troubled(seen.observed(load.samples))[
        seen.traffic.groups.of_row
    ]
    return wanted


def settle_across(load: Load, troubled: Load) -> Across:
    """Set aside what is settled now.

    Args:
        load: all rows of some connections that are left of the captures.
        troubled: those of the connections on which something may have failed, of all portions,
            with the same numbers for addresses.
    """
    seen = see(load.segments, load.aside.folds)
    settled = find_settled(seen) & _is_alone(seen)[seen.exchanges.connection]
    settled &= ~_tells_of_place(seen)
    if settled.any():
        settled[_bystanders(seen, load, troubled, np.flatnonzero(settled))] = False
    kept = np.ones(len(load.segments), bool)
    kept[seen.traffic.row[seen.rows_of(settled)]] = False
    first = np.empty(len(load.segments), np.int64)
    start = seen.traffic.row[seen.connections.start]
    first[seen.traffic.row] = start[seen.traffic.groups.of_row]
    rows = np.flatnonzero(settled)
    streams = first_of_streams(load.segments)
    return Across(kept, first, streams, seen.folds(settled), _parts(seen, rows))


def _is_alone(seen: Seen) -> Mask:
    """Connections between whose endpoints there is no other one; bool.

    Of several, one may begin in the middle of a stream whose beginning must stay for its number.
    """
    table = seen.connections
    key = (np.minimum(table.client, table.server) * MIX) ^ np.maximum(table.client, table.server)
    _, number, count = np.unique(key, return_inverse=True, return_counts=True)
    alone: Mask = count[number] == 1
    return alone


def _tells_of_place(seen: Seen) -> Mask:
    """Exchanges with segments by which it is found out where a capture was taken; bool."""
    traffic = seen.traffic
    capture, wanted = traffic.segments.capture[traffic.row], np.zeros(len(traffic) + 1, np.int64)
    for index in np.flatnonzero(np.bincount(capture)).tolist():
        rows = np.flatnonzero(capture == index)
        of_row = traffic.groups.of_row[rows]
        rows = rows[place_in_run(of_row) < OPENING]
        is_other = (traffic.flags[rows] & Flag.SYN) == 0
        wanted[rows[is_other][:ENOUGH] + 1] = 1
    so_far = np.cumsum(wanted)
    tells: Mask = so_far[seen.stop] > so_far[seen.exchanges.request]
    return tells


def _bystanders(seen: Seen, load: Load, troubled: Load, rows: Rows) -> Rows:
    """Those of these exchanges that a failure may be compared with; int64."""
    if not len(troubled.segments):
        return rows[:0]
    failures = see(troubled.segments, Folds.empty()).observed(troubled.samples)
    samples = Samples()
    samples.take_in(troubled.samples)
    offset = np.int32(samples.take_in(load.samples))
    others = seen.observed(load.samples).requests.take(rows)
    sample = np.where(others.sample < 0, others.sample, others.sample + offset)
    others = replace(others, sample=sample)
    found = find_bystanders(replace(failures, samples=samples), others)
    found |= others.asked_ns >= waiting_since(failures)
    chosen: npt.NDArray[np.int64] = rows[found]
    return chosen


def _parts(seen: Seen, rows: Rows) -> tuple[Part, ...]:
    """These exchanges as records, by the capture that their requests are in."""
    segments, request = seen.traffic.segments, seen.traffic.row[seen.exchanges.request[rows]]
    capture, parts = segments.capture[request], []
    for index in np.flatnonzero(np.bincount(capture)).tolist():
        mine = capture == index
        part = seen.part(rows[mine])
        begin = np.cumsum(part.count, dtype=np.int64) - part.count
        parts.append(replace(part, capture=index, first_frame=part.frame[begin]))
    return tuple(parts)
