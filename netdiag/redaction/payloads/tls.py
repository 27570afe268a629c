"""TLS: record headers, alerts, and of the handshake what kind of message it is.

Kept: type, version and length of each record that the payload begins or goes on with, what an
alert in clear says, type, length and version of a hello. All else is filled: names, certificates,
tickets, randoms, and what is encrypted, since keys get known later. RFC 8446, sections 4, 5 and 6.
"""

from __future__ import annotations

from netdiag.exchanges.protocols.tls import (
    ALERT,
    APPLICATION_DATA,
    CHANGE_CIPHER_SPEC,
    HANDSHAKE,
    HEADER_BYTES,
    LONGEST_RECORD,
)
from netdiag.redaction.words import Words

_TYPES = (CHANGE_CIPHER_SPEC, ALERT, HANDSHAKE, APPLICATION_DATA)
_CLIENT_HELLO, _SERVER_HELLO = 1, 2
_HELLOS = (_CLIENT_HELLO, _SERVER_HELLO)
_MESSAGES = {
    0: 0,
    4: 1 << 16,
    11: 1 << 18,
    12: 1 << 14,
    13: 1 << 16,
    14: 0,
    15: 1 << 14,
    16: 1 << 14,
    20: 64,
}
"""Handshake messages in clear and how long they may be; what is encrypted begins with anything."""

_ALERT_LEVELS = (1, 2)
_ALERTS = frozenset(
    (0, 10, 20, 21, 22, 30, *range(40, 52), 60, 70, 71, 80, 86, 90, 100, *range(109, 117), 120)
)


def mask(payload: bytes, length: int, _words: Words) -> bytes | None:
    """The masked payload, as long; None where no record begins here."""
    if not _begins_record(payload, 0, length):
        return None
    out = bytearray(len(payload))
    at = 0
    while at < len(payload) and _begins_record(payload, at, length):
        out[at : at + HEADER_BYTES] = payload[at : at + HEADER_BYTES]
        size = int.from_bytes(payload[at + 3 : at + HEADER_BYTES], "big")
        body = payload[at + HEADER_BYTES : at + HEADER_BYTES + size]
        shown = _mask_body(payload[at], body, size)
        out[at + HEADER_BYTES : at + HEADER_BYTES + len(shown)] = shown
        at += HEADER_BYTES + size
    return bytes(out)


def _begins_record(payload: bytes, at: int, length: int) -> bool:
    """Whether a header is there; of one that was cut only its first two bytes may be left."""
    header = payload[at : at + HEADER_BYTES]
    if len(header) < 2 or header[0] not in _TYPES or header[1] != 3:
        return False
    if len(header) > 2 and header[2] > 4:
        return False
    if len(header) < HEADER_BYTES:
        return length > len(payload)
    return 0 < int.from_bytes(header[3:], "big") <= LONGEST_RECORD


def _mask_body(kind: int, body: bytes, size: int) -> bytes:
    """What of a record's content is kept, from its beginning on."""
    if kind == CHANGE_CIPHER_SPEC and size == 1:
        return body if body == b"\1" else b""
    if kind == ALERT and size == 2 and len(body) == 2:
        known = body[0] in _ALERT_LEVELS and body[1] in _ALERTS
        return body if known else b""
    return _mask_handshake(body, size) if kind == HANDSHAKE else b""


def _mask_handshake(body: bytes, size: int) -> bytes:
    """Types and lengths of the messages in a record, and the version of a hello."""
    shown = bytearray()
    at = 0
    while at + 4 <= len(body):
        kind, length = body[at], int.from_bytes(body[at + 1 : at + 4], "big")
        is_hello = kind in _HELLOS and at == 0
        if not is_hello and not _is_message(kind, length, at, size):
            break
        shown += bytes(at - len(shown)) + body[at : at + 4]
        if is_hello and body[at + 4 : at + 5] == b"\3":
            shown += body[at + 4 : at + 6]
        at += 4 + length
    if not shown and body and body[0] in _HELLOS:
        return body[:1]  # as much as there is of it
    return bytes(shown)


def _is_message(kind: int, length: int, at: int, size: int) -> bool:
    fits = at + 4 + length <= size or kind == 11
    return fits and kind in _MESSAGES and length <= _MESSAGES[kind]
