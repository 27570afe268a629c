"""`ways`: which segments were captured on their way out of, or into, the capturing host.

Two things tell. A Linux "cooked" capture says so of every packet. And a host whose network card
computes checksums hands segments to the capture before that: their checksum field then holds the
sum of the pseudo header alone (CHECKSUM_PARTIAL, include/linux/skbuff.h), which on the wire would
be wrong. Read of SYNs only, which every connection has from either side.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np
import numpy.typing as npt

from netdiag.capture.gather import U16, Bytes, Offsets, gather
from netdiag.capture.records import RecordColumns
from netdiag.decode.segments import Flag

SLL, SLL2 = 113, 276
"""LINKTYPE_LINUX_SLL and LINKTYPE_LINUX_SLL2; where each has its packet type, and its values:
https://www.tcpdump.org/linktypes/LINKTYPE_LINUX_SLL2.html"""

SLL_TYPE, SLL2_TYPE = 1, 10
TO_US, BY_US = 0, 4

TCP_NUMBER = 6
CHECKSUM = 16
"""Where in a TCP header its checksum is (RFC 9293, section 3.1)."""
IPV4_ADDRESSES, IPV6_ADDRESSES = (12, np.dtype("V8")), (8, np.dtype("V32"))
"""Where in an IP header both addresses are (RFC 791, section 3.1; RFC 8200, section 3)."""


class Way(IntEnum):
    """Which way a segment went through the capturing host."""

    UNKNOWN = 0
    ARRIVED = 1
    LEFT = 2


def ways(
    data: Bytes,
    rows: RecordColumns,
    ip: Offsets,
    tcp: Offsets,
    flags: npt.NDArray[np.uint8],
    length: Offsets,
) -> npt.NDArray[np.uint8]:
    """A `Way` for each segment; uint8.

    Args:
        data: the block's bytes.
        rows: the segments' records.
        ip: int64, offset of each IP header.
        tcp: int64, offset of each TCP header.
        flags: uint8, its flags.
        length: int64, bytes of TCP header and payload.
    """
    way = np.zeros(len(rows), np.uint8)
    syn = np.flatnonzero(flags & Flag.SYN)
    checksum = gather(data, tcp[syn] + CHECKSUM, U16)
    left = _is_partial(data, ip[syn], checksum, length[syn])
    way[syn[left]] = Way.LEFT
    for link_type, place in ((SLL, SLL_TYPE), (SLL2, SLL2_TYPE)):
        cooked = np.flatnonzero(rows.link_type == link_type)
        if len(cooked):
            kind = data.take(rows.start[cooked] + place)
            way[cooked[kind == TO_US]] = Way.ARRIVED
            way[cooked[kind == BY_US]] = Way.LEFT
    return way


def _is_partial(
    data: Bytes, ip: Offsets, checksum: npt.NDArray[np.uint16], length: Offsets
) -> npt.NDArray[np.bool_]:
    """Whether checksums are those of the pseudo header alone (RFC 9293, section 3.1)."""
    is_v6 = data.take(ip) >> 4 == 6
    total = length + TCP_NUMBER
    for mine, (offset, addresses) in ((~is_v6, IPV4_ADDRESSES), (is_v6, IPV6_ADDRESSES)):
        found = np.flatnonzero(mine)
        if len(found):
            words = gather(data, ip[found] + offset, addresses)
            total[found] += words.view(U16).reshape(len(found), -1).sum(axis=1, dtype=np.int64)
    for _ in range(2):
        total = (total & 0xFFFF) + (total >> 16)
    partial: npt.NDArray[np.bool_] = total == checksum
    return partial
