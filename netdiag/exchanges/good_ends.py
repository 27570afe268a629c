"""`came_to_a_good_end`: connections that were whole, and that both sides ended with nothing open.

Right with the last answer or when they had been idle; what else may stand behind such an end is
asked elsewhere (`netdiag.exchanges.idle_ends`, `limits`, `ends_beside`).
"""

from __future__ import annotations

import numpy as np

from netdiag.columns import Mask, one_of
from netdiag.exchanges.bystanders import find_troubled
from netdiag.exchanges.endings import go_with
from netdiag.exchanges.folding import Seen
from netdiag.exchanges.noting import PROMPT_NS, status_of
from netdiag.exchanges.observed import Observed
from netdiag.exchanges.role import Protocol
from netdiag.exchanges.table import CloseKind, Endings

PATIENCE_NS = 1 << 32
"""A handshake that takes longer is nothing ordinary."""

QUICKLY_NS = 1_000_000_000
"""So quickly the last request was answered, and what follows on an end is done."""

DWELL_NS = 500_000_000
"""A client that ends its side later than this after its server has not looked at the connection."""

REQUEST_TIMEOUT = 408

PROTOCOLS = (Protocol.HTTP1, Protocol.TLS)


def came_to_a_good_end(seen: Seen, observed: Observed, endings: Endings) -> Mask:
    """Connections from their SYN on to a FIN of both sides, without anything out of the ordinary.

    Returns:
        bool, one a connection.
    """
    traffic, table, speech = seen.traffic, seen.connections, seen.speech
    good: Mask = (table.syn == table.start) & (table.syn_ack >= 0) & (table.round_trip_ns >= 0)
    good &= (table.client_fin >= 0) & (table.server_fin >= 0)
    good &= (table.client_rst < 0) & (table.server_rst < 0)
    good &= table.round_trip_ns < PATIENCE_NS
    good &= one_of(speech.protocol, PROTOCOLS) & (speech.service == speech.protocol)
    good &= ~speech.tunnel & ~find_troubled(observed)
    good &= (endings.before_close >= 0) & (endings.after_close < 0)
    good &= one_of(endings.close_kind, (CloseKind.FIN, CloseKind.CLOSE_NOTIFY))
    good &= (endings.client_end >= 0) & (endings.last_word >= 0) & ~endings.truncated
    shut = (traffic.segments.window == 0)[traffic.row]
    good &= traffic.groups.first(shut) < 0
    good &= table.same_as == np.arange(len(table))
    rows = np.flatnonzero(good)
    good[rows] = _ended_in_time(seen, endings.take(rows)) & _answered_well(seen, endings.take(rows))
    return good


def _ended_in_time(seen: Seen, endings: Endings) -> Mask:
    """Those of some connections that neither side kept waiting, before the end and after it."""
    time_ns, last = seen.traffic.time_ns, endings.before_close
    last_ns = time_ns[seen.connections.stop[seen.exchanges.connection[last]] - 1]
    word_ns, left_ns = time_ns[endings.last_word], time_ns[endings.client_end]
    end_ns = np.minimum(time_ns[endings.close], left_ns)
    in_time: Mask = word_ns - time_ns[seen.exchanges.request[last]] < QUICKLY_NS
    fin = seen.connections.server_fin[seen.exchanges.connection[last]]
    in_time &= go_with(seen.traffic, fin, endings.close)
    in_time &= (end_ns >= word_ns) & (last_ns - end_ns < QUICKLY_NS) & (left_ns - end_ns < DWELL_NS)
    # An end that was announced belongs to the answer, however late it comes.
    return in_time & ~(endings.announced & (end_ns - word_ns >= PROMPT_NS))


def _answered_well(seen: Seen, endings: Endings) -> Mask:
    """Those of some connections whose last answer in clear says nothing of the connection."""
    answer = seen.exchanges.response[endings.before_close]
    connection = seen.exchanges.connection[endings.before_close]
    status = status_of(seen.traffic, answer)
    in_clear = seen.speech.protocol[connection] == Protocol.HTTP1
    well: Mask = ~in_clear | (status > 0) & (status != REQUEST_TIMEOUT)
    return well
