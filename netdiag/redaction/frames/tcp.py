"""TCP: the header as it is, its options as far as they are known, a masked payload.

Kept: ports, sequence numbers, flags, window, urgent pointer: the diagnosis reads them. Of the
options those that say nothing about anybody (RFC 9293, 7323, 2018); time stamps are moved by a
number that only the key tells, since they count from the start of a host, or of a connection, and
differences are all that is needed of them. Everything else (Fast Open's cookies, signatures,
multipath keys and addresses, whatever is unknown) becomes "no operation".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdiag.decode.layers.interface import Protocol
from netdiag.redaction.frames.checksums import checksum, pseudo_header
from netdiag.redaction.frames.walk import LayerMask, Walk

if TYPE_CHECKING:
    from netdiag.redaction.frames.walk import Next

TCP_NUMBER = 6
_HEADER_BYTES, _QUOTED_BYTES, _PORTS_BYTES = 20, 8, 4
_END, _NO_OPERATION, _TIME_STAMPS = 0, 1, 8
_KEPT = {2: (4,), 3: (3,), 4: (2,), 5: (10, 18, 26, 34), 28: (4,)}
"""Segment size, window scale, SACK permitted, SACK, user timeout: each with its lengths."""


def _tcp(walk: Walk, at: int, end: int) -> Next | None:
    """A segment; in an ICMP error the eight bytes that it must quote (RFC 792), or more."""
    if not walk.holds(at, _HEADER_BYTES):
        if walk.quoted and walk.holds(at, _QUOTED_BYTES):
            walk.keep(at, _QUOTED_BYTES)
        return None
    size = (walk.data[at + 12] >> 4) * 4
    if size < _HEADER_BYTES or (at + size > end and not walk.quoted):
        walk.keep(at, _PORTS_BYTES)  # whatever it is, it is no header, and is none afterwards
        return None
    walk.keep(at, 16)
    walk.keep(at + 18, 2)
    _mask_options(walk, at + _HEADER_BYTES, min(at + size, end, len(walk.data)))
    payload = walk.data[at + size : end]
    if payload and not walk.quoted:
        walk.put(at + size, walk.payloads.mask(payload, end - at - size))
    if not walk.quoted:
        before = pseudo_header(walk.hosts, TCP_NUMBER, end - at)
        walk.put_number(at + 16, checksum(before + walk.out[at:end]))
    return None


def _mask_options(walk: Walk, at: int, stop: int) -> None:
    """Walk from option to option; one that can't be right ends it, and blanks the rest."""
    while at < stop:
        kind = walk.data[at]
        if kind == _END:
            return
        if kind == _NO_OPERATION:
            walk.out[at] = _NO_OPERATION
            at += 1
            continue
        length = walk.data[at + 1] if at + 1 < stop else 0
        if length < 2 or at + length > stop:
            return
        if kind == _TIME_STAMPS and length == 10:
            walk.keep(at, 2)
            _move_clock(walk, at + 2)
        elif length in _KEPT.get(kind, ()):
            walk.keep(at, length)
        else:
            walk.put(at, bytes([_NO_OPERATION]) * length)
        at += length


def _move_clock(walk: Walk, at: int) -> None:
    """Both time stamps; an echo of 0 is none (RFC 7323, section 3.2)."""
    for place in (at, at + 4):
        value = walk.number(place, 4)
        if value or place == at:
            walk.put_number(place, (value + walk.clock_offset) & 0xFFFFFFFF, 4)


TRANSPORT: dict[int, LayerMask] = {Protocol.TCP: _tcp}
