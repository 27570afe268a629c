"""`peel`: where in each frame of a block the TCP header is, and which IP header is before it.

Made from `Records` by running the shelf of layers until no row has one left. What the headers
say is left to `netdiag.decode.headers`.
"""

from __future__ import annotations

from types import ModuleType

import numpy as np
from msgspec import Struct

from netdiag.capture.gather import Bytes, Offsets
from netdiag.capture.records import Records
from netdiag.decode.layers import LAYERS, LINK_TYPES, Protocol
from netdiag.decode.layers.ethertypes import ETHERTYPES
from netdiag.decode.layers.interface import Layer, Protocols
from netdiag.decode.layers.ip import IP_PROTOCOLS
from netdiag.decode.layers.ipv6 import NEXT_HEADERS
from netdiag.decode.layers.udp_tunnels import UDP_PORTS
from netdiag.native import native

MOST_PASSES = 16
"""Passes over the shelf, each of which can peel several layers. Deeper tunnels are an attack,
or an IPv6 packet of nothing but extension headers."""

TCP_HEADER_BYTES = 20
HEADER_BYTES = np.full(256, -(1 << 32), np.int64)
"""By protocol; what has no header lies in every frame, wherever it begins."""
HEADER_BYTES[Protocol.TCP] = TCP_HEADER_BYTES
for _layer in LAYERS:
    HEADER_BYTES[_layer.protocol] = _layer.header_bytes
_PROTOCOLS = np.full(max(LINK_TYPES) + 1, Protocol.BY_SCAPY, np.uint8)
"""By link type."""
_PROTOCOLS[list(LINK_TYPES)] = list(LINK_TYPES.values())
if native is not None:
    native.names(*(Protocol[name] for name in native.NAMES))


class Peeling(Struct, eq=False):
    """How far a block's frames are peeled, one row a frame.

    Attributes:
        protocol: uint8, what begins at `offset`.
        offset: int64.
        end: int64, offset behind the frame's last captured byte.
        ip: int64, offset of the innermost IP header peeled; -1 for none.
    """

    protocol: Protocols
    offset: Offsets
    end: Offsets
    ip: Offsets


def begin(records: Records) -> Peeling:
    """The frames unpeeled; `Protocol.BY_SCAPY` for link types that aren't on the shelf."""
    if native is None:
        return begin_in_steps(records)
    rows, count = records.rows, len(records.rows)
    offset, end, ip = np.empty((3, count), np.int64)
    peeling = Peeling(np.empty(count, np.uint8), offset, end, ip)
    given = (np.ascontiguousarray(column) for column in (rows.link_type, rows.start, rows.captured))
    native.begin(*given, _PROTOCOLS, peeling.protocol, offset, end, ip)
    return peeling


def begin_in_steps(records: Records) -> Peeling:
    """`begin` without a compiled step."""
    rows = records.rows
    count = len(rows)
    numbers = rows.link_type
    if count and (numbers == numbers[0]).all():
        sole = LINK_TYPES.get(int(numbers[0]), Protocol.BY_SCAPY)
        protocol = np.full(count, sole, np.uint8)
    else:
        protocol = np.full(count, Protocol.BY_SCAPY, np.uint8)
        for number in set(numbers.tolist()):
            protocol[numbers == number] = LINK_TYPES.get(number, Protocol.BY_SCAPY)
    end = rows.start + rows.captured
    # A copy, because rows are peeled in place.
    return Peeling(protocol, rows.start.copy(), end, np.full(count, -1, np.int64))


def peel(data: Bytes, peeling: Peeling) -> None:
    """Peel all layers in place; rows with more than can be believed stay as they are."""
    if native is None:
        peeling.protocol = _cut(peeling.protocol, peeling.offset, peeling.end)
    elif _peel_common(native, data, peeling) == 0:
        return
    counts = _counts(peeling.protocol)
    for _ in range(MOST_PASSES):
        for layer in LAYERS:
            if counts[layer.protocol]:
                counts += _peel_layer(data, peeling, layer, int(counts[layer.protocol]))
        if not any(counts[layer.protocol] for layer in LAYERS):
            return


def _peel_common(compiled: ModuleType, data: Bytes, peeling: Peeling) -> int:
    """What the layers from Ethernet or a cooked capture to TCP or UDP say, in one compiled pass.

    Returns how many rows have layers left.
    """
    left: int = compiled.peel(
        data,
        peeling.end,
        peeling.protocol,
        peeling.offset,
        peeling.ip,
        ETHERTYPES,
        IP_PROTOCOLS,
        NEXT_HEADERS,
        UDP_PORTS,
        HEADER_BYTES,
    )
    return left


def _peel_layer(data: Bytes, peeling: Peeling, layer: Layer, count: int) -> Offsets:
    """Peel the rows that begin with `layer`; by how much the count of each protocol changed."""
    is_ip = layer.protocol in (Protocol.IPV4, Protocol.IPV6)
    if count == len(peeling.protocol):
        protocol, after = layer.peel(data, peeling.offset)
        protocol = _cut(protocol, after, peeling.end)
        if is_ip:
            peeling.ip = peeling.offset
        peeling.protocol, peeling.offset = protocol, after
    else:
        rows = np.flatnonzero(peeling.protocol == layer.protocol)
        offset = peeling.offset[rows]
        protocol, after = layer.peel(data, offset)
        protocol = _cut(protocol, after, peeling.end[rows])
        if is_ip:
            peeling.ip[rows] = offset
        peeling.protocol[rows], peeling.offset[rows] = protocol, after
    changed = _counts(protocol)
    changed[layer.protocol] -= count
    return changed


def _cut(protocol: Protocols, offset: Offsets, end: Offsets) -> Protocols:
    """Return `protocol`, or CUT where its header isn't captured: the bounds check of all layers."""
    need = HEADER_BYTES.take(protocol[:1] if _is_uniform(protocol) else protocol)
    missing = need > end - offset
    if missing.any():
        protocol = np.where(missing, np.uint8(Protocol.CUT), protocol)
    return protocol


def _counts(protocol: Protocols) -> Offsets:
    """How many rows there are of each protocol."""
    if not _is_uniform(protocol):
        return np.bincount(protocol, minlength=256)
    counts = np.zeros(256, np.int64)
    counts[protocol[:1]] = len(protocol)
    return counts


def _is_uniform(protocol: Protocols) -> bool:
    """Whether all rows are alike, as in most blocks: asking is ten times cheaper than counting."""
    return bool((protocol == protocol[:1]).all())
