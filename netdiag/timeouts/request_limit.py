"""Finds servers that end connections right after a fixed number of requests.

Every server has a setting for it, such as nginx's keepalive_requests and Apache httpd's
MaxKeepAliveRequests.
"""

from __future__ import annotations

import numpy as np

from netdiag.columns import Mask, Rows, one_of
from netdiag.connections import Connections
from netdiag.decode.bygones import Bygones, How
from netdiag.exchanges import Endings, Protocol

CLOSING_STATUSES = (400, 408, 411, 413, 414, 417, 431, 500, 501, 503)
"""Errors after which servers close, as they may not know where the next request begins: Apache
httpd's and Tomcat's lists (`ap_status_drops_connection`, `statusDropsConnection`), with 417 and
431 (RFC 9110, section 15.5.14; RFC 9112, section 6.3)."""


def at_request_limit(
    connections: Connections, endings: Endings, counted: Mask, bygones: Bygones
) -> Mask:
    """Closes right after the N-th response, N at least 2 and the same on several connections; bool.

    Args:
        counted: bool, connections whose requests can be counted, and that the server closed right
            with a response, unasked.
        bygones: further connections; none of them closed so.
    """
    completed = completed_exchanges(endings)
    at_limit = np.zeros(len(connections), bool)
    prompt = bygones.are(How.UNASKED) & (bygones.protocol == Protocol.HTTP1)
    prompt &= ~one_of(bygones.status, CLOSING_STATUSES)
    for server in sorted(set(connections.server[counted & (completed >= 2)].tolist())):
        mine = np.flatnonzero(counted & (connections.server == server))
        numbers = completed[mine]
        values, counts = np.unique(numbers, return_counts=True)
        longest = int(values[-1])
        further = bygones.server == server
        most_used = completed[connections.server == server].max()
        most_used = max(most_used, bygones.exchanges[further].max(initial=0))
        # Nothing gets past a limit, and what stops short of it has another reason.
        others = np.count_nonzero(prompt & further)
        mostly = counts[-1] >= 2 and 2 * counts[-1] > counts.sum() + others
        if longest >= 2 and mostly and most_used <= longest:
            at_limit[mine[numbers == longest]] = True
    return at_limit


def request_limits(connections: Connections, endings: Endings, limited: Mask) -> dict[int, int]:
    """For each server endpoint that ends connections after N requests, that N.

    Args:
        limited: bool, the connections that it ended so.
    """
    rows = np.flatnonzero(limited)
    completed = completed_exchanges(endings)[rows]
    servers = connections.server[rows]
    return dict(zip(servers.tolist(), completed.tolist(), strict=True))


def completed_exchanges(endings: Endings) -> Rows:
    """How many exchanges each connection had before its close; int64."""
    has = endings.before_close >= 0
    with_rows = endings.before_close - endings.first_exchange + 1
    return np.where(has, with_rows + endings.settled, 0)
