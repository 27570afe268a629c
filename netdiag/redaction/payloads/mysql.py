"""MySQL and MariaDB: lengths and numbers of packets, commands, codes; of statements what checks.

Kept besides: the public part of the server's version, capabilities and character set of greeting
and login, names of connection attributes, a known driver's name, SQLSTATEs. Statements, values,
users, databases, passwords, salts, connection numbers and messages are filled. "Protocol::Packet"
and what follows there in the MySQL client/server protocol.
"""

from __future__ import annotations

import re

from netdiag.redaction.payloads.farewells import mask_farewell
from netdiag.redaction.payloads.statements import mask_statement
from netdiag.redaction.products import public_name
from netdiag.redaction.words import Words, filler

_HEADER_BYTES = 4
_LONGEST = (1 << 24) - 1
_GREETING, _ERROR, _OK, _EOF = 0x0A, 0xFF, 0x00, 0xFE
_COMMANDS = frozenset(range(0x20))
_WITH_STATEMENT = (0x03, 0x16)
_LOGIN_BYTES = 32
_RESERVED = slice(9, 28)
"""Of a login; MariaDB has capabilities of its own in the four bytes behind it."""
_STATE = re.compile(rb"#[0-9A-Z]{5}")
_ATTRIBUTES = frozenset(
    b"""_client_name _client_version _os _pid _platform _program_name program_name _thread
    _runtime_version _runtime_vendor _server_host _connector_name _connector_version""".split()
)
_NAMED = (b"_client_name", b"_connector_name")
_CLIENT_NAME = b"\x0c_client_name"


def mask(payload: bytes, length: int, words: Words) -> bytes | None:
    """The masked payload, as long; None where no packets begin here."""
    if not _are_packets(payload, length):
        return None
    shown, at = [], 0
    while at + _HEADER_BYTES <= len(payload):
        size = int.from_bytes(payload[at : at + 3], "little")
        body = payload[at + _HEADER_BYTES : at + _HEADER_BYTES + size]
        is_only = at == 0 and size + _HEADER_BYTES == length
        shown.append(payload[at : at + _HEADER_BYTES])
        shown.append(_mask_body(payload[at + 3], body, words, is_only=is_only))
        at += _HEADER_BYTES + len(body)
    return b"".join(shown) + filler(len(payload) - at)


def _are_packets(payload: bytes, length: int) -> bool:
    """Whether the payload is nothing but packets with ascending numbers."""
    at, number, count = 0, None, 0
    while at + _HEADER_BYTES <= len(payload):
        size = int.from_bytes(payload[at : at + 3], "little")
        if size == 0 or (number is not None and payload[at + 3] != (number + 1) % 256):
            return False
        number = payload[at + 3]
        at += _HEADER_BYTES + size
        count += 1
    return count > 0 and (at == length or (count > 2 and at >= len(payload)))


def _mask_body(number: int, body: bytes, words: Words, *, is_only: bool) -> bytes:
    """A packet's content, as long as what was captured of it."""
    if not body:
        return b""
    kind = body[0]
    if kind == _ERROR:
        return _mask_error(body)
    if is_only and number == 0:
        return _mask_first(body, words)
    if is_only and number in (1, 2) and len(body) >= _LOGIN_BYTES and not any(body[_RESERVED]):
        return _mask_login(body)
    return body[:1] + bytes(len(body) - 1) if kind in (_OK, _EOF) else filler(len(body))


def _mask_first(body: bytes, words: Words) -> bytes:
    """A greeting, or a command."""
    kind = body[0]
    if kind == _GREETING and b"\0" in body:
        return _mask_greeting(body)
    if kind in _WITH_STATEMENT:
        return body[:1] + mask_statement(body[1:], words, is_whole=True)
    return (body[:1] if kind in _COMMANDS else b"x") + filler(len(body) - 1)


def _mask_error(body: bytes) -> bytes:
    """The code, the SQLSTATE behind a ``#``, and the text if everybody gets it."""
    state = 6 if _STATE.match(body, 3) else 0
    return body[: 3 + state] + mask_farewell(body[3 + state :])


def _mask_greeting(body: bytes) -> bytes:
    """Version, then number and salt (filled), capabilities, character set and status."""
    version, _, rest = body[1:].partition(b"\0")
    name = public_name(version.decode("latin-1"), "server", "mysql").encode("latin-1")
    shown = bytes(4) + filler(8) + b"\0" + rest[13:20] + bytes(11) + filler(max(len(rest) - 31, 0))
    return body[:1] + name + b"\0" + shown[: len(rest)]


def _mask_login(body: bytes) -> bytes:
    """Capabilities, packet size and character set; then texts, of which attributes are known."""
    rest = bytearray(filler(len(body) - _LOGIN_BYTES))
    place = body.find(_CLIENT_NAME, _LOGIN_BYTES)
    if place >= 0:
        _mask_attributes(body, place, rest)
    return body[:9] + bytes(23) + bytes(rest)


def _mask_attributes(body: bytes, at: int, rest: bytearray) -> None:
    """Names and values in turn, each behind its length; names that are known stay."""
    name = b""
    is_name = True
    while at < len(body) and body[at] < 0xFB and at + 1 + body[at] <= len(body):
        text = body[at + 1 : at + 1 + body[at]]
        if is_name:
            name, shown = text, text if text in _ATTRIBUTES else filler(len(text))
        elif name in _NAMED:
            shown = public_name(text.decode("latin-1"), "client", "mysql").encode("latin-1")
        else:
            shown = filler(len(text))
        begin = at - _LOGIN_BYTES
        rest[begin : begin + 1 + len(text)] = body[at : at + 1] + shown
        at += 1 + len(text)
        is_name = not is_name
