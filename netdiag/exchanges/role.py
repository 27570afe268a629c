"""`Role`, `Protocol` and `Farewell`: the small vocabularies of the exchanges room."""

from __future__ import annotations

from enum import IntEnum


class Role(IntEnum):
    """What a segment with new payload is."""

    ASIDE = 0
    """Handshake, interim response (1xx), session ticket, alert nobody waits for."""
    REQUEST = 1
    """From the client, and something a server answers."""
    RESPONSE = 2
    """From the server, and not a farewell."""
    FAREWELL = 3
    """From the client: it is about to close."""
    GOODBYE = 4
    """From the server: it is about to close (an alert, a GOAWAY, an unsolicited 408)."""


class Farewell(IntEnum):
    """Why a server says that it is about to close."""

    NONE = 0
    """It said nothing, or nothing that is understood."""
    IDLE = 1
    """The connection was idle for too long."""
    DISMISSAL = 2
    """The server shuts down, or an administrator ended the connection."""
    OTHER = 3
    """Something else. Where a request waits, it is the answer to that."""


class Protocol(IntEnum):
    """What a connection speaks, as far as its bytes say."""

    UNKNOWN = 0
    HTTP1 = 1
    TLS = 2
    HTTP2 = 3
    MYSQL = 4
    POSTGRESQL = 5
    REDIS = 6
    MEMCACHED = 7

    @property
    def slug(self) -> str:
        """The name that reports use."""
        return _SLUGS[self]


_SLUGS = {
    Protocol.UNKNOWN: "unknown",
    Protocol.HTTP1: "http/1",
    Protocol.TLS: "tls",
    Protocol.HTTP2: "http/2",
    Protocol.MYSQL: "mysql",
    Protocol.POSTGRESQL: "postgresql",
    Protocol.REDIS: "redis",
    Protocol.MEMCACHED: "memcached",
}
