"""Says why each connection was closed, as far as a timeout's measure depends on it.

Only the close of an idle connection measures an idle timeout. A close that was announced, came
in the middle of an exchange, after a fixed number of requests or together with all the others
has another explanation, and measures nothing.
"""

from __future__ import annotations

from enum import IntEnum, unique

import numpy as np
import numpy.typing as npt

from netdiag.columns import Mask, Rows, distinct, one_of
from netdiag.connections import Connections, Traffic
from netdiag.connections.hops import is_same_host
from netdiag.connections.legs import is_news
from netdiag.decode.bygones import Bygones, How
from netdiag.decode.marks import Mark
from netdiag.decode.segments import Flag
from netdiag.exchanges import CloseKind, Endings, Exchanges, Farewell, Protocol, Speech
from netdiag.timeouts.age_limit import Closes, at_age_limit
from netdiag.timeouts.evicted import find_evicted
from netdiag.timeouts.request_limit import CLOSING_STATUSES, at_request_limit
from netdiag.timeouts.together import closed_together

SHORTEST_IDLE_NS = 250_000_000
"""A close sooner than this after a response belongs to the response, not to a timer."""


BEAT_NS = 1_000_000_000
"""Parts of one answer come sooner after each other than this; heartbeats are seconds apart."""

REQUEST_TIMEOUT = 408
"""Says why the server closes (RFC 9110, section 15.5.9)."""


_NO_BYGONES = Bygones.empty()


@unique
class Reason(IntEnum):
    """Why a server closed a connection."""

    NOT_CLOSED = 0
    """The server did not close it, or the client had done so before."""
    IDLE = 1
    """Nothing was outstanding and nothing else explains it: its idle timeout."""
    ANNOUNCED = 2
    """The last response had announced it."""
    REQUEST_LIMIT = 3
    """It came right after the N-th response, with the same N on several connections."""
    TOGETHER = 4
    """Every connection of the server ended within a moment: a restart."""
    UNANSWERED = 5
    """A request was outstanding."""
    AT_ONCE = 6
    """It came right after a response that did not announce it."""
    UNUSED = 7
    """The connection had never carried a request."""
    TUNNEL = 8
    """What went on in an upgraded connection or a tunnel is not known."""
    FOREIGN = 9
    """It was a RST whose time to live is not the server's: somebody else closed."""
    TRUNCATED = 10
    """A response was not complete: the pause before it was one in a stream, not an idle time."""
    AGE_LIMIT = 11
    """It came at the same age of several connections, however busy they were."""
    STALLED = 12
    """The client had stopped reading inside the last response (RFC 9293, section 3.8.6.1): the
    server's program may have been done with it long before its last byte could be sent."""
    DISMISSED = 13
    """The server said that it shuts down, or that an administrator wants the connection gone."""
    EVICTED = 14
    """It came before its time, as the server took another connection in."""
    BEATING = 15
    """The server had spoken unasked, as where both sides send heartbeats (AMQP): its own last word
    is not what it counts from."""


_OVERRULED_BY_WORDS = (Reason.AT_ONCE, Reason.FOREIGN, Reason.AGE_LIMIT)
"""What a close only looks like, where the server says that the connection was idle."""


