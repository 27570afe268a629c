"""Notes what is remembered of connections whose rows are let go of (`netdiag.decode.bygones`).

From the tables of the rows that they have until then, and of what was set aside between these.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from netdiag.columns import Mask, Rows, begins_of
from netdiag.connections import Traffic
from netdiag.decode.aside import Part
from netdiag.decode.bygones import Bygones, How
from netdiag.decode.marks import Mark
from netdiag.decode.pooled import Pooled
from netdiag.exchanges.folding import Seen
from netdiag.exchanges.role import Protocol
from netdiag.exchanges.table import Endings

Times = npt.NDArray[np.int64]

PROMPT_NS = 250_000_000
"""A close sooner than this after a response belongs to the response, not to a timer."""


def note(seen: Seen, endings: Endings, rows: Rows) -> Bygones:
    """What is remembered of these connections."""
    traffic, table, time_ns = seen.traffic, seen.connections, seen.traffic.time_ns
    exchange = endings.before_close[rows]
    request, response = seen.exchanges.request[exchange], seen.exchanges.response[exchange]
    by_server = endings.close[rows] < endings.client_end[rows]
    end = np.where(by_server, endings.close[rows], endings.client_end[rows])
    closed_ns, end_ns = time_ns[endings.close[rows]], time_ns[end]
    word_ns, answered_ns = time_ns[endings.last_word[rows]], time_ns[response]
    # What a server says unasked before it closes may be its farewell, if it can't be read.
    said_ns = time_ns[seen.exchanges.response_end[exchange]] - answered_ns
    protocol = seen.speech.protocol[rows]
    idle = end_ns - word_ns >= PROMPT_NS
    prompt = by_server & ~idle & ((protocol == Protocol.HTTP1) | (said_ns < PROMPT_NS))
    how = by_server * np.uint8(How.BY_SERVER)
    how |= (prompt & ~endings.asked_for[rows]) * np.uint8(How.UNASKED)
    how |= idle * np.uint8(How.IDLE)
    return Bygones(
        capture=np.zeros(len(rows), np.uint16),
        frame=seen.first_frames[rows],
        client=table.client[rows],
        server=table.server[rows],
        begun_ns=time_ns[table.start[rows]],
        closed_ns=closed_ns,
        ended_after_ns=(time_ns[table.stop[rows] - 1] - closed_ns).astype(np.uint32),
        end_before_ns=(closed_ns - end_ns).astype(np.uint32),
        idle_ns=end_ns - word_ns,
        answering_ns=(word_ns - answered_ns).astype(np.uint32),
        waiting_ns=(answered_ns - time_ns[request]).astype(np.uint32),
        to_server_ns=table.to_server_ns[rows].astype(np.uint32),
        round_trip_ns=table.round_trip_ns[rows].astype(np.uint32),
        how=how,
        protocol=protocol,
        status=status_of(traffic, response),
        pooled=_pooled(seen, endings, rows, end, idle),
    )


def _pooled(seen: Seen, endings: Endings, rows: Rows, end: Rows, idle: Mask) -> Pooled:
    """What is remembered besides of those that lay idle, given the rows that ended them."""
    traffic = seen.traffic
    exchanges, longest_idle_ns = _carried(seen)
    own = np.flatnonzero((exchanges[rows] > 1) | idle)
    rows, end = rows[own], end[own]
    return Pooled(
        row=own.astype(np.uint32),
        asked_ns=traffic.time_ns[seen.exchanges.request[endings.first_exchange[rows]]],
        longest_idle_ns=longest_idle_ns[rows],
        exchanges=exchanges[rows].astype(np.uint32),
        end_frame=traffic.segments.frame[traffic.row[end]],
    )


def _carried(seen: Seen) -> tuple[Times, Times]:
    """How many exchanges each connection carried, and the longest idle time before one; int64."""
    exchanges, before = seen.exchanges, seen.before
    count = np.bincount(exchanges.connection, minlength=len(seen.connections))
    longest_ns = np.full(len(seen.connections), -1, np.int64)
    np.maximum.at(longest_ns, exchanges.connection, exchanges.idle_ns)
    follow = np.flatnonzero(seen.fold >= 0)
    of, fold = exchanges.connection[follow], seen.fold[follow]
    np.add.at(count, of, before.exchanges[fold])
    np.maximum.at(longest_ns, of, before.longest_idle_ns[fold])
    return count, longest_ns


def went_on_ns(seen: Seen, endings: Endings, found: Bygones, rows: Rows) -> Times:
    """When the last response of these connections began that didn't end them; int64.

    That is their last one, unless it may have; before they began, where they had no other.
    """
    time_ns, exchanges, before = seen.traffic.time_ns, seen.exchanges, seen.before
    last = endings.before_close[rows]
    went_on_ns = found.begun_ns - 1
    several = np.flatnonzero(last > endings.first_exchange[rows])
    went_on_ns[several] = time_ns[exchanges.response[last[several] - 1]]
    folded = np.flatnonzero(seen.fold[last] >= 0)
    went_on_ns[folded] = before.last_word_ns[seen.fold[last[folded]]]
    return np.where(found.are(How.UNASKED), went_on_ns, found.answered_ns)


def further_exchanges(seen: Seen, gone: Mask) -> Part:
    """The exchanges of those connections that are gone, but for the first of each."""
    connection = seen.exchanges.connection
    is_first = begins_of(connection)
    return seen.part(np.flatnonzero(~is_first & gone[connection]))


def status_of(traffic: Traffic, response: Rows) -> npt.NDArray[np.uint16]:
    """Of responses in HTTP/1, given by their first rows; 0 of others; uint16."""
    status = traffic.segments.detail[traffic.row[response]].astype(np.uint16)
    return np.where(traffic.mark[response] == Mark.HTTP_RESPONSE, status, np.uint16(0))
