"""Reads the heads of HTTP/1.x messages, as much of them as was captured and remembered.

A head may be cut anywhere (the snap length), so no complete message parser fits: fields are
looked up one by one, and a field whose line is cut is taken for absent.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

MANY_HEADS = 4096
"""So many heads are remembered with what they say: 16 MB at most, as most servers repeat theirs."""

_KEEP_ALIVE = rb"(?i)(?:^|[,;\s])(timeout|max)\s*=\s*\"?(\d{1,9})"


def head_bytes(sample: bytes) -> int | None:
    """The length of the head with its empty line, or None where its end was not captured."""
    end = sample.find(b"\r\n\r\n")
    return None if end < 0 else end + 4


def field(sample: bytes, name: bytes) -> bytes | None:
    """The value of the first field of that (lower-case) name; None if it is not there whole."""
    length = head_bytes(sample)
    head = sample if length is None else sample[:length]
    start = head.lower().find(b"\r\n" + name + b":")
    if start < 0:
        return None
    start += len(name) + 3
    end = head.find(b"\r\n", start)
    return None if end < 0 else head[start:end].strip()


def start_line(sample: bytes) -> bytes:
    """The request line or status line, as much as there is of it."""
    return sample.split(b"\r\n", 1)[0]


@lru_cache(MANY_HEADS)
def announces_close(sample: bytes) -> bool:
    """Whether a response says that the connection ends after it (RFC 9112, sections 9.3, 9.6).

    HTTP/1.0 says so by silence, but a head that was cut is not silent.
    """
    if sample.startswith(b"HTTP/1.1") and b"close" not in sample.lower():
        return False  # the common case, told without reading fields
    options = (field(sample, b"connection") or b"").lower()
    if b"close" in options:
        return True
    silent = b"keep-alive" not in options and head_bytes(sample) is not None
    return silent and sample.startswith(b"HTTP/1.0")


def keep_alive(sample: bytes) -> dict[str, int]:
    """``timeout`` (seconds) and ``max`` of a Keep-Alive field (RFC 2068, section 19.7.1.1)."""
    value = field(sample, b"keep-alive") or b""
    return {key.decode().lower(): int(number) for key, number in re.findall(_KEEP_ALIVE, value)}


class Framing(NamedTuple):
    """How a message says that it ends (RFC 9112, section 6.3); each None where it doesn't say."""

    head_bytes: int | None
    content_length: int | None
    is_chunked: bool


@lru_cache(MANY_HEADS)
def framing(sample: bytes) -> Framing:
    """All of it at once: the heads of one server are much alike."""
    return Framing(head_bytes(sample), content_length(sample), is_chunked(sample))


def content_length(sample: bytes) -> int | None:
    """The declared body length, or None without a readable one (RFC 9112, section 6.3)."""
    value = field(sample, b"content-length")
    return int(value) if value is not None and value.isdigit() and len(value) < 19 else None


def is_chunked(sample: bytes) -> bool:
    """Whether the body is sent in chunks (RFC 9112, section 7.1)."""
    return b"chunked" in (field(sample, b"transfer-encoding") or b"").lower()


def asks_the_same(one: bytes, other: bytes) -> bool:
    """Whether two request lines have one method and one target, but for a prefix of its path."""
    (method, target), (other_method, other_target) = _parts(one), _parts(other)
    short, long = sorted((target, other_target), key=len)
    if method != other_method or not short.startswith(b"/"):
        return False
    return short == long or (len(short) > 1 and long.endswith(short))


def _parts(line: bytes) -> tuple[bytes, bytes]:
    """Method and target in origin form (RFC 9112, section 3.2.1)."""
    words = [*line.split(b" "), b"", b""]
    target = words[1]
    if b"://" in target.split(b"?", 1)[0]:
        target = b"/" + target.split(b"://", 1)[1].partition(b"/")[2]
    return words[0], target
