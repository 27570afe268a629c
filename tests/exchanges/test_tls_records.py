"""What TLS adds to records, as its version, its cipher and its implementation have it."""

from __future__ import annotations

import numpy as np
import pytest

from netdiag.connections.reduction import Groups
from netdiag.decode.marks import Mark
from netdiag.exchanges.tls_records import (
    Records,
    are_padded,
    overheads,
)

HELLO, HANDSHAKE, DATA = Mark.TLS_CLIENT_HELLO, Mark.TLS_HANDSHAKE, Mark.TLS_DATA
CLIENT, SERVER = True, False

Row = tuple[bool, Mark, int, int]
"""Its side and mark, the length of its first record, type and length of its last."""


def said(*connections: tuple[Row, ...]) -> Records:
    rows = [row for connection in connections for row in connection]
    begins = np.zeros(len(rows), bool)
    begins[np.cumsum([0, *(len(connection) for connection in connections[:-1])])] = True
    sides, marks, firsts, tails = zip(*rows, strict=True)
    return Records(
        groups=Groups.beginning(begins),
        from_client=np.array(sides),
        mark=np.array(marks, np.uint8),
        first_length=np.array(firsts, np.uint32),
        tail=np.array(tails, np.uint32),
        time_ns=np.arange(len(rows)),
        says_why=np.zeros(len(rows), bool),
        payload=np.zeros(len(rows), np.int64),
    )


def ends(kind: int, length: int) -> int:
    return kind << 16 | length


GREETS: Row = (CLIENT, HELLO, 300, ends(22, 300))
CHANGES: Row = (CLIENT, HANDSHAKE, 1, ends(23, 53))
"""A change_cipher_spec and a Finished of TLS 1.3."""


def with_key(tail: int) -> tuple[Row, ...]:
    return GREETS, (CLIENT, HANDSHAKE, 37, tail)


@pytest.mark.parametrize(
    ("connection", "overhead"),
    [
        ((GREETS, CHANGES), 17),
        (with_key(ends(22, 40)), 24),
        (with_key(ends(22, 32)), 16),
        ((*with_key(ends(22, 40)), (CLIENT, DATA, 25, ends(23, 25))), 24),
        ((*with_key(0), (CLIENT, DATA, 25, ends(23, 25))), 16),
        ((*with_key(0), (SERVER, DATA, 25, ends(23, 25))), 24),
        ((GREETS, (CLIENT, HANDSHAKE, 1, ends(22, 40))), 24),
        ((GREETS, (CLIENT, HANDSHAKE, 1, ends(22, 32))), 16),
        ((GREETS, (CLIENT, HANDSHAKE, 91, 0)), 17),
    ],
    ids=[
        *("TLS 1.3", "GCM", "ChaCha20", "GCM and 25 bytes", "25 bytes of the client", "unknown"),
        *("a session with GCM", "a session with ChaCha20", "a padded Finished that was cut"),
    ],
)
def test_the_version_and_the_cipher_tell(connection: tuple[Row, ...], overhead: int) -> None:
    records = said(connection, (GREETS, CHANGES))
    assert overheads(records).tolist() == [overhead, 17]


@pytest.mark.parametrize(
    ("servers", "clients", "padded"),
    [(53, 53, False), (53, 69, True), (69, 69, False), (69, 85, True)],
)
def test_a_longer_finished_than_the_servers_was_padded(
    servers: int, clients: int, padded: bool
) -> None:
    finished = (CLIENT, DATA, clients, ends(23, clients))
    records = said((GREETS, (SERVER, HANDSHAKE, 90, ends(23, servers)), finished))
    assert are_padded(records, np.array([False, False, True])).tolist() == [padded, False, padded]


def test_a_longer_alert_was_padded() -> None:
    records = said((GREETS, CHANGES, (SERVER, DATA, 35, ends(23, 35))))
    assert are_padded(records, np.zeros(3, bool)).tolist() == [False, False, True]
