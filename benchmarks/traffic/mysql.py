"""Packets of the MySQL protocol: a login without TLS, a pool's checks, queries and their rows."""

from __future__ import annotations

import struct
from collections.abc import Sequence

VERSION = b"8.0.36"
CAPABILITIES = 0x0003A685
"""CLIENT_PROTOCOL_41, CLIENT_SECURE_CONNECTION and what drivers usually ask for."""

UTF8MB4, MOST_BYTES = 45, 1 << 24
STATUS = struct.pack("<HH", 2, 0)
"""SERVER_STATUS_AUTOCOMMIT, no warnings."""

COM_QUIT, COM_QUERY, COM_PING = 1, 3, 14
TABLES = ("orders", "customers", "stock")


def pools() -> dict[str, Sequence[bytes]]:
    """Greeting, login and their end, a check and its answer, requests, responses, a farewell."""
    columns = [b"id", b"name"]
    return {
        "greeting": [_packet(0, _greeting())],
        "login": [_packet(1, _login())],
        "fine": [_packet(2, b"\0\0\0" + STATUS)],
        "pong": [_packet(1, b"\0\0\0" + STATUS)],
        "ping": [_packet(0, bytes([COM_PING]))],
        "request": [
            _packet(0, bytes([COM_QUERY]) + f"SELECT id, name FROM {table} WHERE id={n}".encode())
            for n in range(40)
            for table in TABLES
        ],
        "response": [_rows(columns, count) for count in range(1, 24)],
        "quit": [_packet(0, bytes([COM_QUIT]))],
    }


def _packet(number: int, payload: bytes) -> bytes:
    return len(payload).to_bytes(3, "little") + bytes([number]) + payload


def _greeting() -> bytes:
    """HandshakeV10."""
    scramble = bytes(range(65, 85))
    return (
        b"\x0a"
        + VERSION
        + struct.pack("<xI8sx", 77, scramble[:8])
        + struct.pack("<HBHHB10x", CAPABILITIES & 0xFFFF, UTF8MB4, 2, CAPABILITIES >> 16, 21)
        + scramble[8:]
        + b"\0"
    )


def _login() -> bytes:
    """HandshakeResponse41."""
    head = struct.pack("<IIB23x", CAPABILITIES, MOST_BYTES, UTF8MB4)
    return head + b"shop\0" + bytes([20]) + bytes(range(100, 120))


def _rows(columns: Sequence[bytes], count: int) -> bytes:
    """A result set: its columns, and so many rows."""
    packets = [bytes([len(columns)]), *map(_column, columns), b"\xfe" + STATUS]
    packets += [_text(str(n).encode()) + _text(b"brown shoe, size %d" % n) for n in range(count)]
    packets.append(b"\xfe" + STATUS)
    return b"".join(_packet(number, payload) for number, payload in enumerate(packets, 1))


def _column(name: bytes) -> bytes:
    """ColumnDefinition41."""
    names = map(_text, (b"def", b"shop", b"orders", b"orders", name, name))
    return b"".join(names) + struct.pack("<BHIBHBxx", 12, UTF8MB4, 255, 253, 0, 0)


def _text(text: bytes) -> bytes:
    """A length-encoded string of less than 251 bytes."""
    return bytes([len(text)]) + text
