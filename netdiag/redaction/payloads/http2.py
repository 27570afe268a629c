"""HTTP/2 without TLS: the preface, headers of frames, and numbers that steer a connection.

Kept: length, type, flags and stream of each frame that the payload begins or goes on with;
settings, windows, error codes, the last stream of a GOAWAY. Fields, data, debug data and what a
PING carries are filled; fields so that they can still be decompressed. RFC 9113, RFC 7541.
"""

from __future__ import annotations

from collections.abc import Callable

from netdiag.redaction.words import Words, filler

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
_HEADER_BYTES = 9
_DATA, _HEADERS, _PRIORITY, _RST_STREAM, _SETTINGS, _PUSH_PROMISE, _PING, _GOAWAY = range(8)
_WINDOW_UPDATE, _CONTINUATION = 8, 9
_FIXED = {_PRIORITY: 5, _RST_STREAM: 4, _PING: 8, _WINDOW_UPDATE: 4}
_ON_CONNECTION = (_SETTINGS, _PING, _GOAWAY)
_LONGEST = 1 << 17
_PADDED, _HAS_PRIORITY = 0x08, 0x20
_FLAGS = {
    _DATA: 0x09,
    _HEADERS: 0x2D,
    _PRIORITY: 0,
    _RST_STREAM: 0,
    _SETTINGS: 0x01,
    _PUSH_PROMISE: 0x0C,
    _PING: 0x01,
    _GOAWAY: 0,
    _WINDOW_UPDATE: 0,
    _CONTINUATION: 0x04,
}
"""The flags that each type has; another one says that this is no frame."""

_SETTINGS_KNOWN = frozenset((1, 2, 3, 4, 5, 6, 8, 9))
_EMPTY_FIELD, _SAME_TABLE_SIZE = b"\0\0\0", b"\x20"
"""HPACK: a field of no name and no value, not to be remembered (RFC 7541, section 6.2.2); the
table's size once more (6.3), which may only stand before all fields."""


def mask(payload: bytes, length: int, _words: Words) -> bytes | None:
    """The masked payload, as long; None where no frames begin here."""
    at = len(PREFACE) if payload.startswith(PREFACE) else 0
    if not at and PREFACE.startswith(payload) and len(payload) >= 4:
        return payload
    if not at and not _are_frames(payload, length):
        return None
    shown = [payload[:at]]
    while _is_frame(payload, at):
        size = int.from_bytes(payload[at : at + 3], "big")
        body = payload[at + _HEADER_BYTES : at + _HEADER_BYTES + size]
        shown.append(payload[at : at + _HEADER_BYTES])
        shown.append(_mask_body(payload[at + 3], payload[at + 4], body, size))
        at += _HEADER_BYTES + len(body)
    return b"".join(shown) + filler(len(payload) - at)


def _are_frames(payload: bytes, length: int) -> bool:
    """Whether the payload is nothing but frames, the last of which may go on elsewhere."""
    at = 0
    while at < len(payload):
        if not _is_frame(payload, at):
            return at > 0 and len(payload) < length and len(payload) - at < _HEADER_BYTES
        at += _HEADER_BYTES + int.from_bytes(payload[at : at + 3], "big")
    return at > 0


def _is_frame(payload: bytes, at: int) -> bool:
    """Whether a frame's header is there that can't be anything else."""
    header = payload[at : at + _HEADER_BYTES]
    if len(header) < _HEADER_BYTES:
        return False
    size, kind, flags = int.from_bytes(header[:3], "big"), header[3], header[4]
    stream = int.from_bytes(header[5:], "big")
    if size > _LONGEST or kind not in _FLAGS or flags & ~_FLAGS[kind] or stream >> 31:
        return False
    if kind in _FIXED:
        fits = size == _FIXED[kind]
    elif kind == _SETTINGS:
        fits = size % 6 == 0
    else:
        fits = kind != _GOAWAY or size >= 8
    return fits and (kind == _WINDOW_UPDATE or (stream == 0) == (kind in _ON_CONNECTION))


def _mask_body(kind: int, flags: int, body: bytes, size: int) -> bytes:
    """A frame's payload, as long as what was captured of it."""
    if kind in (_HEADERS, _PUSH_PROMISE, _DATA):
        return _mask_padded(kind, flags, body, size)
    masked = _BODIES.get(kind)
    return filler(len(body)) if masked is None else masked(body)


def _mask_padded(kind: int, flags: int, body: bytes, size: int) -> bytes:
    """The length of the padding, priority or promised stream, then the content and zeros."""
    front = bool(flags & _PADDED)
    padding = body[0] if front and body else 0
    kept = front + (5 if kind == _HEADERS and flags & _HAS_PRIORITY else 0)
    kept += 4 if kind == _PUSH_PROMISE else 0
    content = max(size - kept - padding, 0)
    inside = filler(content) if kind == _DATA else _empty_fields(content)
    shown = body[:kept] + inside + bytes(padding)
    return shown[: len(body)].ljust(len(body), b"\0")


def _empty_fields(length: int) -> bytes:
    """So many bytes that decompress to nothing."""
    return _SAME_TABLE_SIZE * (length % 3) + _EMPTY_FIELD * (length // 3)


def _mask_settings(body: bytes) -> bytes:
    shown = bytearray(len(body))
    for at in range(0, len(body) - 5, 6):
        if int.from_bytes(body[at : at + 2], "big") in _SETTINGS_KNOWN:
            shown[at : at + 6] = body[at : at + 6]
    return bytes(shown)


_BODIES: dict[int, Callable[[bytes], bytes]] = {
    _PRIORITY: bytes,
    _RST_STREAM: bytes,
    _WINDOW_UPDATE: bytes,
    _SETTINGS: _mask_settings,
    _PING: lambda body: bytes(len(body)),
    _GOAWAY: lambda body: body[:8] + filler(len(body[8:])),
    _CONTINUATION: lambda body: _empty_fields(len(body)),
}
