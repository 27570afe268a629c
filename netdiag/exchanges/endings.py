"""Finds the `Endings` of connections: who ended them, after what, and what came afterwards."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from netdiag.columns import Mask, Rows, among, last_of
from netdiag.connections import Connections, Traffic
from netdiag.connections.sequence import distances
from netdiag.decode.marks import Mark
from netdiag.decode.samples import Samples
from netdiag.decode.segments import Flag
from netdiag.exchanges.client_ends import find_client_ends
from netdiag.exchanges.framings import Heads
from netdiag.exchanges.late_resets import are_no_close
from netdiag.exchanges.role import Protocol, Role
from netdiag.exchanges.roles import Speech
from netdiag.exchanges.settled import Settled
from netdiag.exchanges.table import AT_ONCE_NS, CloseKind, Endings, Exchanges
from netdiag.exchanges.truncation import find_truncated, may_have_body
from netdiag.exchanges.tunnels import open_tunnels


def find_endings(
    traffic: Traffic,
    connections: Connections,
    speech: Speech,
    exchanges: Exchanges,
    samples: Samples,
    settled: Settled | None = None,
) -> Endings:
    """How each connection ended, by whom first, and what was said before and after."""
    count = len(connections)
    settled = Settled.nothing(count) if settled is None else settled
    close, kind = _closes(traffic, connections, speech)
    limit = np.where(close >= 0, close, connections.stop)
    limit[_answers_too(speech, close)] += 1
    unheard = (exchanges.request >= limit[exchanges.connection]) | _uncovered(
        traffic, exchanges, close
    )
    numbers = np.arange(len(exchanges))
    later = numbers[unheard][::-1]
    after_close = last_of(count, exchanges.connection[later], later)
    has_later = after_close >= 0
    limit[has_later] = np.minimum(limit[has_later], exchanges.request[after_close[has_later]])

    words = np.flatnonzero((speech.role == Role.REQUEST) | (speech.role == Role.RESPONSE))
    words = words[speech.row[words] < limit[speech.connection[words]]]
    last_word = last_of(count, speech.connection[words], speech.row[words])
    idle = np.full(count, -1, np.int64)
    both = (close >= 0) & (last_word >= 0)
    idle[both] = np.maximum(traffic.time_ns[close[both]] - traffic.time_ns[last_word[both]], 0)
    heads = Heads(samples)
    announced = _announced(traffic, limit, close >= 0, heads)
    announced &= speech.protocol != Protocol.TLS  # a proxy's answer to CONNECT may be HTTP/1.0
    client_end = find_client_ends(traffic, connections, speech, close)
    by_server = (close >= 0) & ((client_end < 0) | (close < client_end))
    return Endings(
        close=close,
        close_kind=kind,
        client_end=client_end,
        first_exchange=last_of(count, exchanges.connection[::-1], numbers[::-1]),
        exchanges=np.bincount(exchanges.connection, minlength=count) + settled.count,
        settled=settled.count,
        settled_idle_ns=settled.longest_idle_ns,
        settled_word_ns=settled.last_word_ns,
        before_close=last_of(count, exchanges.connection[~unheard], numbers[~unheard]),
        after_close=after_close,
        last_word=last_word,
        idle_ns=idle,
        announced=announced,
        asked_for=_asked_for(traffic, limit, heads, announced),
        truncated=find_truncated(traffic, connections, by_server, heads),
    )


def _answers_too(speech: Speech, close: Rows) -> Mask:
    """Closes whose segment is part of an answer: its octets come before its FIN; bool.

    RFC 9293, section 3.4: the FIN is numbered behind the octets of its segment.
    """
    return among(close, speech.row[speech.role == Role.RESPONSE])


def go_with(traffic: Traffic, fin: Rows, close: Rows) -> Mask:
    """Which FINs of servers went with their closes, if these are close_notifys before them; bool.

    Args:
        fin: int64, rows of `Traffic`.
        close: int64, the same: see `Endings.close`.
    """
    together: Mask = traffic.time_ns[fin] - traffic.time_ns[close] <= AT_ONCE_NS
    return together


def _closes(
    traffic: Traffic, connections: Connections, speech: Speech
) -> tuple[Rows, npt.NDArray[np.uint8]]:
    """Row and kind of the server's first FIN, RST or last word."""
    count = len(connections)
    answers = np.flatnonzero(speech.role == Role.RESPONSE)
    last_answer = last_of(count, speech.connection[answers], speech.row[answers])
    goodbyes = np.flatnonzero(speech.role == Role.GOODBYE)
    final = speech.row[goodbyes] > last_answer[speech.connection[goodbyes]]
    goodbyes = goodbyes[final][::-1]
    farewell = last_of(count, speech.connection[goodbyes], speech.row[goodbyes])
    close, kind = connections.server_fin.copy(), np.full(count, CloseKind.NONE, np.uint8)
    kind[close >= 0] = CloseKind.FIN
    reset = np.where(are_no_close(traffic, connections, speech), -1, connections.server_rst)
    by_reset = (reset >= 0) & ((close < 0) | (reset < close))
    close[by_reset], kind[by_reset] = reset[by_reset], CloseKind.RST
    by_word = (farewell >= 0) & ((close < 0) | (farewell <= close))
    close[by_word] = farewell[by_word]
    encrypted = speech.protocol == Protocol.TLS
    kind[by_word] = np.where(encrypted[by_word], CloseKind.CLOSE_NOTIFY, CloseKind.GOODBYE)
    return close, kind


