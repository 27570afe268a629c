"""One frame for a terminal: its fields as scapy shows them, and its bytes."""

from __future__ import annotations

from collections.abc import Iterator

from netdiag.language import _, ngettext
from netdiag.report.connection_view import Dissection
from netdiag.report.formats.terminal_format.paper import FAINT, Line, Paper
from netdiag.report.phrases.words import clock, frame_name

MOST_BYTES = 2_048
"""More bytes than these are in the JSON output, and in Wireshark."""

_ROW = 16


def write_frame(frame: Dissection, captures: int, paper: Paper) -> list[Line]:
    """Write one frame."""
    name = frame_name(frame.frame, frame.capture, captures)
    note = clock(frame.time)
    if not frame.of_connection:
        note = _("{time}, of another connection or none").format(time=note)
    lines = paper.heading(_("Frame {frame}").format(frame=name), note)
    lines += paper.paragraph(
        _("{captured:,} of {original:,} bytes captured, {link_type}: {layers}").format(
            captured=frame.captured_bytes,
            original=frame.original_bytes,
            link_type=frame.link_type,
            layers=" / ".join(frame.layers),
        )
    )
    for field in frame.fields:
        nested = len(field) - len(field.lstrip(" "))
        lines += paper.paragraph(field.strip(), indent=min(2 + nested, paper.width // 2))
    data = bytes.fromhex(frame.bytes_hex)
    lines.append(paper.line())
    lines += [paper.line((text, FAINT)) for text in hexdump(data[:MOST_BYTES])]
    if len(data) > MOST_BYTES:
        rest = len(data) - MOST_BYTES
        text = ngettext(
            "{n:,} more byte: --format json has it",
            "{n:,} more bytes: --format json has them",
            rest,
        )
        lines += paper.paragraph(text.format(n=rest))
    return lines


def hexdump(data: bytes) -> Iterator[str]:
    """Lines of offset, bytes and characters, as Wireshark has them."""
    for begin in range(0, len(data), _ROW):
        part = data[begin : begin + _ROW]
        shown = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in part)
        yield f"  {begin:04x}  {part.hex(' '):<{3 * _ROW}} {shown}"
