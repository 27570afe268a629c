"""PostgreSQL: types and lengths of messages, versions, codes; of statements only what checks.

Kept besides: severity and SQLSTATE of errors, the state behind ReadyForQuery, kinds of
authentication, names of parameters, a known driver's name. Statements, values, users, databases,
passwords, keys and messages to people are filled. "Message Formats" of the PostgreSQL manual.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from netdiag.redaction.payloads.farewells import SEVERITIES, mask_farewell
from netdiag.redaction.payloads.statements import mask_statement
from netdiag.redaction.products import public_name
from netdiag.redaction.words import Words, filler

_STARTUPS = (0x00030000, 0x00030002)
_REQUESTS = {80877103: 8, 80877104: 8, 80877102: 16}
"""SSLRequest, GSSENCRequest and CancelRequest, each with its length."""

_TYPES = frozenset(b"ABCDEFHIKNPQRSTVXZcdfnpstv12GW3")
_LONGEST = 1 << 24
_CODE = re.compile(rb"[0-9A-Z]{5}")
_PARAMETERS = frozenset(
    b"""user database options replication application_name client_encoding DateStyle TimeZone
    extra_float_digits search_path statement_timeout server_version server_encoding is_superuser
    integer_datetimes standard_conforming_strings session_authorization IntervalStyle
    in_hot_standby default_transaction_read_only scram_iterations""".split()
)
_PLAIN_VALUES = {b"DateStyle": b"ISO", b"client_encoding": b"UTF8"}
"""By these, with TimeZone, the JDBC driver is known (`netdiag.exchanges.drivers`)."""


def mask(payload: bytes, length: int, words: Words) -> bytes | None:
    """The masked payload, as long; None where no messages begin here."""
    code = int.from_bytes(payload[4:8], "big")
    size = int.from_bytes(payload[:4], "big")
    if len(payload) >= 8 and size == length and (code in _STARTUPS or _REQUESTS.get(code) == size):
        return payload[:8] + _mask_parameters(payload[8:])
    if not _are_messages(payload, length):
        return None
    shown, at = [], 0
    while at + 5 <= len(payload):
        size = int.from_bytes(payload[at + 1 : at + 5], "big")
        body = payload[at + 5 : at + 1 + size]
        shown += [payload[at : at + 5], _mask_body(payload[at], body, words)]
        at += 5 + len(body)
    return b"".join(shown) + filler(len(payload) - at)


def _are_messages(payload: bytes, length: int) -> bool:
    """Whether the payload is nothing but messages; the last may go on in the next segment.

    A single one must end with the payload: five bytes alone are too little to go by.
    """
    at = count = 0
    while at + 5 <= len(payload):
        size = int.from_bytes(payload[at + 1 : at + 5], "big")
        if payload[at] not in _TYPES or not 4 <= size <= _LONGEST:
            return False
        at += 1 + size
        count += 1
    return (
        at == length
        or (count > 1 and at >= len(payload))
        or (count > 0 and len(payload) < length <= at)
    )


def _mask_body(kind: int, body: bytes, words: Words) -> bytes:
    """A message's body, as long as what was captured of it."""
    letter = bytes([kind])
    if letter == b"Q":
        return _mask_text(body, words)
    if letter == b"P":
        name, zero, rest = body.partition(b"\0")
        return filler(len(name)) + zero + _mask_text(rest, words)
    masked = _BODIES.get(letter)
    return filler(len(body)) if masked is None else masked(body)


def _mask_text(body: bytes, words: Words) -> bytes:
    """A statement up to its zero, and filled numbers behind it."""
    text, zero, rest = body.partition(b"\0")
    return mask_statement(text, words, is_whole=bool(zero)) + zero + bytes(len(rest))


def _mask_fields(body: bytes) -> bytes:
    """An error's fields: a letter and a text each."""
    return b"\0".join(map(_mask_field, body.split(b"\0")))


def _mask_field(field: bytes) -> bytes:
    kind, text = field[:1], field[1:]
    if not kind or not b"A" <= kind <= b"z":
        return filler(len(field))
    if (kind in b"SV" and text in SEVERITIES) or (kind == b"C" and _CODE.fullmatch(text)):
        return field
    if kind == b"M":
        return kind + mask_farewell(text)
    return kind + filler(len(text))


def _mask_parameters(body: bytes) -> bytes:
    """Names and values in turn, each ended by a zero; names that are known stay."""
    parts = body.split(b"\0")
    shown = list(parts)
    for i, part in enumerate(parts):
        if i % 2 == 0:
            shown[i] = part if part in _PARAMETERS and i + 1 < len(parts) else filler(len(part))
        else:
            shown[i] = _mask_parameter(parts[i - 1], part, is_whole=i + 1 < len(parts))
    return b"\0".join(shown)


def _mask_parameter(name: bytes, value: bytes, *, is_whole: bool) -> bytes:
    if is_whole and _PLAIN_VALUES.get(name) == value:
        return value
    if is_whole and name == b"application_name":
        text = value.decode("latin-1")
        return public_name(text, "client", "postgresql").encode("latin-1")
    return filler(len(value))


def _mask_authentication(body: bytes) -> bytes:
    """Its kind, a small number; salts and tokens are blank."""
    return body[:4] + bytes(len(body[4:])) if body[:3] == bytes(3) else filler(len(body))


_BODIES: dict[bytes, Callable[[bytes], bytes]] = {
    b"E": lambda body: _mask_fields(body) if body[:1] in (b"S", b"V") else filler(len(body)),
    b"N": lambda body: _mask_fields(body) if body[:1] in (b"S", b"V") else filler(len(body)),
    b"Z": lambda body: body if body in (b"I", b"T", b"E") else filler(len(body)),
    b"R": _mask_authentication,
    b"S": _mask_parameters,
}
