"""Says for every connection which end is the client, and what that was told by.

The client is who opened the connection (RFC 9293: the active open). Without the handshake in
the capture it is who speaks like a client, then the end whose port looks like an ephemeral one.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from netdiag.columns import Mask, among
from netdiag.connections.reduction import Groups
from netdiag.decode.marks import Mark
from netdiag.decode.segments import Flag

Endpoints: TypeAlias = npt.NDArray[np.uint64]

CLIENT_SPEECH = (
    Mark.HTTP_REQUEST,
    Mark.TLS_CLIENT_HELLO,
    Mark.HTTP2_PREFACE,
    Mark.CLIENT_FAREWELL,
    Mark.POSTGRESQL_STARTUP,
    Mark.REDIS_COMMAND,
    Mark.REDIS_INTRODUCTION,
)
SERVER_SPEECH = (
    Mark.HTTP_RESPONSE,
    Mark.TLS_SERVER_HELLO,
    Mark.SERVER_FAREWELL,
    Mark.MYSQL_GREETING,
    Mark.MEMCACHED_ANSWER,
)


class KnownBy(IntEnum):
    """What told the client from the server, surest first."""

    SYN = 0
    SPEECH = 1
    POPULARITY = 2
    PORT = 3


def client_is_forward(
    groups: Groups,
    forward: Mask,
    flags: npt.NDArray[np.uint8],
    mark: npt.NDArray[np.uint8],
    endpoints: tuple[Endpoints, Endpoints],
    others: Sequence[Endpoints] = (),
) -> tuple[Mask, npt.NDArray[np.uint8]]:
    """Whether the sender of forward segments is the client, connection by connection.

    Args:
        groups: the connections' rows.
        forward: bool a row, the segment's direction.
        flags: uint8 a row.
        mark: uint8 a row.
        endpoints: uint64 a connection, the sender of forward and of backward segments.
        others: uint64 each, ends of further connections.

    Returns:
        bool and `KnownBy` (uint8), one a connection.
    """
    known_by = np.full(len(groups), KnownBy.SYN, np.uint8)
    syn = (flags & Flag.SYN) != 0
    opened_forward = forward ^ ((flags & Flag.ACK) != 0)  # a SYN's sender, a SYN/ACK's receiver
    opener = groups.first(syn)
    result = np.zeros(len(groups), bool)
    has_syn = opener >= 0
    result[has_syn] = opened_forward[opener[has_syn]]
    if has_syn.all():
        return result, known_by

    client_like = np.isin(mark, CLIENT_SPEECH)
    speech = groups.first(client_like | np.isin(mark, SERVER_SPEECH))
    by_speech = ~has_syn & (speech >= 0)
    result[by_speech] = ~(forward[speech[by_speech]] ^ client_like[speech[by_speech]])
    known_by[by_speech] = KnownBy.SPEECH

    rest = ~has_syn & ~by_speech
    popular, ports = _popularity(*endpoints, others), _port_rank(*endpoints)
    result[rest] = np.where(popular[rest] != 0, popular[rest] > 0, ports[rest] > 0)
    known_by[rest] = np.where(popular[rest] != 0, KnownBy.POPULARITY, KnownBy.PORT)
    return result, known_by


def _popularity(
    forward: Endpoints, backward: Endpoints, others: Sequence[Endpoints]
) -> npt.NDArray[np.int64]:
    """Positive where the backward endpoint has more connections: it is the one that serves."""
    names, inverse = np.unique(np.concatenate([forward, backward]), return_inverse=True)
    uses = np.bincount(inverse, minlength=len(names))
    for ends in others:  # which may be a hundred times as many
        known = np.searchsorted(names, ends[among(ends, names)])
        uses += np.bincount(known, minlength=len(names))
    uses = uses[inverse]
    count: npt.NDArray[np.int64] = uses[len(forward) :] - uses[: len(forward)]
    return count


def _port_rank(forward: Endpoints, backward: Endpoints) -> npt.NDArray[np.int64]:
    """Positive where the forward port is the higher one: ephemeral ports are (RFC 6335)."""
    mask = np.uint64(0xFFFF)
    return (forward & mask).astype(np.int64) - (backward & mask).astype(np.int64)
