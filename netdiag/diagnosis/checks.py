"""Tells a pool's check of a connection from a request of the application.

A pool that checks a connection before it lends it out (JDBC's isValid(), MySQL's COM_PING, Redis'
PING, `SELECT 1`) finds out that the server has closed it: it opens another one, and nothing is
lost. But a program may as well ask `SELECT 1` for its own sake, and fail. So what is asked must be
a check by its words, and by this client's habit: it has sent the same before, was answered, and
went on with something else at once.
"""

from __future__ import annotations

import re

import numpy as np

from netdiag.diagnosis.scene import AT_ONCE_NS, Scene
from netdiag.exchanges import Protocol

EXAMPLES = 200
"""How many of the client's exchanges are looked at for the habit."""

_SQL_CHECK = (
    rb"(?is)\s*(?:/\*\s*ping\s*\*/.*|(?:select|values|do)\s*\(?1\)?(?:\s+from\s+dual)?)?\s*;?\s*"
)
_SQL_FRAME = rb"(?i)\s*(?:begin|commit|rollback|start\s+transaction|set\s)"
_REDIS_CHECK = rb"(?i)\*1\r\n\$4\r\nPING\r\n"


def is_check(scene: Scene, connection: int, exchange: int) -> bool:
    """Whether an exchange's request is only a check, going by its words and the client's habit."""
    if exchange < 0:
        return False
    protocol = Protocol(int(scene.speech.protocol[connection]))
    request = int(scene.exchanges.request[exchange])
    asked = scene.sample(request)
    if not _asks_nothing(protocol, asked):
        return False
    client = int(scene.connections.client[connection]) >> 16
    server = int(scene.connections.server[connection])
    length = int(scene.traffic.length[request])
    return scene.once(
        ("habit", client, server, protocol, asked, length),
        lambda: _is_habit(scene, (client, server), protocol, asked, length),
    )


def _is_habit(
    scene: Scene, pair: tuple[int, int], protocol: Protocol, asked: bytes, length: int
) -> bool:
    """Whether this client goes on with something else at once when the server answers that."""
    client, server = pair
    table, exchanges = scene.connections, scene.exchanges
    between = (table.server == server) & (table.client >> np.uint64(16) == client)
    first = np.flatnonzero(between[exchanges.connection[:-1]] & exchanges.answered[:-1])
    first = first[exchanges.connection[first + 1] == exchanges.connection[first]]
    idle_ns = exchanges.idle_ns[first + 1]
    first = first[(idle_ns >= 0) & (idle_ns <= AT_ONCE_NS)]
    traffic = scene.traffic
    first = first[traffic.length[exchanges.request[first]] == length]
    for earlier in first[-EXAMPLES:].tolist():
        if scene.sample(int(exchanges.request[earlier])) == asked:
            following = scene.sample(int(exchanges.request[earlier + 1]))
            if following != asked and not _is_frame(protocol, following):
                return True
    return False


def _asks_nothing(protocol: Protocol, sample: bytes) -> bool:
    """Whether a request is one of those whose answer tells nothing but that there is one."""
    if protocol is Protocol.REDIS:
        return re.fullmatch(_REDIS_CHECK, sample) is not None
    if protocol is Protocol.MYSQL and sample == b"\x01\x00\x00\x00\x0e":
        return True  # COM_PING
    statement = _statement(protocol, sample)
    return statement is not None and re.fullmatch(_SQL_CHECK, statement) is not None


def _is_frame(protocol: Protocol, sample: bytes) -> bool:
    """Whether a request only begins or ends a transaction around others, or sets something."""
    if sample == b"X\x00\x00\x00\x04":
        return True
    statement = _statement(protocol, sample)
    return statement is not None and re.match(_SQL_FRAME, statement) is not None


def _statement(protocol: Protocol, sample: bytes) -> bytes | None:
    """The SQL text with which a request begins (a query, or a statement to be prepared)."""
    if protocol is Protocol.MYSQL:
        return sample[5:] if sample[4:5] in (b"\x03", b"\x16") else None
    if protocol is not Protocol.POSTGRESQL:
        return None
    if sample[:1] == b"Q":
        return sample[5:].split(b"\0", 1)[0]
    if sample[:1] == b"P":
        return sample[5:].split(b"\0", 2)[1] if sample.count(b"\0", 5) >= 2 else None
    return None
