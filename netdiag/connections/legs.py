"""Finds connections that were captured on both sides of an address translation: legs of one.

A translator (RFC 3022, section 4.1) rewrites addresses and ports and leaves the rest of a TCP
header alone, so both legs of a connection have the same sequence numbers. Those of both directions
together are 64 bits that two kernels chose at random (RFC 6528): two legs share them, two
connections don't. Where numbers are not random (captures made by a program) nothing is joined. A
proxy, or a firewall that makes sequence numbers of its own, has two connections for this module.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from netdiag.columns import Mask, Rows, among, distinct, repeated
from netdiag.connections.table import Connections, Fields, Traffic
from netdiag.decode.segments import Flag, Segments

MOST_LEGS = 4
"""A pod, its service, its node and a gateway. The same numbers more often are no translation."""

LEAST_NUMBER = 1 << 16
"""A lower sequence number was chosen by a person; a kernel comes by one once in 65,536 times."""

LEAST_IP_ID = 2
"""The IP IDs 0 and 1 are constants of kernels and of programs that make packets."""

FORWARDING_NS = 200_000_000
"""A translator takes microseconds, in user space milliseconds, from one side to the other."""

APART_NS = 2_000_000_000
"""Two hosts' clocks drift apart by no more than this while a capture is taken."""


class Pairs(Struct, frozen=True, eq=False):
    """Rows of `Traffic` with the same numbers on two connections, the one captured first first."""

    one: Rows
    other: Rows

    def where(self, chosen: Mask) -> Pairs:
        """Only the chosen ones."""
        return Pairs(self.one[chosen], self.other[chosen])


def find_legs(traffic: Traffic, connections: Connections) -> Rows:
    """For each connection the row of its leg nearest to the client: its own without others.

    The nearest is the one that a packet of the client passed first; between captures, whose
    clocks may differ, the one where the client's packets have the highest time to live.
    """
    pairs = (
        _by_handshake(traffic, connections),
        _by_refusal(traffic, connections),
        _by_data(traffic, connections),
    )
    one = traffic.groups.of_row[np.concatenate([part.one for part in pairs])]
    other = traffic.groups.of_row[np.concatenate([part.other for part in pairs])]
    same_as = np.arange(len(connections))
    if len(one) == 0:
        return same_as
    label = same_as.copy()
    for _ in range(MOST_LEGS):
        least = np.minimum(label[one], label[other])
        np.minimum.at(label, one, least)
        np.minimum.at(label, other, least)
    rows = distinct(np.concatenate([one, other]))
    same_as[rows] = _nearest(traffic, connections, rows, label[rows])
    return same_as


def is_news(connections: Connections, endpoint: npt.NDArray[np.uint64]) -> Mask:
    """Connections that tell of their endpoint what no leg nearer to the client tells of it.

    Args:
        endpoint: uint64 a connection, such as `connections.server`.
    """
    same_as = connections.same_as
    news: Mask = (same_as == np.arange(len(same_as))) | (endpoint != endpoint[same_as])
    return news


def _nearest(traffic: Traffic, connections: Connections, rows: Rows, label: Rows) -> Rows:
    """For each of the rows the leg nearest to the client among those with its label."""
    first = traffic.groups.first(traffic.from_client)[rows]
    first = np.where(first >= 0, first, connections.start[rows])
    capture = connections.capture[rows].astype(np.int64)
    order = np.lexsort((capture, label))
    _, index, inverse = np.unique(label[order], return_index=True, return_inverse=True)
    lowest, highest = (part.reduceat(capture[order], index) for part in (np.minimum, np.maximum))
    several = np.empty(len(rows), bool)
    several[order] = (lowest != highest)[inverse]
    hops = 255 - traffic.segments.ttl[traffic.row[first]].astype(np.int64)
    order = np.lexsort((traffic.row[first], np.where(several, hops, 0), label))
    labels, index = np.unique(label[order], return_index=True)
    nearest: Rows = rows[order[index]][np.searchsorted(labels, label)]
    return nearest


def _by_handshake(traffic: Traffic, connections: Connections) -> Pairs:
    """SYN/ACKs with the same two initial sequence numbers."""
    pairs = _same_numbers(traffic, connections, connections.syn_ack[connections.syn_ack >= 0])
    if len(pairs.one) == 0:
        return pairs
    return pairs.where(_is_nested(traffic, connections, pairs) | _is_forwarded(traffic, pairs))


def _by_refusal(traffic: Traffic, connections: Connections) -> Pairs:
    """SYNs that were refused on both legs, one inside the other.

    Scanners send many SYNs with one number, so the IP IDs must be the same as well.
    """
    pairs = _same_numbers(traffic, connections, connections.syn[connections.was_refused])
    if len(pairs.one) == 0:
        return pairs
    near, far = (
        traffic.row[connections.server_rst[traffic.groups.of_row[rows]]]
        for rows in (pairs.one, pairs.other)
    )
    nested = (traffic.row[pairs.other] < far) & (far < near)
    ip_id = traffic.segments.ip_id[traffic.row[pairs.one]]
    same = (ip_id == traffic.segments.ip_id[traffic.row[pairs.other]]) & (ip_id >= LEAST_IP_ID)
    return pairs.where(nested & same & _at_one_time(traffic, pairs))


