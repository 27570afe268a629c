"""`Behaviour`: what a server or a client of unknown product gives away by how it acts.

How it closes idle connections, how late its timer runs, whether it throws away what comes after
its close, how soon it reacts to the other side's close, how often it probes. Made from a scene's
tables; which product that fits is for `netdiag.diagnosis.products.hints` to say. Only idle closes
count: what a program does to a connection that broke is another matter.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from netdiag.columns import Mask, Rows, median, span
from netdiag.connections.sequence import distance
from netdiag.decode.marks import Mark
from netdiag.decode.segments import Flag
from netdiag.diagnosis.products.habits import Behaviour
from netdiag.diagnosis.scene import Scene
from netdiag.exchanges import CloseKind, Protocol
from netdiag.exchanges.role import Role
from netdiag.exchanges.tls_roles import ALERT_LENGTHS
from netdiag.timeouts import IdleTimeout, Reason

MOST = 64
"""So many connections of one endpoint are looked at; a habit shows in fewer."""

SAME_FLIGHT_NS = 50_000_000
"""A close_notify and the FIN that belongs to it are written together."""

EARLY_S = 0.6
"""A close sooner than this before the timeout was not its timer's; lighttpd's, which counts in
whole seconds, is up to 0.4 s early."""

PROBE_GAP_NS = 500_000_000
"""Shorter pauses before what looks like a keep-alive probe are retransmissions."""

_CONTROL = Flag.SYN | Flag.FIN | Flag.RST


def server_behaviour(scene: Scene, rows: Rows, declared_s: float | None) -> Behaviour:
    """How a server acts on these connections, rows of `Connections`.

    Args:
        scene: the tables.
        rows: int64, the connections of one server endpoint.
        declared_s: what it said in ``Keep-Alive: timeout=``, if it did.

    HTTP/2 without TLS is left out: products that speak it close it in ways of its own.
    """
    idle = rows[scene.reason[rows] == Reason.IDLE]
    idle = _first(scene, idle[scene.speech.protocol[idle] != Protocol.HTTP2])
    encrypted = scene.speech.protocol[idle] == Protocol.TLS
    plain = idle[~encrypted & (scene.speech.protocol[idle] != Protocol.UNKNOWN)]
    closes, lengths = _tls_closes(scene, idle[encrypted])
    gaps = np.sort(scene.endings.idle_ns[idle]) / 1e9
    server = scene.connections.server[rows[0]]
    timeout = scene.timeouts.servers.get(int(server))
    setting = _setting_s(timeout)
    if setting is not None:
        gaps = gaps[gaps >= setting - EARLY_S]
    return Behaviour(
        closes=frozenset(_plain_closes(scene, plain)),
        tls_closes=frozenset(closes),
        close_notify_bytes=frozenset(lengths),
        gaps_s=tuple(gaps.tolist()),
        setting_s=setting,
        declared_s=declared_s,
        late_requests=frozenset(_late_requests(scene, idle)),
        probe_s=_probe_pause_s(scene, _lasting(scene, rows), from_client=False),
        round_trip_s=_round_trip_s(scene, rows, scene.bygones.server == server),
    )


def client_behaviour(scene: Scene, rows: Rows) -> Behaviour:
    """How a client acts on these connections: at least one row of `Connections`."""
    idle = _first(scene, rows[scene.reason[rows] == Reason.IDLE])
    host = scene.connections.client_host[rows[0]]
    timeout = scene.timeouts.clients.get(int(host))
    return Behaviour(
        setting_s=_setting_s(timeout),
        reactions_s=_reactions_s(scene, idle),
        probe_s=_probe_pause_s(scene, _lasting(scene, rows), from_client=True),
        round_trip_s=_round_trip_s(scene, rows, scene.bygones.client_host == host),
    )


def _setting_s(timeout: IdleTimeout | None) -> float | None:
    return timeout.likely_setting_s if timeout is not None and timeout.consistent else None


def _plain_closes(scene: Scene, rows: Rows) -> Iterable[str]:
    kind = scene.endings.close_kind[rows]
    if (kind == CloseKind.FIN).any():
        yield "FIN"
    reset = scene.endings.close[rows[kind == CloseKind.RST]]
    if (scene.traffic.flags[reset] & Flag.ACK).any():
        yield "RST,ACK"


def _tls_closes(scene: Scene, rows: Rows) -> tuple[set[str], set[int]]:
    """Styles of the closes, and the lengths of the TLS 1.3 records that say close_notify."""
    closes: set[str] = set()
    lengths: set[int] = set()
    for connection in rows.tolist():
        close = int(scene.endings.close[connection])
        fin = int(scene.connections.server_fin[connection])
        kind = scene.endings.close_kind[connection]
        if kind == CloseKind.RST:
            closes.add("RST,ACK")
            continue
        last = _last_goodbye(scene, connection)
        if last >= 0:
            lengths |= _alert_length(scene, last)
            closes |= _with_fin(scene, connection, last, fin)
        elif kind == CloseKind.FIN and scene.traffic.length[close] == 0:
            closes.add("FIN")
    return closes, lengths


def _with_fin(scene: Scene, connection: int, goodbye: int, fin: int) -> set[str]:
    """Whether the FIN came with the close_notify, or waits for the client's."""
    time_ns = scene.traffic.time_ns
    end = int(scene.endings.client_end[connection])
    if fin >= 0 and time_ns[fin] - time_ns[goodbye] <= SAME_FLIGHT_NS:
        return {"close_notify, FIN"} if end < 0 or end > fin else set()
    if end >= 0 and time_ns[end] - time_ns[goodbye] <= SAME_FLIGHT_NS:
        return set()  # the client was too quick to tell
    watched_until = fin if fin >= 0 else int(scene.connections.stop[connection]) - 1
    waited = time_ns[watched_until] - time_ns[goodbye] > SAME_FLIGHT_NS
    return {"close_notify"} if waited else set()


