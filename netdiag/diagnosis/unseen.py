"""`lacks_octets`: whether the capture lacks a part of what was said in a story.

Both ends number every octet, and acknowledge what has arrived (RFC 9293, section 3.4): a gap in the
numbers, or an acknowledgement beyond them, is of segments that were on the wire and are not in the
capture. What follows from that is left to `diagnose`, and to the report, which says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from netdiag.columns import Rows
from netdiag.connections import Traffic
from netdiag.connections.sequence import distances
from netdiag.decode.segments import Flag

if TYPE_CHECKING:
    from netdiag.diagnosis.story import Story


SHORTLY_BEFORE = 64
"""So many rows before a story may hold what its first row crossed, and so doesn't acknowledge."""

FEW = 2
"""Of a connection with no more exchanges, no row is ever set aside."""


def lacks_octets(story: Story) -> bool:
    """Whether one is missing that either end sent in the time that the story tells of.

    It begins with the exchange before the last request, or with the connection, and ends with the
    RST that the request drew, or with the connection. Of all but HTTP/1 in clear it is the opening
    that tells what the rest may mean (HTTP/2 or not, how long an alert is): that belongs to the
    story, too.
    """
    scene, connection, reset = story.scene, story.connection, story.reset
    endings, asked = scene.endings, scene.exchanges.request
    start, opening = int(scene.connections.start[connection]), endings.first_exchange[connection]
    stop = int(scene.connections.stop[connection]) if reset is None else reset.row + 1
    before, few = story.exchange_before, endings.exchanges[connection] <= FEW
    if before <= opening or (few and not story.is_http):
        return _lacks(story, start, stop)
    if not story.is_http and _lacks(story, start, int(asked[opening]) + 1):
        return True
    return _lacks(story, int(asked[before]), stop)


def _lacks(story: Story, first: int, stop: int) -> bool:
    """Whether an octet is missing that was sent from one row on, before another one."""
    scene, connection, reset = story.scene, story.connection, story.reset
    rows = np.arange(first, stop)
    known = (scene.traffic.flags[rows] & Flag.RST) == 0
    known[-1:] |= reset is not None and stop == reset.row + 1 and reset.origin != "middlebox"
    earlier = np.arange(max(first - SHORTLY_BEFORE, scene.connections.start[connection]), first)
    earlier = earlier[(scene.traffic.flags[earlier] & Flag.RST) == 0]
    return any(_has_gap(scene.traffic, earlier, rows[known], side) for side in (True, False))


def _has_gap(traffic: Traffic, earlier: Rows, rows: Rows, from_client: bool) -> bool:
    """Whether one side's octets have a gap, from what the first row sends or acknowledges on.

    The rows before may reach beyond that: where both sides speak at once, as in HTTP/2, a request
    crosses octets that it doesn't acknowledge.

    A RST carries none. Its number is the next one of its side, or, without an ACK, what the other
    side had acknowledged (RFC 9293, section 3.10.7.1): all before it had been sent.
    """
    segments, flags = traffic.segments, traffic.flags[rows]
    mine = traffic.from_client[rows] == from_client
    told = np.where(mine, flags & Flag.RST, flags & Flag.ACK) != 0
    tells = mine | told
    if not tells.any():
        return False
    at = traffic.row[rows]
    number = np.where(mine, segments.sequence[at], segments.acknowledgment[at])
    first = number[tells][:1]
    place = distances(first, number)
    carries = mine & ~told
    begin, end = place[carries], place[carries] + _octets(traffic, rows[carries])
    earlier = earlier[traffic.from_client[earlier] == from_client]
    before = distances(first, segments.sequence[traffic.row[earlier]]) + _octets(traffic, earlier)
    order = np.argsort(begin, kind="stable")
    floor = before.max(initial=place[0] if tells[0] else place[tells].min())
    reached = np.maximum.accumulate(np.append(floor, end[order]))
    skips: bool = (begin[order] > reached[:-1]).any()
    return skips or int(place[told].max(initial=floor)) > int(reached[-1])


def _octets(traffic: Traffic, rows: Rows) -> Rows:
    """How many sequence numbers each segment takes; int64."""
    flags = traffic.flags[rows]
    octets: Rows = traffic.length[rows] + ((flags & Flag.SYN) != 0) + ((flags & Flag.FIN) != 0)
    return octets
