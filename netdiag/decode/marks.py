"""`Mark`: what the first bytes of a segment's payload say, as a small number in a column.

The decoder stores marks without reading them; the protocols of the exchanges room make them
(see `Marker`) while the block's bytes are at hand, and every later room reads them.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from typing import Self, TypeAlias

import numpy as np
import numpy.typing as npt
from msgspec import Struct


class Mark(IntEnum):
    """How a payload begins. `detail` is the number that the decoder keeps beside it."""

    OPAQUE = 0
    """Nothing that any protocol knows, or the middle of a message; `detail` is 1 where it may be
    what a pool checks a connection with (`netdiag.exchanges.protocols.checks`)."""
    HTTP_REQUEST = 1
    """A request line of HTTP/1.x; `detail` is the method's first four bytes, big-endian."""
    HTTP_RESPONSE = 2
    """A status line of HTTP/1.x; `detail` is the status code."""
    TLS_CLIENT_HELLO = 3
    """A TLS handshake record with a ClientHello."""
    TLS_SERVER_HELLO = 4
    """A TLS handshake record with a ServerHello."""
    TLS_HANDSHAKE = 5
    """Another TLS handshake or change_cipher_spec record."""
    TLS_ALERT = 6
    """A TLS alert record (type 21, so TLS 1.2 or before keys were agreed on)."""
    TLS_DATA = 7
    """A TLS application_data record (type 23); `detail` is the record's length."""
    HTTP2_PREFACE = 8
    """The client's connection preface of HTTP/2 without TLS (RFC 9113, section 3.4)."""
    HTTP2_GOAWAY = 9
    """An HTTP/2 GOAWAY frame without TLS (RFC 9113, section 6.8)."""
    CLIENT_FAREWELL = 10
    """A message that says goodbye: MySQL COM_QUIT, PostgreSQL Terminate, Redis or SMTP QUIT."""
    SERVER_FAREWELL = 11
    """An error that announces the server's close: PostgreSQL FATAL, MySQL error 4031; `detail` is
    a `netdiag.exchanges.role.Farewell`."""
    MYSQL_GREETING = 12
    """A MySQL or MariaDB server's first packet, protocol version 10."""
    POSTGRESQL_STARTUP = 13
    """A PostgreSQL client's StartupMessage or SSLRequest."""
    HTTP2_CONTROL = 15
    """Only HTTP/2 frames that ask for nothing: SETTINGS, PING, RST_STREAM, WINDOW_UPDATE."""
    REDIS_COMMAND = 14
    """A Redis command as an array of bulk strings; `detail` is 1 where it asks for a stream, 2 for
    a PING."""
    REDIS_PUSH = 16
    """A Redis push or a message to a subscriber, which answers no command."""
    POSTGRESQL_UNASKED = 17
    """Only PostgreSQL messages that a server may send at any time."""
    STREAM_REQUEST = 18
    """A client's message after which the server speaks when it likes (replication)."""
    REDIS_INTRODUCTION = 19
    """A Redis HELLO or CLIENT command, in which a client may name itself."""
    MEMCACHED_ANSWER = 21
    """An answer of memcached's text protocol."""
    MYSQL_LOGIN = 20
    """The first packet of a MySQL client."""
    MYSQL_UNANSWERED = 22
    """A MySQL command that no server answers: COM_STMT_CLOSE, COM_STMT_SEND_LONG_DATA."""


class Payloads(Struct, frozen=True, eq=False):
    """The captured payload bytes of a block's TCP segments, one row a segment.

    Attributes:
        data: uint8, the block's bytes, with `PADDING_BYTES` zero bytes behind the last packet.
        start: int64, offset of the payload's first byte in `data`.
        captured: int64, payload bytes that are in the capture; at least 1.
        length: int64, payload bytes that were on the wire; at least `captured`.
    """

    data: npt.NDArray[np.uint8]
    start: npt.NDArray[np.int64]
    captured: npt.NDArray[np.int64]
    length: npt.NDArray[np.int64]

    def take(self, rows: npt.NDArray[np.int64]) -> Self:
        """The payloads of some rows."""
        return type(self)(self.data, self.start[rows], self.captured[rows], self.length[rows])


class Marks(Struct, frozen=True, eq=False):
    """What the protocols say of the rows of one `Payloads`, row by row.

    Attributes:
        mark: uint8, a `Mark`.
        detail: uint32, as the `Mark` says, else 0.
        tail: uint32. For TLS the last record of the segment as ``type << 16 | length`` where
            the records end exactly with the payload, else 0; for everything else the last four
            payload bytes, big-endian, where the whole payload was captured, else 0 (where three
            line ends close it, the four bytes before the last).
        keep: int64, how many of the first payload bytes are worth remembering (0 for none).
    """

    mark: npt.NDArray[np.uint8]
    detail: npt.NDArray[np.uint32]
    tail: npt.NDArray[np.uint32]
    keep: npt.NDArray[np.int64]


Marker: TypeAlias = Callable[[Payloads], Marks]
"""Looks at the payloads of a block once, and says what is worth remembering of them."""
