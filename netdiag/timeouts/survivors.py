"""Tells whether a server still used connections after a moment at which it ended many others.

A server that restarts or crashes has none of them left.
"""

from __future__ import annotations

import numpy as np

from netdiag.columns import Mask, Rows, span
from netdiag.connections import Connections, Traffic
from netdiag.decode.bygones import Bygones
from netdiag.decode.segments import Flag
from netdiag.exchanges import Endings, Exchanges
from netdiag.exchanges.endings import go_with


def goes_on(
    traffic: Traffic,
    connections: Connections,
    exchanges: Exchanges,
    endings: Endings,
    rows: Rows,
    moment_ns: tuple[int, int],
) -> bool:
    """Whether a server still used one of these connections after a moment.

    A server that reloads (nginx, httpd) ends what is idle and finishes the answers that it has
    begun: those go on, but take no further request. And once it has ended a connection, it is the
    system that sends its FIN again and acknowledges the client's (RFC 9293, section 3.6), which
    goes on when the server doesn't. A RST is no such end: what is answered later wasn't reset.

    Args:
        rows: int64, its connections.
        moment_ns: when the moment began and ended.
    """
    rows, end_ns = _around(traffic, connections, rows, moment_ns), moment_ns[1]
    had_ended = _had_ended(traffic, connections, endings, rows, end_ns)
    for connection, is_over in zip(rows.tolist(), had_ended.tolist(), strict=True):
        mine = span(exchanges.connection, connection)
        asked_ns = traffic.time_ns[exchanges.request[mine]]
        if (exchanges.answered[mine] & (asked_ns > end_ns)).any():
            return True
        ends = exchanges.response_end[mine]
        is_busy = len(ends) > 0 and (ends[-1] < 0 or traffic.time_ns[ends[-1]] > end_ns)
        is_done = is_busy or is_over
        if not is_done and _sent_after(traffic, connections, connection, end_ns):
            return True
    return False


def went_on(bygones: Bygones, moment_ns: tuple[int, int]) -> bool:
    """The same of connections to it without rows: one that it had not ended it had yet to end."""
    around: Mask = (bygones.begun_ns < moment_ns[0]) & (bygones.closed_ns > moment_ns[1])
    is_busy = (bygones.last_asked_ns <= moment_ns[1]) & (bygones.word_ns > moment_ns[1])
    return bool((around & ~is_busy).any())


def _around(
    traffic: Traffic, connections: Connections, rows: Rows, moment_ns: tuple[int, int]
) -> Rows:
    """The connections that had begun before the moment and were still alive after it."""
    begun = traffic.time_ns[connections.start[rows]] < moment_ns[0]
    return rows[begun & (traffic.time_ns[connections.stop[rows] - 1] > moment_ns[1])]


def _had_ended(
    traffic: Traffic, connections: Connections, endings: Endings, rows: Rows, moment_ns: int
) -> Mask:
    """Of which connections the server's FIN was sent by then; bool.

    A close_notify right before it went with it. Any other is no end yet: when the FIN follows, is
    for the server to say.
    """
    fin, close = connections.server_fin[rows], endings.close[rows]
    at_once = (close >= 0) & go_with(traffic, fin, close)
    ended: Mask = traffic.time_ns[np.where(at_once, close, fin)] <= moment_ns
    return ended & (fin >= 0)


def _sent_after(
    traffic: Traffic, connections: Connections, connection: int, moment_ns: int
) -> bool:
    """Whether the server sent anything but a RST after the moment."""
    part = slice(int(connections.start[connection]), int(connections.stop[connection]))
    late = (traffic.time_ns[part] > moment_ns) & ~traffic.from_client[part]
    return bool((late & ((traffic.flags[part] & Flag.RST) == 0)).any())