def _by_data(traffic: Traffic, connections: Connections) -> Pairs:
    """The client's payload with the same two numbers, where a handshake was not captured."""
    midway = (connections.syn_ack < 0) & (connections.client_bytes > 0)
    if not midway.any():
        return Pairs(np.empty(0, np.int64), np.empty(0, np.int64))
    said = np.flatnonzero(traffic.from_client & (traffic.new_bytes > 0))
    is_midway = midway[traffic.groups.of_row[said]]
    rows = said
    if not is_midway.all():
        wanted = np.sort(numbers(traffic.segments, traffic.row[said[is_midway]]))
        others = said[~is_midway]
        known = among(numbers(traffic.segments, traffic.row[others]), wanted)
        rows = np.concatenate([said[is_midway], others[known]])
    pairs = _same_numbers(traffic, connections, rows)
    return pairs.where(_is_forwarded(traffic, pairs)) if len(pairs.one) else pairs


def numbers(segments: Segments | Fields, rows: Rows) -> npt.NDArray[np.uint64]:
    """Sequence and acknowledgement number of some rows as one; uint64."""
    sequence = segments.sequence[rows].astype(np.uint64)
    return sequence << np.uint64(32) | segments.acknowledgment[rows]


def _same_numbers(traffic: Traffic, connections: Connections, rows: Rows) -> Pairs:
    """Neighbours among the rows with the same numbers, of connections between other endpoints."""
    number = numbers(traffic.segments, traffic.row[rows])
    several = repeated(number)
    if len(several) == 0:
        return Pairs(np.empty(0, np.int64), np.empty(0, np.int64))
    few = among(number, several)
    rows, number = rows[few], number[few]
    order = np.lexsort((traffic.row[rows], number))
    rows, number = rows[order], number[order]
    _, inverse, counts = np.unique(number, return_inverse=True, return_counts=True)
    one, other = rows[:-1], rows[1:]
    fits = (number[1:] == number[:-1]) & (counts[inverse[1:]] <= MOST_LEGS)
    fits &= traffic.length[one] == traffic.length[other]
    client, server = (c[traffic.groups.of_row] for c in (connections.client, connections.server))
    fits &= (client[one] != client[other]) | (server[one] != server[other])
    return Pairs(one, other).where(fits & _is_random(traffic, one))


def _is_random(traffic: Traffic, rows: Rows) -> Mask:
    """Whether the numbers look like a kernel's."""
    at = traffic.row[rows]
    random: Mask = traffic.segments.sequence[at] >= LEAST_NUMBER
    silent = (traffic.flags[rows] & Flag.ACK) == 0
    random &= silent | (traffic.segments.acknowledgment[at] >= LEAST_NUMBER)
    return random


def _is_nested(traffic: Traffic, connections: Connections, pairs: Pairs) -> Mask:
    """Whether a SYN passed one leg, then the other, and the SYN/ACK came back the other way."""
    of_row, at = traffic.groups.of_row, traffic.row
    near, far = connections.syn[of_row[pairs.other]], connections.syn[of_row[pairs.one]]
    nested: Mask = (near >= 0) & (far >= 0) & (at[near] < at[far]) & (at[far] < at[pairs.one])
    capture = traffic.segments.capture
    nested &= capture[at[pairs.one]] == capture[at[pairs.other]]
    nested &= traffic.time_ns[far] - traffic.time_ns[near] < FORWARDING_NS
    nested &= traffic.time_ns[pairs.other] - traffic.time_ns[pairs.one] < FORWARDING_NS
    return nested


def _is_forwarded(traffic: Traffic, pairs: Pairs) -> Mask:
    """Whether one leg is as many routers further from the client as it is nearer to the server.

    Each takes one from a packet's time to live. Routes may differ between two captures; on the
    way between two places of one capture there are as many routers there as back.
    """
    (there, sent), (back, answered) = (
        _lost_hops(traffic, pairs, side) for side in (traffic.from_client, ~traffic.from_client)
    )
    capture = traffic.segments.capture[traffic.row]
    apart = capture[pairs.one] != capture[pairs.other]
    fits: Mask = (there != 0) & ((there == -back) | (apart & (there * back < 0)))
    fits |= ~(sent & answered) & (there != back)
    return fits & _at_one_time(traffic, pairs)


def _lost_hops(traffic: Traffic, pairs: Pairs, side: Mask) -> tuple[npt.NDArray[np.int64], Mask]:
    """What one side's packets have lost from one leg to the other; 0 (and false) if unknown."""
    ttl, of_row = traffic.segments.ttl.astype(np.int64), traffic.groups.of_row
    first = traffic.groups.first(side)
    one, other = first[of_row[pairs.one]], first[of_row[pairs.other]]
    known: Mask = (one >= 0) & (other >= 0)
    return np.where(known, ttl[traffic.row[one]] - ttl[traffic.row[other]], 0), known


def _at_one_time(traffic: Traffic, pairs: Pairs) -> Mask:
    """Whether the two were captured together, the difference of two captures' clocks apart."""
    capture = traffic.segments.capture.astype(np.int64)
    one, other = capture[traffic.row[pairs.one]], capture[traffic.row[pairs.other]]
    later = traffic.time_ns[pairs.other] - traffic.time_ns[pairs.one]
    later = np.where(one > other, -later, later)
    together: Mask = np.abs(later) < APART_NS
    clocks = np.minimum(one, other) << 16 | np.maximum(one, other)
    for two in distinct(clocks[one != other]).tolist():
        mine = clocks == two
        together[mine] = np.abs(later[mine] - int(np.median(later[mine]))) < APART_NS
    return together
