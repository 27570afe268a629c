"""The IP header of frames whose link layer isn't on the shelf, found by scapy.

Slow, frame by frame: 100 µs each. Only the link layer is left to scapy; from the IP header on,
these frames are peeled and read like all others, so their columns mean the same.
"""

from __future__ import annotations

import numpy as np

from netdiag.capture.gather import Bytes
from netdiag.capture.records import Records
from netdiag.decode.layers import Protocol
from netdiag.decode.peeling import Peeling
from netdiag.errors import LinkTypeError


def peel_by_scapy(records: Records, peeling: Peeling) -> None:
    """Take rows of unknown link types to their IP header, in place; OTHER where there is none.

    Raises:
        LinkTypeError: scapy doesn't know a link type either.
    """
    for row in np.flatnonzero(peeling.protocol == Protocol.BY_SCAPY).tolist():
        number = int(records.rows.link_type[row])
        start, end = int(peeling.offset[row]), int(peeling.end[row])
        protocol, offset = _find_ip(records.data, start, end, number)
        peeling.protocol[row] = protocol
        peeling.offset[row] = offset


def _find_ip(data: Bytes, start: int, end: int, link_type: int) -> tuple[Protocol, int]:
    from netdiag.decode.scapy_layers import load_layers  # noqa: PLC0415 - few captures need it

    load_layers()
    from scapy.config import conf  # noqa: PLC0415  # importing scapy costs a second
    from scapy.layers.inet import IP  # noqa: PLC0415
    from scapy.layers.inet6 import IPv6  # noqa: PLC0415

    if link_type not in conf.l2types.num2layer:
        raise LinkTypeError(
            f"expected a link type that netdiag or scapy knows, found number {link_type}"
        )
    raw = data[start:end].tobytes()
    try:
        layer = conf.l2types.num2layer[link_type](raw)
    except Exception:  # of any kind, by scapy's layers, for a header that is cut
        return Protocol.CUT, start
    while layer and not isinstance(layer, (IP, IPv6)):
        layer = layer.payload
    if not layer:
        return Protocol.OTHER, start
    # `original` is what scapy was given for this layer; a trailer may have been taken off it.
    at = raw.find(bytes(layer.original))
    if at < 0:
        return Protocol.OTHER, start
    return (Protocol.IPV4 if isinstance(layer, IP) else Protocol.IPV6), start + at
