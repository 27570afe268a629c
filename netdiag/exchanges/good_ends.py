"""`came_to_a_good_end`: connections that were whole, and that both sides ended with nothing open.

Right with the last answer or when they had been idle; what else may stand behind such an end is
asked elsewhere (`netdiag.exchanges.idle_ends`, `limits`, `ends_beside`).
"""

from __future__ import annotations

import numpy as np

from netdiag.columns import Mask, Rows, one_of
from netdiag.exchanges.bystanders import find_troubled
from netdiag.exchanges.courses import Courses, answered_well, ended_in_time
from netdiag.exchanges.endings import go_with
from netdiag.exchanges.folding import Seen
from netdiag.exchanges.noting import courses_of
from netdiag.exchanges.observed import Observed
from netdiag.exchanges.role import Protocol
from netdiag.exchanges.table import CloseKind, Endings

PATIENCE_NS = 1 << 32
"""A handshake that takes longer is nothing ordinary."""

PROTOCOLS = (Protocol.HTTP1, Protocol.TLS)


def came_to_a_good_end(seen: Seen, observed: Observed, endings: Endings) -> tuple[Rows, Courses]:
    """Connections from their SYN on to a FIN of both sides, without anything out of the ordinary.

    Returns:
        int64, the rows of `Connections`, ascending; and how they went.
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
    courses = courses_of(seen, endings, rows)
    well = ended_in_time(courses) & answered_well(courses)
    well &= go_with(traffic, table.server_fin[rows], endings.close[rows])
    return rows[well], courses.take(well)