def _last_goodbye(scene: Scene, connection: int) -> int:
    """Row of the server's last farewell on a connection, or -1."""
    speech = scene.speech
    mine = span(speech.connection, connection)
    said = speech.row[mine][speech.role[mine] == Role.GOODBYE]
    return int(said[-1]) if len(said) else -1


def _alert_length(scene: Scene, row: int) -> set[int]:
    segment = scene.segment(row)
    if scene.mark(row) != Mark.TLS_DATA:
        return set()  # an alert in clear: TLS 1.2
    tail = int(scene.traffic.segments.tail[segment]) & 0xFFFF
    return {tail} & set(ALERT_LENGTHS)


def _late_requests(scene: Scene, rows: Rows) -> Iterable[str]:
    """What the first answer to a request after the server's FIN is: an RST, or an ACK of it."""
    traffic, endings = scene.traffic, scene.endings
    late = rows[(endings.after_close[rows] >= 0) & (endings.close_kind[rows] == CloseKind.FIN)]
    for connection in late.tolist():
        request = int(scene.exchanges.request_end[endings.after_close[connection]])
        after = slice(request + 1, int(scene.connections.stop[connection]))
        answers = after.start + np.flatnonzero(~traffic.from_client[after])
        if len(answers) == 0:
            continue
        first = int(answers[0])
        if traffic.flags[first] & Flag.RST:
            yield "reset"
        elif _acknowledges(scene, first, request):
            yield "acknowledge"


def _acknowledges(scene: Scene, row: int, request: int) -> bool:
    """Whether a segment covers the whole of a request."""
    segments, length = scene.traffic.segments, int(scene.traffic.length[request])
    end = (int(segments.sequence[scene.segment(request)]) + length) % (1 << 32)
    return distance(end, int(segments.acknowledgment[scene.segment(row)])) >= 0


