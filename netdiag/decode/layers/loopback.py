"""BSD loopback headers, as written on macOS, the BSDs and by Npcap: an address family.

In the byte order of the machine that captured (NULL) or of the network (LOOP).
https://www.tcpdump.org/linktypes.html, LINKTYPE_NULL and LINKTYPE_LOOP
"""

from __future__ import annotations

import numpy as np

from netdiag.capture.gather import Bytes, Offsets, gather
from netdiag.decode.layers.interface import Layer, Peeled, Protocol, table

FAMILIES = table(
    256,
    {2: Protocol.IPV4}
    # AF_INET6 of Linux, Windows, NetBSD and OpenBSD, FreeBSD, macOS
    | dict.fromkeys((10, 23, 24, 28, 30), Protocol.IPV6),
)


def _null(data: Bytes, offset: Offsets) -> Peeled:
    """Read the family, a small number: read in the wrong byte order it is the larger one."""
    family = gather(data, offset, np.dtype("<u4"))
    family = np.minimum(family, family.byteswap())
    return FAMILIES[np.minimum(family, 255)], offset + 4


LAYERS = (Layer(Protocol.NULL, 4, _null),)
