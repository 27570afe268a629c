"""The courses of connections whose rows may be let go of, and what else goes with these.

From the tables of the rows that they have until then, and of what was set aside between these.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from netdiag.columns import Mask, Rows, begins_of
from netdiag.connections import Traffic
from netdiag.decode.aside import Part
from netdiag.decode.marks import Mark
from netdiag.exchanges.courses import Courses
from netdiag.exchanges.folding import Seen
from netdiag.exchanges.table import Endings

Times = npt.NDArray[np.int64]


def courses_of(seen: Seen, endings: Endings, rows: Rows) -> Courses:
    """The courses of some connections, which both sides have ended."""
    traffic, table, time_ns = seen.traffic, seen.connections, seen.traffic.time_ns
    exchange = endings.before_close[rows]
    response = seen.exchanges.response[exchange]
    close, left = endings.close[rows], endings.client_end[rows]
    by_server = close < left
    exchanges, longest_idle_ns = _carried(seen)
    return Courses(
        frame=seen.first_frames[rows],
        client=table.client[rows],
        server=table.server[rows],
        begun_ns=time_ns[table.start[rows]],
        to_server_ns=table.to_server_ns[rows],
        round_trip_ns=table.round_trip_ns[rows],
        asked_ns=time_ns[seen.exchanges.request[endings.first_exchange[rows]]],
        last_asked_ns=time_ns[seen.exchanges.request[exchange]],
        answered_ns=time_ns[response],
        went_on_ns=_went_on_ns(seen, endings, rows),
        said_ns=time_ns[seen.exchanges.response_end[exchange]],
        word_ns=time_ns[endings.last_word[rows]],
        close_ns=time_ns[close],
        left_ns=time_ns[left],
        last_ns=time_ns[table.stop[rows] - 1],
        by_server=by_server,
        end_frame=traffic.segments.frame[traffic.row[np.where(by_server, close, left)]],
        announced=endings.announced[rows],
        asked_for=endings.asked_for[rows],
        protocol=seen.speech.protocol[rows],
        status=_status_of(traffic, response),
        exchanges=exchanges[rows],
        longest_idle_ns=longest_idle_ns[rows],
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


def _went_on_ns(seen: Seen, endings: Endings, rows: Rows) -> Times:
    """When the last response but one of these connections began; before they did without one."""
    time_ns, exchanges, before = seen.traffic.time_ns, seen.exchanges, seen.before
    last = endings.before_close[rows]
    went_on_ns = time_ns[seen.connections.start[rows]] - 1
    several = np.flatnonzero(last > endings.first_exchange[rows])
    went_on_ns[several] = time_ns[exchanges.response[last[several] - 1]]
    folded = np.flatnonzero(seen.fold[last] >= 0)
    went_on_ns[folded] = before.last_word_ns[seen.fold[last[folded]]]
    return went_on_ns


def further_exchanges(seen: Seen, gone: Mask) -> Part:
    """The exchanges of those connections that are gone, but for the first of each."""
    connection = seen.exchanges.connection
    is_first = begins_of(connection)
    return seen.part(np.flatnonzero(~is_first & gone[connection]))


def _status_of(traffic: Traffic, response: Rows) -> npt.NDArray[np.uint16]:
    """Of responses in HTTP/1, given by their first rows; 0 of others; uint16."""
    status = traffic.segments.detail[traffic.row[response]].astype(np.uint16)
    return np.where(traffic.mark[response] == Mark.HTTP_RESPONSE, status, np.uint16(0))
