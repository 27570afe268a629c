"""`Records`: those of TLS connections, and how much longer TLS makes what they carry.

By a fixed number of bytes: by 17 in TLS 1.3 (RFC 8446, section 5.2), in TLS 1.2 by 24 (GCM) or 16
(ChaCha20). Of other ciphers nothing is told: it is only asked for HTTP/2, which may refuse them
(RFC 9113, appendix A).
Java pads every record of TLS 1.3 by 16 more (RFC 8446, section 5.4; openjdk/jdk
src/java.base/share/classes/sun/security/ssl/OutputRecord.java, T13PaddingHolder).
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from netdiag.columns import Mask, one_of
from netdiag.connections.reduction import Groups
from netdiag.decode.marks import Mark

HANDSHAKE, DATA = 22, 23
"""Types of records (RFC 8446, section 5.1)."""

TLS_13, GCM_12, CHACHA20_12 = 17, 24, 16
"""What TLS adds to a record: 1.3, and 1.2 with either cipher."""

JAVAS_PADDING = 16
FINISHED_LENGTHS = (53, 69, 69 + JAVAS_PADDING)
"""Records of a Finished, 4 + hash + type + tag, with SHA-256 and SHA-384 (RFC 8446, section 4.4.4);
Java pads the first to the length of the second."""

ALERT = 19
SETTINGS_ACK = 9
"""The shortest frame of HTTP/2 (RFC 9113, section 6.5)."""

_FINISHED_12 = 16
"""A Finished of TLS 1.2: 4 bytes and 12 (RFC 5246, section 7.4.9)."""

_CHANGE_CIPHER_SPECS = (1, *(6 + length for length in FINISHED_LENGTHS))
"""A change_cipher_spec; with a Finished behind it, where the capture cuts off all but its type."""


class Records(Struct, frozen=True, eq=False, dict=True):
    """What the segments of TLS connections carry; one value a row but for `groups`.

    Attributes:
        groups: the rows of each connection.
        from_client: bool.
        mark: uint8, `Mark`.
        first_length: uint32, length of the first record where a record begins the row.
        tail: uint32, type and length of the last record where it ends the row.
        time_ns: int64.
        says_why: bool, the server is one that says in a sentence why it closes: a database, with
            which the connection began in clear.
        payload: int64, how many bytes the segment carries.
    """

    groups: Groups
    from_client: Mask
    mark: npt.NDArray[np.uint8]
    first_length: npt.NDArray[np.uint32]
    tail: npt.NDArray[np.uint32]
    time_ns: npt.NDArray[np.int64]
    says_why: Mask
    payload: npt.NDArray[np.int64]

    @cached_property
    def is_data(self) -> Mask:
        """Rows that begin with a record of application data; bool."""
        begins: Mask = self.mark == Mark.TLS_DATA
        return begins

    @cached_property
    def last_length(self) -> npt.NDArray[np.uint32]:
        """The length of the last record where it is of application data, else 0; uint32."""
        return np.where(self.tail >> 16 == DATA, self.tail & 0xFFFF, np.uint32(0))

    @cached_property
    def longest(self) -> npt.NDArray[np.uint32]:
        """The length of the longer one of a row's first and last of application data; uint32."""
        first = np.where(self.is_data, self.first_length, np.uint32(0))
        return np.maximum(first, self.last_length)


def overheads(records: Records) -> npt.NDArray[np.int64]:
    """How many bytes TLS adds to a record, for each connection: its version and cipher tell.

    After its hello a client of TLS 1.3 says nothing in clear but change_cipher_spec, one of TLS 1.2
    has a key to send, or goes on with a session and sends its Finished. That is encrypted, but of a
    known length. Where it was cut off, a client's record of 25 bytes shows ChaCha20: it holds no
    frame with GCM.
    """
    groups, first_length = records.groups, records.first_length
    in_clear = records.from_client & (records.mark == Mark.TLS_HANDSHAKE)
    in_clear[groups.start] = False
    row = np.flatnonzero(in_clear)
    if len(row) == 0:
        return np.full(len(groups), TLS_13, np.int64)
    with_gcm, with_chacha20 = (
        groups.first_of(row[records.tail[row] == (HANDSHAKE << 16 | _FINISHED_12 + overhead)]) >= 0
        for overhead in (GCM_12, CHACHA20_12)
    )
    keys = row[~one_of(first_length[row], _CHANGE_CIPHER_SPECS)]
    in_tls12 = (groups.first_of(keys) >= 0) | with_gcm | with_chacha20
    least = records.from_client & records.is_data
    least &= first_length == SETTINGS_ACK + CHACHA20_12
    with_chacha20 |= ~with_gcm & (groups.first(least) >= 0)
    return np.where(in_tls12, np.where(with_chacha20, CHACHA20_12, GCM_12), TLS_13)


def are_padded(records: Records, finished: Mask) -> Mask:
    """Rows of a side that pads its records, as its Finished or its alert shows.

    The hashes of both sides are of one length, so a client whose Finished is longer than the
    server's has padded it. What a server of Java's says before has no Finished of its own.
    """
    groups, from_client, tail = records.groups, records.from_client, records.tail
    row = groups.first(finished)
    length = np.where(row >= 0, records.first_length[np.maximum(row, 0)], 0)
    shorter = groups.first(~from_client & (tail == (DATA << 16 | FINISHED_LENGTHS[0])))
    by_client = length == FINISHED_LENGTHS[2]
    by_client |= (length == FINISHED_LENGTHS[1]) & (shorter >= 0) & (shorter < row)
    alert = ~from_client & (tail == (DATA << 16 | ALERT + JAVAS_PADDING))
    by_server = groups.first(alert) >= 0
    if not (by_client.any() or by_server.any()):
        return np.zeros(len(from_client), bool)
    padded: Mask = np.where(from_client, by_client[groups.of_row], by_server[groups.of_row])
    return padded
