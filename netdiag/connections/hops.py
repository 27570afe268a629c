"""How many hops a packet has travelled, told from its time to live."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

INITIAL_TTLS = (64, 128, 255)
"""What hosts begin with (RFC 1700 recommends 64; Windows takes 128, routers and some RSTs 255)."""


def hops(ttl: npt.NDArray[np.uint8]) -> npt.NDArray[np.int64]:
    """Hops travelled, if the packet began with the next of the initial values; int64."""
    initial = np.array(INITIAL_TTLS, np.int64)
    return initial[np.searchsorted(initial, ttl)] - ttl


def is_same_host(ttl: npt.NDArray[np.uint8], usual: npt.NDArray[np.uint8]) -> npt.NDArray[np.bool_]:
    """Whether packets with these times to live can come from one host; bool, row by row.

    They can with the same one, with another start as many hops away, and with one hop more or
    less, as routes change; but who is 0 hops away is next to the capture point.
    """
    one, other = hops(ttl), hops(usual)
    remote = (one > 0) & (other > 0)
    near = np.abs(ttl.astype(np.int64) - usual) == 1
    same: npt.NDArray[np.bool_] = (ttl == usual) | (remote & ((one == other) | near))
    return same