def find_reasons(
    traffic: Traffic,
    connections: Connections,
    speech: Speech,
    exchanges: Exchanges,
    endings: Endings,
    bygones: Bygones = _NO_BYGONES,
) -> npt.NDArray[np.uint8]:
    """A `Reason` for every connection; uint8.

    Args:
        bygones: further connections, without rows, in order of their servers: they have a word in
            what is told of several.
    """
    reason = np.full(len(connections), Reason.IDLE, np.uint8)
    reason[endings.idle_ns < SHORTEST_IDLE_NS] = Reason.AT_ONCE
    before = endings.before_close
    open_request = (before >= 0) & ~exchanges.answered[before] if len(exchanges) else before >= 0
    unknown = (speech.protocol == Protocol.UNKNOWN) & (endings.close >= 0)
    reason[_spoke_unasked(traffic, speech, exchanges, endings, unknown)] = Reason.BEATING
    reason[_stalled(traffic, exchanges, endings)] = Reason.STALLED
    reason[endings.truncated] = Reason.TRUNCATED
    reason[endings.announced] = Reason.ANNOUNCED
    reason[open_request] = Reason.UNANSWERED
    reason[before < 0] = Reason.UNUSED
    news = is_news(connections, connections.server)
    told_by = np.where(news, np.arange(len(news)), connections.same_as)
    in_http = (speech.protocol == Protocol.HTTP1) & news
    status = _last_status(traffic, exchanges, endings)
    closed = by_server(endings)
    prompt = closed & _is_prompt(reason) & ~endings.asked_for & news
    counted = prompt & in_http & ~one_of(status, CLOSING_STATUSES) & (connections.syn >= 0)
    limited = at_request_limit(connections, endings, counted, bygones)[told_by]
    unread = prompt & (speech.protocol != Protocol.HTTP1)
    prompt &= ~_said_unasked(traffic, exchanges, endings, unread)
    used = closed & ~speech.tunnel & (before >= 0) & news & ~limited
    prompt &= ~np.isin(connections.server, distinct(bygones.server[bygones.are(How.UNASKED)]))
    tables = traffic, connections, speech, exchanges, endings
    aged = at_age_limit(*tables, Closes(used, prompt), bygones)
    aged = aged[told_by]
    reason[limited] = Reason.REQUEST_LIMIT
    reason[aged] = Reason.AGE_LIMIT
    reason[~closed] = Reason.NOT_CLOSED
    reason[speech.tunnel & closed] = Reason.TUNNEL
    reason[closed & _by_others(traffic, connections, endings)] = Reason.FOREIGN
    said = _farewells(traffic, endings)
    idle = closed & (said == Farewell.IDLE)
    alone = limited | aged | idle | (status == REQUEST_TIMEOUT)
    alone |= in_http & (endings.close_kind == CloseKind.GOODBYE)  # the same, with nothing asked
    together = closed_together(traffic, connections, exchanges, endings, closed & ~alone, bygones)
    together = together[told_by]
    reason[together] = Reason.TOGETHER
    reason[idle & np.isin(reason, _OVERRULED_BY_WORDS)] = Reason.IDLE
    reason[closed & (said == Farewell.DISMISSAL)] = Reason.DISMISSED
    timed = (reason == Reason.IDLE) & ~idle & news
    evicted = find_evicted(traffic, connections, endings, timed, bygones)
    reason[evicted[told_by]] = Reason.EVICTED
    return reason


def _farewells(traffic: Traffic, endings: Endings) -> npt.NDArray[np.uint8]:
    """What servers said of their closes before they closed: a `Farewell` each; uint8."""
    said = np.full(len(endings), Farewell.NONE, np.uint8)
    rows = np.flatnonzero(endings.close_kind == CloseKind.GOODBYE)
    close = endings.close[rows]
    worded = traffic.mark[close] == Mark.SERVER_FAREWELL
    said[rows[worded]] = traffic.segments.detail[traffic.row[close[worded]]]
    return said


