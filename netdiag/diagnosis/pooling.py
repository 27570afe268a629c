"""Says whether a connection lay idle in a pool before a request, or was in the middle of its work.

A close in the middle of traffic that the client goes on writing into looks like a reuse: new bytes
after a FIN. Three facts tell it from one: a pooled connection was idle for a while, the server had
acknowledged everything that was sent before, and had answered it.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from netdiag.connections.sequence import distance
from netdiag.decode.marks import Mark
from netdiag.decode.segments import Flag
from netdiag.diagnosis.scene import Scene
from netdiag.exchanges import CloseKind
from netdiag.exchanges.client_ends import counts_fin
from netdiag.exchanges.table import AT_ONCE_NS
from netdiag.timeouts import SHORTEST_IDLE_NS, Reason

LONGEST_FAREWELL = 64
"""A close_notify takes 24 to 58 bytes with its record's header (RFC 8446, section 5.2; CBC and a
SHA-384 tag in TLS 1.2), and what other protocols say at their end is no longer."""

EARLY_ROWS = 256
"""A connection on which nothing was said has fewer segments than this, probes left out."""

VARIES_BYTES = 64
"""How much longer one request may begin than another: a longer path, another field."""


def lay_idle(scene: Scene, connection: int, exchange: int, close: int) -> bool:
    """Whether the connection was idle, and its business done, before the exchange's request."""
    request = int(scene.exchanges.request[exchange])
    if is_unused(scene, connection):
        lay = waited_unused(scene, connection) or _was_quiet(scene, exchange, close)
    else:
        asks_in_http = scene.mark(request) == Mark.HTTP_REQUEST
        lay = asks_in_http or (
            _was_quiet(scene, exchange, close) and _is_new(scene, connection, exchange)
        )
    if not lay:
        return False
    return _nothing_outstanding(scene, request, close) and _answered_before(scene, connection)


def is_unused(scene: Scene, connection: int) -> bool:
    """Whether nothing had been said on the connection, since its handshake, before the close."""
    endings = scene.endings
    seen = int(scene.connections.syn[connection]) >= 0
    silent = int(endings.before_close[connection]) < 0 and endings.last_word[connection] < 0
    return seen and bool(silent) and not _is_displaced(scene, connection)


def _is_displaced(scene: Scene, connection: int) -> bool:
    """Whether a part of what the client said first was captured behind what came after it.

    It then counts as old, and what it begins isn't known for what it is.
    """
    traffic, start = scene.traffic, int(scene.connections.start[connection])
    rows = np.arange(start, min(start + EARLY_ROWS, int(scene.connections.stop[connection])))
    rows = rows[traffic.from_client[rows] & (traffic.length[rows] > 1)]
    begin = traffic.position[rows]
    end = begin + traffic.length[rows]
    late = np.flatnonzero(traffic.new_bytes[rows] == 0).tolist()
    known = (((begin[:row] <= begin[row]) & (begin[row] < end[:row])).any() for row in late)
    return not all(known)


def waited_unused(scene: Scene, connection: int) -> bool:
    """Whether the server waited in vain for a first request, before it closed."""
    close = int(scene.endings.close[connection])
    if close < 0 or not is_unused(scene, connection):
        return False
    opened_ns = scene.time_ns(int(scene.connections.syn[connection]))
    return scene.time_ns(close) - opened_ns >= SHORTEST_IDLE_NS


def _was_quiet(scene: Scene, exchange: int, close: int) -> bool:
    """Whether a while passed since the last word, or, where none was captured, since the close."""
    idle_ns = int(scene.exchanges.idle_ns[exchange])
    if idle_ns >= 0:
        return idle_ns >= SHORTEST_IDLE_NS
    request = int(scene.exchanges.request[exchange])
    return scene.time_ns(request) - scene.time_ns(close) >= SHORTEST_IDLE_NS


def _is_new(scene: Scene, connection: int, exchange: int) -> bool:
    """Whether it is rather another request than the rest of one that was refused.

    A server that closes right after its response may have refused an upload whose pieces go on to
    come (413; RFC 9110, section 15.5.14). Where that can't be read, pieces are larger than what
    begins a request on this connection.
    """
    if scene.reason[connection] != Reason.AT_ONCE:
        return True
    begun = _asked_before(scene, connection, exchange)
    length = int(scene.traffic.length[scene.exchanges.request[exchange]])
    longest = int(begun.max(initial=scene.settled.longest[connection]))
    return length <= longest + VARIES_BYTES


def _asked_before(scene: Scene, connection: int, exchange: int) -> npt.NDArray[np.int64]:
    """Lengths of the first segments of a connection's requests before one; int64."""
    first = int(scene.endings.first_exchange[connection])
    lengths: npt.NDArray[np.int64] = scene.traffic.length[scene.exchanges.request[first:exchange]]
    return lengths


def _nothing_outstanding(scene: Scene, request: int, close: int) -> bool:
    """Whether the close acknowledges all that the client had sent before the request.

    It then acknowledges exactly up to the request's first byte: an exchange that the close
    acknowledges in part is not the one after it.
    """
    segments = scene.traffic.segments
    end, asked = scene.segment(close), scene.segment(request)
    if not scene.traffic.flags[close] & Flag.ACK:
        return True
    return distance(int(segments.acknowledgment[end]), int(segments.sequence[asked])) == 0


