"""`Crowds`: what is told of all connections at once.

One refused SYN is a failure, a hundred to different ports are a scan; one connection in CLOSE_WAIT
is a client that has not looked yet, five for half a minute are a leak.
"""

from __future__ import annotations

import numpy as np
from msgspec import Struct

from netdiag.columns import Mask, Rows
from netdiag.connections import Connections
from netdiag.connections.sequence import covers
from netdiag.decode.segments import Flag
from netdiag.diagnosis.messages import find_timed_out
from netdiag.diagnosis.near_misses import find_near_misses
from netdiag.diagnosis.scene import Scene

LEAK_NS = 10_000_000_000
LEAK_CONNECTIONS = 3
"""So many connections of one client to one server in CLOSE_WAIT for that long are a habit."""

LONG_LEAK_NS = 60_000_000_000
"""After a minute one is enough. (Of idle closes in public captures, one in eleven left the client
in CLOSE_WAIT for more than a second, and it then closed quietly.)"""

SCANNED_ENDPOINTS = 10
"""A client that is refused by more endpoints than this is looking for one."""

OTHER_ADDRESS_NS = 2_000_000_000
"""A client that tries the addresses of a name in turn (RFC 8305) gets through this soon."""


class Crowds(Struct, frozen=True, eq=False):
    """One bool a connection each.

    Attributes:
        leaking: kept in CLOSE_WAIT, with others or for long.
        refused: its SYN drew a RST.
        tried_again: refused, and the same SYN had been before: some kernels send it three times.
        scanned: refused, and one of many; or the client got through on another address.
        timed_out: the server said 408 Request Timeout.
        near_misses: its client gave it up for a new one, as it does again and again.
    """

    leaking: Mask
    refused: Mask
    tried_again: Mask
    scanned: Mask
    timed_out: Mask
    near_misses: Mask


def find_crowds(scene: Scene) -> Crowds:
    """Look at all connections together."""
    refused = _refused(scene)
    return Crowds(
        leaking=_leaking(scene),
        refused=refused,
        tried_again=_tried_again(scene, refused),
        scanned=_scanned(scene, refused),
        timed_out=find_timed_out(scene),
        near_misses=find_near_misses(scene),
    )


def _refused(scene: Scene) -> Mask:
    """SYNs that a RST refuses: it carries ACK, of the SYN (RFC 9293, section 3.10.7.1)."""
    table, traffic = scene.connections, scene.traffic
    refused: Mask = (table.syn >= 0) & (table.syn_ack < 0) & (table.server_rst > table.syn)
    rows = np.flatnonzero(refused)
    syn, reset = traffic.row[table.syn[rows]], traffic.row[table.server_rst[rows]]
    segments = traffic.segments
    answers: Mask = segments.acknowledgment[reset] == segments.sequence[syn] + np.uint32(1)
    refused[rows] = answers & ((traffic.flags[table.server_rst[rows]] & Flag.ACK) != 0)
    return refused


def _tried_again(scene: Scene, refused: Mask) -> Mask:
    """Refused SYNs that are another one sent again: one connect() by the client's program.

    Windows sends a refused SYN twice more (TcpMaxConnectRetransmissions); it has the same port
    and initial sequence number.
    """
    table, traffic = scene.connections, scene.traffic
    rows = np.flatnonzero(refused)
    number = traffic.segments.sequence[traffic.row[table.syn[rows]]].astype(np.uint64)
    names = np.stack([table.client[rows], table.server[rows], number])
    again = np.zeros(len(table), bool)
    again[rows] = True
    again[rows[np.unique(names, axis=1, return_index=True)[1]]] = False
    return again


def _scanned(scene: Scene, refused: Mask) -> Mask:
    """Refusals that harmed nobody: of a scan, or of one address while another one worked."""
    table, endings = scene.connections, scene.endings
    scanned = np.zeros(len(table), bool)
    host = table.client_host
    time_ns = scene.traffic.time_ns[table.start]
    unused = (table.syn >= 0) & (endings.exchanges == 0)
    worked = np.flatnonzero((table.syn_ack >= 0) & (endings.exchanges > 0))
    worked = worked[np.argsort(time_ns[worked], kind="stable")]
    worked_ns = time_ns[worked]
    for client in set(host[refused].tolist()):
        mine = np.flatnonzero(refused & (host == client))
        if len(set(table.server[unused & (host == client)].tolist())) > SCANNED_ENDPOINTS:
            scanned[mine] = True
            continue
        for connection in mine.tolist():
            tried_ns = int(time_ns[connection])
            soon = slice(*np.searchsorted(worked_ns, [tried_ns, tried_ns + OTHER_ADDRESS_NS]))
            scanned[connection] = bool(_is_same_service(table, connection, worked[soon]).any())
    return scanned


def _is_same_service(table: Connections, connection: int, others: Rows) -> Mask:
    """Connections to the same port of another address, by the same client or the other family.

    Or the same SYN once more, from the same port.
    """
    server, client = table.server[connection], table.client[connection]
    same_port: Mask = (table.server[others] ^ server) & np.uint64(0xFFFF) == 0
    same_port &= table.server[others] != server
    same_client = (table.client[others] ^ client) >> np.uint64(16) == 0
    other_family = (table.server[others] ^ server) >> np.uint64(48) != 0
    same_port &= same_client | other_family
    once_more: Mask = (table.server[others] == server) & (table.client[others] == client)
    return same_port | once_more


def _leaking(scene: Scene) -> Mask:
    table, endings = scene.connections, scene.endings
    fin = table.server_fin
    waiting = (fin >= 0) & (endings.client_end < 0) & (endings.after_close < 0)
    waiting &= (table.server_rst < 0) & (endings.exchanges > 0)
    rows = np.flatnonzero(waiting)
    dwell = scene.end_ns - scene.traffic.time_ns[fin[rows]]
    rows, dwell = rows[dwell >= LEAK_NS], dwell[dwell >= LEAK_NS]
    told = np.array([_acknowledged(scene, row) for row in rows.tolist()], bool)
    rows, dwell = rows[told], dwell[told]
    pair = np.stack([table.client_host[rows], table.server[rows]], axis=1)
    leaking = np.zeros(len(table), bool)
    if len(rows):
        _, inverse, counts = np.unique(pair, axis=0, return_inverse=True, return_counts=True)
        many = counts[inverse.ravel()] >= LEAK_CONNECTIONS
        leaking[rows] = many | (dwell >= LONG_LEAK_NS)
    return leaking


def _acknowledged(scene: Scene, connection: int) -> bool:
    """Whether the client's kernel acknowledged the server's FIN."""
    fin = int(scene.connections.server_fin[connection])
    stop = int(scene.connections.stop[connection])
    segments, traffic = scene.traffic.segments, scene.traffic
    last = (int(segments.sequence[scene.segment(fin)]) + int(traffic.length[fin])) % (1 << 32)
    rows = np.arange(fin + 1, stop)
    rows = rows[traffic.from_client[rows] & ((traffic.flags[rows] & Flag.ACK) != 0)]
    return any(
        covers(int(number), last) for number in segments.acknowledgment[traffic.row[rows]][:64]
    )
