"""TLS 1.3 records (RFC 8446) as seen from outside: a handshake, application data, close_notify.

What would be encrypted is random, from a seed of its own: the same in every capture.
"""

from __future__ import annotations

import random
import struct
from collections.abc import Sequence

CHANGE_CIPHER_SPEC, HANDSHAKE, APPLICATION_DATA = 20, 22, 23
SERVER_NAME, GROUPS, SIGNATURES, ALPN, VERSIONS, KEY_SHARE = 0, 10, 13, 16, 43, 51
CLIENT_HELLO, SERVER_HELLO = 1, 2
CIPHERS = struct.pack(">3H", 0x1301, 0x1302, 0x1303)
X25519 = 0x001D
TICKET_BYTES, FINISHED_BYTES, CLOSE_NOTIFY_BYTES = 250, 53, 19
CHANGE = bytes([CHANGE_CIPHER_SPEC, 3, 3, 0, 1, 1])


def pools() -> dict[str, Sequence[bytes]]:
    """`handshake` for HTTP/1.1, ``ask`` and ``tell``."""
    rng = random.Random(13)
    return handshake(rng, b"http/1.1") | {
        "ask": [sealed(rng, rng.randrange(150, 700)) for _ in range(64)],
        "tell": [sealed(rng, rng.randrange(80, 1400)) for _ in range(64)],
    }


def handshake(rng: random.Random, protocol: bytes) -> dict[str, Sequence[bytes]]:
    """``hello``, ``answer``, ``finished``, ``tickets``, and ``close`` for the end."""
    # Encrypted extensions, a certificate with its chain, its signature, Finished.
    flight = [sealed(rng, length) for length in (27, 850, 281, FINISHED_BYTES)]
    tickets = [sealed(rng, TICKET_BYTES) + sealed(rng, TICKET_BYTES) for _ in range(16)]
    return {
        "hello": [_client_hello(rng, protocol) for _ in range(16)],
        "answer": [_server_hello(rng) + CHANGE + b"".join(flight) for _ in range(16)],
        "finished": [CHANGE + sealed(rng, FINISHED_BYTES) for _ in range(16)],
        "tickets": tickets,
        "close": [sealed(rng, CLOSE_NOTIFY_BYTES) for _ in range(16)],
    }


def sealed(rng: random.Random, length: int) -> bytes:
    """A record of application data of so many bytes."""
    return _record(APPLICATION_DATA, rng.randbytes(length))


def _client_hello(rng: random.Random, protocol: bytes) -> bytes:
    name = b"shop.example"
    extensions = (
        (SERVER_NAME, _sized(2, b"\0" + _sized(2, name))),
        (GROUPS, _sized(2, struct.pack(">2H", X25519, 0x0017))),
        (SIGNATURES, _sized(2, struct.pack(">3H", 0x0403, 0x0804, 0x0401))),
        (ALPN, _sized(2, _sized(1, protocol))),
        (VERSIONS, _sized(1, b"\3\4")),
        (KEY_SHARE, _sized(2, struct.pack(">H", X25519) + _sized(2, rng.randbytes(32)))),
    )
    body = _hello_begins(rng) + _sized(2, CIPHERS) + _sized(1, b"\0") + _extensions(extensions)
    return _record(HANDSHAKE, bytes([CLIENT_HELLO]) + _sized(3, body), version=b"\3\1")


def _server_hello(rng: random.Random) -> bytes:
    extensions = (
        (VERSIONS, b"\3\4"),
        (KEY_SHARE, struct.pack(">H", X25519) + _sized(2, rng.randbytes(32))),
    )
    body = _hello_begins(rng) + CIPHERS[:2] + b"\0" + _extensions(extensions)
    return _record(HANDSHAKE, bytes([SERVER_HELLO]) + _sized(3, body))


def _hello_begins(rng: random.Random) -> bytes:
    """The version that TLS 1.3 claims, 32 random bytes and a session's name."""
    return b"\3\3" + rng.randbytes(32) + _sized(1, rng.randbytes(32))


def _extensions(extensions: Sequence[tuple[int, bytes]]) -> bytes:
    return _sized(
        2, b"".join(struct.pack(">H", kind) + _sized(2, body) for kind, body in extensions)
    )


def _sized(size: int, body: bytes) -> bytes:
    """A body after its length in `size` bytes."""
    return len(body).to_bytes(size, "big") + body


def _record(kind: int, body: bytes, version: bytes = b"\3\3") -> bytes:
    return bytes([kind]) + version + _sized(2, body)