def _reactions_s(scene: Scene, rows: Rows) -> tuple[float, ...]:
    """How long after the server's FIN the client ended its side, or had not when it used it."""
    endings, time_ns = scene.endings, scene.traffic.time_ns
    found = []
    for connection in rows[endings.close_kind[rows] == CloseKind.FIN].tolist():
        close, end = int(endings.close[connection]), int(endings.client_end[connection])
        reuse = int(endings.after_close[connection])
        if reuse >= 0:
            waited = int(time_ns[scene.exchanges.request[reuse]] - time_ns[close])
            if waited > scene.crossing_window_ns(connection):
                found.append(waited)
        elif end > close:
            found.append(int(time_ns[end] - time_ns[close]))
        elif end < 0:
            found.append(scene.end_ns - int(time_ns[close]))
    return tuple(value / 1e9 for value in sorted(found))


def _lasting(scene: Scene, rows: Rows) -> Rows:
    """The first of the connections that lived long enough to be probed."""
    table, time_ns = scene.connections, scene.traffic.time_ns
    lasted_ns = time_ns[table.stop[rows] - 1] - time_ns[table.start[rows]]
    return _first(scene, rows[lasted_ns >= PROBE_GAP_NS])


def _first(scene: Scene, rows: Rows) -> Rows:
    """The first of some connections, as many as are looked at."""
    return rows[np.argsort(scene.connections.number[rows], kind="stable")[:MOST]]


def _probe_pause_s(scene: Scene, rows: Rows, *, from_client: bool) -> float | None:
    """The pause before one side's TCP keep-alive probes (RFC 9293, section 3.8.4), or None."""
    traffic = scene.traffic
    pauses: list[float] = []
    for connection in rows[_may_probe(scene, rows, from_client=from_client)].tolist():
        part = slice(
            int(scene.connections.start[connection]), int(scene.connections.stop[connection])
        )
        mine = part.start + np.flatnonzero(traffic.from_client[part] == from_client)
        if len(mine) < 2:
            continue
        probes = mine[1:][_is_probe(scene, mine)[1:]]
        if len(probes) == 0:
            continue
        waited = traffic.time_ns[probes] - traffic.time_ns[probes - 1]
        pauses += (waited[waited >= PROBE_GAP_NS] / 1e9).tolist()
    return median(np.array(pauses)) if len(pauses) >= 2 else None


def _may_probe(scene: Scene, rows: Rows, *, from_client: bool) -> Mask:
    """Which connections have a plain segment of that side, a byte at most, after a pause; bool."""
    table, traffic = scene.connections, scene.traffic
    counts = table.stop[rows] - table.start[rows]
    number = np.repeat(np.arange(len(rows)), counts)
    every = np.arange(len(number)) + (table.start[rows] - np.cumsum(counts) + counts)[number]
    small = (traffic.length[every] <= 1) & (traffic.from_client[every] == from_client)
    small &= (traffic.flags[every] & _CONTROL) == 0
    number, every = number[small], every[small]
    waited = traffic.time_ns[every] - traffic.time_ns[np.maximum(every - 1, 0)]
    may = np.zeros(len(rows), bool)
    may[number[waited >= PROBE_GAP_NS]] = True
    return may


def _is_probe(scene: Scene, rows: Rows) -> Mask:
    """Which of one side's segments of a connection lie one byte below what it sent before."""
    traffic = scene.traffic
    length = traffic.length[rows]
    plain = (traffic.flags[rows] & _CONTROL) == 0
    end = np.maximum.accumulate(np.where(plain, traffic.position[rows] + length, 0))
    before = np.append(0, end[:-1])
    probe: Mask = plain & (length <= 1) & (traffic.position[rows] == before - 1)
    return probe


def _round_trip_s(scene: Scene, rows: Rows, bygones: Mask) -> float:
    trips = scene.connections.round_trip_ns[rows]
    trips = np.concatenate([trips[trips >= 0], scene.bygones.round_trip_ns[bygones]])
    return median(trips) / 1e9 if len(trips) else 0.0
