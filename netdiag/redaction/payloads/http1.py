"""HTTP/1.x: start lines and fields (RFC 9112), with everything masked that names anything.

Kept: method, version, status, known names of fields, the values that say how a connection goes on
and how long a message is, the public part of a product's name, and the framing of chunks. Each
segment of a path has a stand-in, so that the same request is still the same one.
"""

from __future__ import annotations

import re
from http import HTTPStatus

from netdiag.exchanges.protocols.http1 import METHODS
from netdiag.redaction.payloads.field_names import FIELD_NAMES
from netdiag.redaction.products import public_name
from netdiag.redaction.words import Words, filler

_REQUEST = re.compile(b"|".join(re.escape(method) for method in METHODS))
_STATUS = re.compile(rb"HTTP/\d\.\d [1-9]\d\d")
_VERSION = re.compile(rb"HTTP/\d\.\d")
_STARTS = (*METHODS, b"HTTP/1.1 ", b"HTTP/1.0 ")
_PHRASES = frozenset(status.phrase.encode() for status in HTTPStatus)
_SEPARATORS = re.compile(rb"([/?#])")
_AUTHORITY = re.compile(rb"(?i:(https?|wss?|ftp)://)?([^/?#]*)")


def _list_of(item: bytes, separator: bytes = rb"\s*,\s*") -> re.Pattern[bytes]:
    return re.compile(rb"(?i:%b(?:%b%b)*)" % (item, separator, item))


_OPTIONS = _list_of(rb"(?:close|keep-alive|upgrade|te|http2-settings|proxy-connection)")
_CODINGS = _list_of(rb"(?:chunked|gzip|deflate|compress|identity|trailers)")
_LIMITS = _list_of(rb"(?:timeout|max)\s*=\s*\"?\d{1,9}\"?", rb"[,;\s]+")
_PLAIN_VALUES = {
    b"connection": _OPTIONS,
    b"proxy-connection": _OPTIONS,
    b"keep-alive": _LIMITS,
    b"content-length": re.compile(rb"\d{1,18}"),
    b"transfer-encoding": _CODINGS,
    b"te": _CODINGS,
    b"expect": re.compile(rb"(?i:100-continue)"),
    b"upgrade": re.compile(rb"(?i:h2c|websocket)"),
}
"""Fields whose value is kept where it is nothing but this."""

_PRODUCTS = {b"server": "server", b"user-agent": "client"}
_CHUNK = re.compile(rb"([0-9A-Fa-f]{1,8})(;[^\r\n]*)?\r\n")


def mask(payload: bytes, length: int, words: Words) -> bytes | None:
    """The masked payload, as long; None where no message of HTTP/1 begins here."""
    if not (_REQUEST.match(payload) or _STATUS.match(payload)):
        whole = len(payload) >= length
        if whole and _are_chunks(payload):
            return _mask_chunks(payload)
        is_cut = not whole and any(start.startswith(payload) for start in _STARTS)
        return payload if is_cut else None
    end = payload.find(b"\r\n\r\n")
    head = payload if end < 0 else payload[:end]
    first, *fields = head.split(b"\r\n")
    lines_whole = len(fields) - int(end < 0)  # the last line of a head that goes on may be cut
    masked = [mask_start_line(first, words)]
    masked += [_mask_field(line, is_whole=i < lines_whole) for i, line in enumerate(fields)]
    shown = b"\r\n".join(masked)
    if end < 0:
        return shown
    body = payload[end + 4 :]
    is_chunked = b"chunked" in _value_of(masked, b"transfer-encoding")
    return shown + b"\r\n\r\n" + (_mask_chunks(body) if is_chunked else filler(len(body)))


