"""Logs made to keep netdiag busy: lines that match in many ways, and very many that are alike."""

from __future__ import annotations

START_S = 1_700_000_000
"""When the captures of `tests.limits.frames` begin."""


def slashes(size: int) -> bytes:
    """A line of HAProxy's whose server has a name of slashes."""
    return b"1.2.3.4:5 [22/Nov/2026:05:10:31.123] fe " + b"/" * size


def heads(size: int) -> bytes:
    """A line that is the beginning of one of HAProxy's again and again."""
    return b"[22/Nov/2026:05:10:31.123] f b/s 0/0/0/0/0 502 " * (size // 48)


def colons(size: int) -> bytes:
    """What a driver says of a host whose name is colons."""
    return b"org.postgresql.util.PSQLException: Connection to " + b":" * size


def letters(size: int) -> bytes:
    """A word that never ends."""
    return b"a" * size


def capitals(size: int) -> bytes:
    """The same, of the letter that stands in the middle of a time."""
    return b"T" * size


def storm(size: int, port: int = 8080) -> bytes:
    """`size` lines of one second, each of a failure, each of which any failure can be."""
    line = b"%d.%03d ERROR Connection reset http://10.2.0.1:%d/\n"
    return b"".join(line % (START_S + 25, i % 1000, port) for i in range(size))


def health_checks(size: int) -> bytes:
    """`size` lines of an access log with the same words."""
    line = b'- - - [14/Nov/2023:22:13:%02d +0000] "GET /health HTTP/1.1" 200 0\n'
    return b"".join(line % (20 + i % 40) for i in range(size))


def leap_days(size: int) -> bytes:
    """`size` lines of a day that the capture's year has not."""
    return b"Feb 29 12:00:00 a Connection reset\n" * size
