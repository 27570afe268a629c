"""`PcapngFile`: writes a pcapng capture with a comment on each packet.

From interfaces and packets as the capture room reads them. One section, little-endian. Written
here because what is on PyPI rounds times or knows no comments, or was last released in 2022.
Source: draft-ietf-opsawg-pcapng, sections 3 and 4.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from typing import BinaryIO

from netdiag.capture.formats.pcapng_interfaces import NANOSECONDS, TSRESOL, Interface

SECTION_HEADER, INTERFACE_DESCRIPTION, ENHANCED_PACKET = 0x0A0D0D0A, 1, 6
BYTE_ORDER_MAGIC = 0x1A2B3C4D
END_OF_OPTIONS, COMMENT, USER_APPLICATION = 0, 1, 4
LONGEST_OPTION = 0xFFFF
UNKNOWN_LENGTH = (1 << 64) - 1
_MASK = (1 << 64) - 1

Option = tuple[int, bytes]


class PcapngFile:
    """A pcapng file that is being written to `file`, which the caller opens and closes."""

    def __init__(self, file: BinaryIO, application: str, comments: Iterable[str] = ()) -> None:
        self._file = file
        self._units_ns: list[int] = []
        options = [*_comments(comments), (USER_APPLICATION, _text(application))]
        head = struct.pack("<IHHQ", BYTE_ORDER_MAGIC, 1, 0, UNKNOWN_LENGTH)
        self._block(SECTION_HEADER, head + _options(options))

    def describe(self, interface: Interface, comments: Iterable[str] = ()) -> int:
        """Add an interface; its number in this file.

        Its times are written with its own resolution if that is a power of ten down to a
        nanosecond, else in nanoseconds; an offset of its clock is part of the times here.
        """
        resolution = min(interface.resolution, NANOSECONDS)  # powers of two are greater numbers
        self._units_ns.append(10 ** (NANOSECONDS - resolution))
        options = [*interface.texts, *_comments(comments), (TSRESOL, bytes([resolution]))]
        head = struct.pack("<HHI", interface.link_type, 0, interface.snap_length)
        self._block(INTERFACE_DESCRIPTION, head + _options(options))
        return len(self._units_ns) - 1

    def packet(
        self, interface: int, time_ns: int, data: bytes, original: int, comments: Iterable[str]
    ) -> None:
        """Add a packet.

        Args:
            interface: what `describe` has returned.
            time_ns: nanoseconds since 1970-01-01 UTC.
            data: the bytes that were captured.
            original: how many there were on the wire.
            comments: what Wireshark shows of it, one line each.
        """
        ticks = (time_ns // self._units_ns[interface]) & _MASK
        fields = (interface, ticks >> 32, ticks & 0xFFFFFFFF, len(data), original)
        body = struct.pack("<5I", *fields) + data + bytes(-len(data) % 4)
        self._block(ENHANCED_PACKET, body + _options([*_comments(comments)]))

    def _block(self, kind: int, body: bytes) -> None:
        length = len(body) + 12
        self._file.write(struct.pack("<II", kind, length) + body + struct.pack("<I", length))


def _comments(comments: Iterable[str]) -> list[Option]:
    return [(COMMENT, _text(comment)) for comment in comments]


def _text(text: str) -> bytes:
    """UTF-8, cut to what an option holds without tearing a character apart."""
    return text.encode("utf-8", "replace")[:LONGEST_OPTION].decode("utf-8", "ignore").encode()


def _options(options: list[Option]) -> bytes:
    if not options:
        return b""
    parts = [
        struct.pack("<HH", code, len(value)) + value + bytes(-len(value) % 4)
        for code, value in options
    ]
    return b"".join(parts) + struct.pack("<HH", END_OF_OPTIONS, 0)