def mask_start_line(line: bytes, words: Words) -> bytes:
    """A request line or a status line, as much as there is of it."""
    if _STATUS.match(line):
        phrase = line[13:]
        blank = b" " * len(line[12:13])
        return line[:12] + blank + (phrase if phrase in _PHRASES else filler(len(phrase)))
    method, space_before, rest = line.partition(b" ")
    target, space, version = rest.rpartition(b" ")
    if not space or not (_VERSION.fullmatch(version) or b"HTTP/1.1".startswith(version)):
        target, space, version = rest, b"", b""
    is_authority = method == b"CONNECT"
    shown = method + space_before + mask_target(target, words, is_authority=is_authority)
    return shown + space + version


def mask_target(target: bytes, words: Words, *, is_authority: bool = False) -> bytes:
    """A request's target: its shape, with stand-ins for host, segments and query."""
    if target == b"*":
        return target
    scheme, host = b"", b""
    found = _AUTHORITY.match(target)
    if found and (found.group(1) or is_authority):
        scheme, host = (found.group(1) or b""), found.group(2)
        scheme += b"://" if scheme else b""
        target = target[found.end() :]
    path, mark, query = _cut_query(target)
    pieces = _SEPARATORS.split(path)
    shown = b"".join(piece if piece in b"/" else words.token(piece) for piece in pieces)
    return scheme + mask_authority(host, words) + shown + mark + words.token(query)


def mask_authority(authority: bytes, words: Words) -> bytes:
    """A host with its port, which stays."""
    host, colon, port = authority.rpartition(b":")
    if not colon or not port.isdigit() or len(port) > 5:
        return words.token(authority) if authority else b""
    return words.token(host) + colon + port


def _cut_query(target: bytes) -> tuple[bytes, bytes, bytes]:
    """Path, the ``?`` or ``#`` behind it, and what follows that."""
    places = [place for place in (target.find(b"?"), target.find(b"#")) if place >= 0]
    if not places:
        return (target, b"", b"")
    place = min(places)
    return target[:place], target[place : place + 1], target[place + 1 :]


def _mask_field(line: bytes, *, is_whole: bool) -> bytes:
    """One field line; of one that was cut, or has no known name, hardly anything."""
    name, colon, value = line.partition(b":")
    if not colon:
        return filler(len(line))
    lower = name.lower()
    shown = name if lower in FIELD_NAMES else filler(len(name))
    space = value[:1] if value[:1] == b" " else b""
    value = value[len(space) :]
    return shown + colon + space + (_mask_value(lower, value) if is_whole else filler(len(value)))


def _mask_value(name: bytes, value: bytes) -> bytes:
    pattern = _PLAIN_VALUES.get(name)
    if pattern is not None and pattern.fullmatch(value.strip()):
        return value.strip().ljust(len(value)) if value != value.strip() else value
    role = _PRODUCTS.get(name)
    if role is not None:
        return public_name(value.decode("latin-1"), role).encode("latin-1")
    return filler(len(value))


def _value_of(lines: list[bytes], name: bytes) -> bytes:
    for line in lines[1:]:
        if line.lower().startswith(name + b":"):
            return line.lower()
    return b""


def _are_chunks(payload: bytes) -> bool:
    """Whether a payload is nothing but whole chunks, as a stream of events goes on."""
    at = 0
    while (line := _CHUNK.match(payload, at)) is not None:
        size = int(line.group(1), 16)
        at = line.end() + size + 2
        if payload[at - 2 : at] != b"\r\n":
            return False
        if at == len(payload):
            return True
    return False


def _mask_chunks(body: bytes) -> bytes:
    """The sizes of chunks and the line ends around them; data, extensions and trailers filled."""
    shown, at = [], 0
    while at < len(body):
        line = _CHUNK.match(body, at)
        if line is None:
            break
        size = int(line.group(1), 16)
        shown.append(line.group(1) + filler(len(line.group(2) or b"")) + b"\r\n")
        at = line.end()
        if size == 0:
            break
        shown.append(filler(len(body[at : at + size])))
        at += size
        if body[at : at + 2] == b"\r\n":
            shown.append(b"\r\n")
            at += 2
    return b"".join(shown) + filler(len(body[at:]))