def _answered_before(scene: Scene, connection: int) -> bool:
    """Whether the server had answered before it closed, or the connection was unused.

    The client may have the last word (the body of a request that was refused by its head), if
    the server has answered at all and the close came after an idle time.
    """
    endings, exchanges = scene.endings, scene.exchanges
    before = int(endings.before_close[connection])
    if before < 0:
        began_before = int(scene.connections.syn[connection]) < 0
        return began_before or int(endings.last_word[connection]) < 0
    if exchanges.answered[before] or _answered_unseen(scene, connection, before):
        return True
    first = int(endings.first_exchange[connection])
    was_idle = int(endings.idle_ns[connection]) >= SHORTEST_IDLE_NS
    answered = endings.settled[connection] > 0 or exchanges.answered[first:before].any()
    return was_idle and bool(answered)


def _answered_unseen(scene: Scene, connection: int, exchange: int) -> bool:
    """Whether the server's FIN counts octets after a request that were not captured before it.

    They were sent before (RFC 9293, section 3.4), whether they are lost or captured out of order.
    """
    traffic, segments = scene.traffic, scene.traffic.segments
    close, request = int(scene.endings.close[connection]), int(scene.exchanges.request[exchange])
    if scene.endings.close_kind[connection] != CloseKind.FIN or close < request:
        return False
    expected = int(segments.acknowledgment[scene.segment(request)])
    between = slice(request, close)
    said = int(traffic.new_bytes[between][~traffic.from_client[between]].sum())
    return distance(expected, int(segments.sequence[scene.segment(close)])) > said


def spoke_unseen(scene: Scene, connection: int, request: int) -> bool:
    """Whether the server sent bytes after a request that the capture has lost.

    Its own numbers tell, and the client's acknowledgements: both count every byte (RFC 9293,
    section 3.4), captured or not.
    """
    traffic, segments = scene.traffic, scene.traffic.segments
    if not traffic.flags[request] & Flag.ACK:
        return False
    expected = int(segments.acknowledgment[scene.segment(request)])
    for row in range(request + 1, int(scene.connections.stop[connection])):
        at, flags = scene.segment(row), int(traffic.flags[row])
        if traffic.from_client[row]:
            number = int(segments.acknowledgment[at]) if flags & Flag.ACK else expected
            beyond = distance(expected, number) > 1  # a FIN counts for one
        elif flags & Flag.RST and not flags & Flag.ACK:
            continue  # takes its number from what it answers
        else:
            beyond = distance(expected, int(segments.sequence[at])) > int(traffic.length[row] == 0)
        if beyond:
            return True
    return False


def is_provoked(scene: Scene, connection: int, close: int) -> bool:
    """Whether the client had sent anything within a round trip before the close."""
    row = close - 1
    if row < int(scene.connections.start[connection]) or not scene.traffic.from_client[row]:
        return False
    return scene.time_ns(close) - scene.time_ns(row) <= scene.crossing_window_ns(connection)


def are_last_words(scene: Scene, connection: int, exchange: int, close: int, reset: int) -> bool:
    """Whether an exchange's request is a farewell, by its length and by what comes with it.

    The client's own close comes with it, or may do, as its FIN was not captured, nor anything else
    behind it; or the RST that it draws right after the server's close, which leaves the client
    nothing to close: so a TLS alert does whose bytes were not captured.

    Args:
        reset: row of the RST that the request drew, -1 without one.
    """
    request = int(scene.exchanges.request[exchange])
    after_ns = scene.time_ns(request) - scene.time_ns(close)
    in_reply = 0 <= after_ns <= AT_ONCE_NS  # said because of the close
    end = int(scene.endings.client_end[connection])
    by_reset = end < 0 and in_reply
    end = reset if by_reset else end
    untold = end < 0 and request == int(scene.connections.stop[connection]) - 1
    if not untold and not _comes_with(scene, request, end):
        return False
    earlier = _asked_before(scene, connection, exchange)
    if (by_reset or untold) and len(earlier) == 0:
        return False
    shortest = int(earlier.min(initial=scene.settled.shortest[connection]))
    length = int(scene.traffic.length[request])
    return length < shortest or (in_reply and not by_reset and length == shortest)


def _comes_with(scene: Scene, request: int, end: int) -> bool:
    """Whether the client's end was sent together with a request, or may have been, unseen."""
    if end < request:
        return False
    at_once = scene.time_ns(end) - scene.time_ns(request) <= AT_ONCE_NS
    return at_once or counts_fin(scene.traffic, request, end)


def may_be_last_words(scene: Scene, connection: int, exchange: int) -> bool:
    """Whether a request is as short as a farewell, and the capture doesn't show the client's end.

    A FIN that came with it may be missing from the capture.
    """
    earlier = _asked_before(scene, connection, exchange)
    if int(scene.endings.client_end[connection]) >= 0 or len(earlier) == 0:
        return False
    length = int(scene.traffic.length[scene.exchanges.request[exchange]])
    shortest = int(earlier.min(initial=scene.settled.shortest[connection]))
    return length < min(shortest, LONGEST_FAREWELL + 1)
