"""Says of many connections at once who ended them first, and with which segment."""

from __future__ import annotations

from typing import get_args

import numpy as np
import numpy.typing as npt

from netdiag.columns import Mask, Rows
from netdiag.decode.segments import Flag
from netdiag.diagnosis.scene import Scene
from netdiag.exchanges import CloseKind
from netdiag.report.model import ClosedBy

CLOSERS: tuple[ClosedBy, ...] = get_args(ClosedBy)
_CLIENT, _SERVER, _BOTH, _NOBODY = (
    CLOSERS.index(word) for word in ("client", "server", "both", "nobody")
)


def closers(scene: Scene, chosen: Rows) -> tuple[npt.NDArray[np.uint8], Rows]:
    """Who sent the first FIN or RST of each chosen connection, and its row.

    Both did where neither had the other's.

    Args:
        scene: the tables.
        chosen: int64, rows of `Connections`.

    Returns:
        by: uint8, index in `CLOSERS`.
        row: int64, row of `Traffic`; -1 where nobody ended it.
    """
    table, endings = scene.connections, scene.endings
    server = _earlier(table.server_fin[chosen], table.server_rst[chosen])
    client = _earlier(table.client_fin[chosen], table.client_rst[chosen])
    first = _earlier(server, client)
    by_server = (server >= 0) & (server == first)
    both = _crossed(scene, first, np.maximum(server, client)) & (server >= 0) & (client >= 0)
    both &= ~by_server | (endings.close_kind[chosen] == CloseKind.FIN)
    by = np.where(by_server, _SERVER, _CLIENT)
    by = np.where(both, _BOTH, by)
    return np.where(first >= 0, by, _NOBODY).astype(np.uint8), first


def _earlier(one: Rows, other: Rows) -> Rows:
    """The lesser of two rows of which either may be missing (-1)."""
    earlier: Rows = np.where(
        (one < 0) | (other < 0), np.maximum(one, other), np.minimum(one, other)
    )
    return earlier


def _crossed(scene: Scene, first: Rows, second: Rows) -> Mask:
    """Whether the second FIN does not acknowledge the first: each was sent without the other."""
    traffic = scene.traffic
    if len(traffic) == 0:
        return np.zeros(len(first), bool)
    segments = traffic.segments
    one, other = traffic.row[first], traffic.row[second]
    reset = ((traffic.flags[first] | traffic.flags[second]) & Flag.RST) != 0
    fin = segments.sequence[one].astype(np.int64) + traffic.length[first] + 1
    crossed: Mask = ~reset & (segments.acknowledgment[other] != fin % (1 << 32))
    return crossed
