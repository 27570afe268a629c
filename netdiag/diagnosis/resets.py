"""`Reset`: an RST from the server's side, and who made it.

Three shapes tell (RFC 9293, section 3.10.7; seen so on Linux):

* no socket any more: no ACK, the sequence number is the acknowledgement number it answers;
* the application: RST with ACK at the next sequence number (close with unread data, SO_LINGER 0);
* a middlebox: its time to live is not the server's. A window of 0, no options and an IP
  identification of 0 prove nothing: every Linux RST without a socket has them.
"""

from __future__ import annotations

import numpy as np
from msgspec import Struct

from netdiag.connections.hops import is_same_host
from netdiag.decode.segments import Flag
from netdiag.diagnosis.scene import Scene

BEHIND_NS = 10_000_000
"""A program that shuts down and closes in one go needs less time than this (HAProxy 60 µs)."""


class Reset(Struct, frozen=True):
    """An RST that answered a request.

    Attributes:
        row: row of `Traffic`.
        origin: ``no-socket``, ``application``, ``middlebox`` or ``unknown``.
        server_ttl: usual time to live of the server's segments, None if it was never seen.
        ttl: time to live of the RST.
    """

    row: int
    origin: str
    server_ttl: int | None
    ttl: int


def find_reset(scene: Scene, connection: int, request: int) -> Reset | None:
    """The first RST of the server's side after a request, or None."""
    traffic, row = scene.traffic, int(scene.connections.server_rst[connection])
    if row < 0:
        return None
    if row <= request:
        after = slice(request + 1, int(scene.connections.stop[connection]))
        resets = ~traffic.from_client[after] & ((traffic.flags[after] & Flag.RST) != 0)
        if not resets.any():
            return None
        row = request + 1 + int(resets.argmax())
    ttl = int(traffic.segments.ttl[scene.segment(row)])
    usual = _usual_ttls(scene, connection, row)
    known = max(usual) if usual else None
    if not _is_from_same_host(ttl, usual):
        return Reset(row, "middlebox", known, ttl)
    if traffic.flags[row] & Flag.ACK:
        return Reset(row, "application", known, ttl)
    asked, answer = scene.segment(request), scene.segment(row)
    same = traffic.segments.sequence[answer] == traffic.segments.acknowledgment[asked]
    return Reset(row, "no-socket" if same else "unknown", known, ttl)


def is_reset_at_once(scene: Scene, connection: int, close: int) -> bool:
    """Whether the server's program sent a RST right behind its close, unprovoked.

    HAProxy's `option nolinger` does. What the client sends next then fails in its own kernel, as
    after a RST alone.
    """
    reset = int(scene.connections.server_rst[connection])
    if reset <= close or scene.time_ns(reset) - scene.time_ns(close) > BEHIND_NS:
        return False
    traffic, rows = scene.traffic, slice(close + 1, reset)
    does = (traffic.length[rows] > 0) | ((traffic.flags[rows] & (Flag.FIN | Flag.RST)) != 0)
    provoked = (traffic.from_client[rows] & does).any()
    return bool(traffic.flags[reset] & Flag.ACK) and not bool(provoked)


def find_forged(scene: Scene, connection: int) -> Reset | None:
    """The first RST of either side that did not come from that side's host, or None."""
    table = scene.connections
    fins = [int(table.client_fin[connection]), int(table.server_fin[connection])]
    for row in (int(table.server_rst[connection]), int(table.client_rst[connection])):
        if row < 0 or any(0 <= fin < row for fin in fins):
            continue  # what comes after a FIN ends nothing
        ttl = int(scene.traffic.segments.ttl[scene.segment(row)])
        usual = _usual_ttls(scene, connection, row)
        if not _is_from_same_host(ttl, usual):
            return Reset(row, "middlebox", max(usual), ttl)
    return None


def _is_from_same_host(ttl: int, usual: set[int]) -> bool:
    """Whether a time to live fits one that the host's other segments had."""
    if not usual:
        return True
    if ttl in usual:
        return True
    others = np.array(sorted(usual), np.uint8)
    return bool(is_same_host(np.full(len(others), ttl, np.uint8), others).any())


def _usual_ttls(scene: Scene, connection: int, reset: int) -> set[int]:
    """Times to live of the segments of the same side, RSTs left out, seen at the same place.

    That is the same capture, or, if it has none of them (rotated files), those in which the other
    side's segments have the times to live that they have there.
    """
    start, stop = int(scene.connections.start[connection]), int(scene.connections.stop[connection])
    traffic, segments, rows = scene.traffic, scene.traffic.segments, slice(start, stop)
    own = traffic.from_client[rows] == traffic.from_client[reset]
    known = (traffic.flags[rows] & Flag.RST) == 0
    capture, ttl = (column[traffic.row[rows]] for column in (segments.capture, segments.ttl))
    here = capture == segments.capture[scene.segment(reset)]
    if not (own & known & here).any():
        others = ~own & known
        alike = others & np.isin(ttl, ttl[others & here])
        here = np.isin(capture, capture[alike])
    return set(ttl[own & known & here].tolist())
