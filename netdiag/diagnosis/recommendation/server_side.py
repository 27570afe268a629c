"""`server_side`: the other cure, a timeout of the server that outlasts every client's."""

from __future__ import annotations

import math
from collections.abc import Sequence

from msgspec import Struct

from netdiag.diagnosis.scene import Scene

HEADROOM = 1.25
HEADROOM_S = 1.0
STEP_S = 5.0
"""A client may keep connections for longer than it happened to in the capture."""


class ServerSide(Struct, frozen=True):
    """What to raise a timeout to.

    Attributes:
        timeout_s: what to set.
        above_s: the longest that a client kept an idle connection.
    """

    timeout_s: float
    above_s: float


def server_side(scene: Scene, hosts: Sequence[int]) -> ServerSide | None:
    """The timeout for these clients (endpoints with port 0); None where none kept a connection."""
    timeouts = scene.timeouts
    kept = [timeouts.longest_reuse_s.get(host) for host in hosts]
    limits = [known.high_s for host in hosts if (known := timeouts.clients.get(host)) is not None]
    longest = max((value for value in [*kept, *limits] if value is not None), default=None)
    return None if longest is None else ServerSide(timeout_above_s(longest), float(longest))


def timeout_above_s(longest_s: float) -> float:
    """A round timeout above the longest idle time that clients keep connections for."""
    return math.ceil((longest_s * HEADROOM + HEADROOM_S) / STEP_S) * STEP_S