def counted_once(connections: Connections, reason: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """The reasons with each close of one server counted once, however many legs show it."""
    return np.where(is_news(connections, connections.server), reason, np.uint8(Reason.NOT_CLOSED))


def by_server(endings: Endings) -> Mask:
    """Connections that the server ended before the client did; bool."""
    first: Mask = (endings.client_end < 0) | (endings.close < endings.client_end)
    return (endings.close >= 0) & first


def _is_prompt(reason: npt.NDArray[np.uint8]) -> Mask:
    """Closes that came right with a response; bool."""
    prompt: Mask = (reason == Reason.AT_ONCE) | (reason == Reason.ANNOUNCED)
    return prompt


def _last_answers(exchanges: Exchanges, endings: Endings, of: Mask) -> tuple[Rows, Rows, Rows]:
    """Those of the connections that were answered last before their close.

    Returns:
        Their rows of `Connections`, and the rows of `Traffic` in which the answers begin and end.
    """
    rows = np.flatnonzero(of & (endings.before_close >= 0))
    rows = rows[exchanges.response[endings.before_close[rows]] >= 0]
    last = endings.before_close[rows]
    return rows, exchanges.response[last], exchanges.response_end[last]


def _said_unasked(traffic: Traffic, exchanges: Exchanges, endings: Endings, of: Mask) -> Mask:
    """Those of the connections whose last answer, if it is one, goes on after a pause.

    What a server says unasked before it closes is rather its farewell, in a protocol that hides
    it or that netdiag doesn't know.
    """
    unasked = np.zeros(len(endings), bool)
    rows, begin, end = _last_answers(exchanges, endings, of)
    unasked[rows] = traffic.time_ns[end] - traffic.time_ns[begin] >= SHORTEST_IDLE_NS
    return unasked


def _spoke_unasked(
    traffic: Traffic, speech: Speech, exchanges: Exchanges, endings: Endings, of: Mask
) -> Mask:
    """Those of the connections whose server's last word came a second after its last but one."""
    unasked = np.zeros(len(endings), bool)
    rows, begin, end = _last_answers(exchanges, endings, of)
    if len(rows) == 0:
        return unasked
    spoken = speech.row[~traffic.from_client[speech.row]]
    previous = spoken[np.searchsorted(spoken, end) - 1]
    pause_ns = traffic.time_ns[end] - traffic.time_ns[previous]
    unasked[rows] = (previous >= begin) & (pause_ns >= BEAT_NS)
    return unasked


def _by_others(traffic: Traffic, connections: Connections, endings: Endings) -> Mask:
    """Closes by a RST that did not come from where the server's SYN/ACK came from.

    Nor, where the capture begins after that, its first segment.
    """
    by_others = np.zeros(len(connections), bool)
    reset = endings.close_kind == CloseKind.RST
    if not reset.any():
        return by_others
    said = ~traffic.from_client & ((traffic.flags & Flag.RST) == 0)
    first = np.where(connections.syn_ack >= 0, connections.syn_ack, traffic.groups.first(said))
    rows = np.flatnonzero(reset & (first >= 0))
    ttl = traffic.segments.ttl
    own, other = ttl[traffic.row[first[rows]]], ttl[traffic.row[endings.close[rows]]]
    by_others[rows] = ~is_same_host(other, own)
    return by_others


def _stalled(traffic: Traffic, exchanges: Exchanges, endings: Endings) -> Mask:
    """Connections whose client's window was closed at some time after the last request."""
    segments, stalled = traffic.segments, np.zeros(len(endings.close), bool)
    shut = segments.window == 0
    if not shut.any():
        return stalled
    is_plain = (traffic.flags & (Flag.RST | Flag.SYN)) == 0
    last = traffic.groups.last(traffic.from_client & is_plain & shut[traffic.row])
    rows = np.flatnonzero((last >= 0) & (endings.before_close >= 0) & (endings.close >= 0))
    asked = exchanges.request[endings.before_close[rows]]
    stalled[rows] = (asked <= last[rows]) & (last[rows] < endings.close[rows])
    return stalled


def _last_status(
    traffic: Traffic, exchanges: Exchanges, endings: Endings
) -> npt.NDArray[np.uint32]:
    """The status of the last HTTP/1 response before the close, 0 without one; uint32."""
    status = np.zeros(len(endings.close), np.uint32)
    rows, response, _ = _last_answers(exchanges, endings, endings.close >= 0)
    is_head = traffic.mark[response] == Mark.HTTP_RESPONSE
    rows, response = rows[is_head], response[is_head]
    status[rows] = traffic.segments.detail[traffic.row[response]]
    return status