def _uncovered(traffic: Traffic, exchanges: Exchanges, close: Rows) -> Mask:
    """Exchanges that the server's close does not acknowledge: it had not seen the request."""
    closed = close[exchanges.connection]
    rows = np.flatnonzero(closed >= 0)
    acknowledges = (traffic.flags[closed[rows]] & Flag.ACK) != 0
    rows = rows[acknowledges]
    segments = traffic.segments
    acknowledged = segments.acknowledgment[traffic.row[closed[rows]]]
    asked = segments.sequence[traffic.row[exchanges.request[rows]]]
    beyond = distances(asked, acknowledged)
    uncovered = np.zeros(len(exchanges), bool)
    # An answered request was seen, whatever an odd acknowledgement number says.
    uncovered[rows] = (beyond <= 0) & (beyond > -(1 << 30)) & (exchanges.response[rows] < 0)
    return uncovered


def _announced(traffic: Traffic, limit: Rows, closed: Mask, heads: Heads) -> Mask:
    """Closed connections whose last response head before `limit` announces that; bool.

    Where it doesn't say how long its body is, the close is what ends that (RFC 9112, section 6.3).
    """
    last_head = _last_head(traffic, limit, Mark.HTTP_RESPONSE)
    announced = np.zeros(len(limit), bool)
    ended = np.flatnonzero((last_head >= 0) & closed)
    asked = _last_head(traffic, last_head, Mark.HTTP_REQUEST)
    ended = ended[~open_tunnels(traffic, asked[ended], last_head[ended])]
    request, detail = asked[ended], traffic.segments.detail
    response = traffic.row[last_head[ended]]
    says = heads.read(traffic.segments.sample[response])
    bodied = may_have_body(detail[response], detail[traffic.row[request]]) & (request >= 0)
    announced[ended] = says.closes | (bodied & says.is_unframed)
    return announced


def _asked_for(traffic: Traffic, limit: Rows, heads: Heads, announced: Mask) -> Mask:
    """Connections whose last request before an announced close had asked for it."""
    asked = np.zeros(len(limit), bool)
    if not announced.any():
        return asked
    last_head = _last_head(traffic, limit, Mark.HTTP_REQUEST)
    rows = np.flatnonzero((last_head >= 0) & announced)
    asked[rows] = heads.read(traffic.segments.sample[traffic.row[last_head[rows]]]).closes
    return asked


def _last_head(traffic: Traffic, limit: Rows, mark: Mark) -> Rows:
    """The last row before `limit` with that mark, interim responses left out; -1 without."""
    heads = np.flatnonzero(traffic.mark == mark)
    if mark is Mark.HTTP_RESPONSE:
        heads = heads[traffic.segments.detail[traffic.row[heads]] >= 200]
    group = traffic.groups.of_row[heads]
    before = heads < limit[group]
    return last_of(len(limit), group[before], heads[before])
