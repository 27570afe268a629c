"""`pieces`: a log as runs of whole lines, however long the log and its lines are.

From a path or ``-``, compressed or not. At most a few megabytes are held at once: a line longer
than `LONGEST_LINE` is cut there, and the rest of it thrown away. What the bytes mean is left to the
formats; bytes that are no UTF-8 stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from netdiag.capture.compression import open_stream
from netdiag.capture.streams import STANDARD_INPUT, Stream
from netdiag.errors import CaptureError, LogError

PIECE_BYTES = 1 << 22
LONGEST_LINE = 1 << 20


class Piece(Struct, frozen=True):
    """Whole lines, each with its end; the last line of a log may have none.

    Attributes:
        first_line: number of the first line in the log, from 1.
        cut_lines: how many lines were cut because they are longer than `LONGEST_LINE`.
        damage: why the log ends here before its time, or None.
    """

    text: bytes
    first_line: int
    cut_lines: int = 0
    damage: str | None = None


def pieces(path: str, piece_bytes: int = PIECE_BYTES) -> Iterator[Piece]:
    """Read a log from front to back.

    Raises:
        LogError: it can't be opened or read.
    """
    try:
        stream, _ = open_stream(path)
    except CaptureError as error:
        raise LogError(f"--log {error}") from error
    try:
        yield from _pieces(stream, piece_bytes)
    except CaptureError as error:
        raise LogError(f"--log {error}") from error
    finally:
        stream.close()


def _pieces(stream: Stream, piece_bytes: int) -> Iterator[Piece]:
    room = bytearray(piece_bytes)
    rest, line, cut, skipping = b"", 1, 0, False
    while count := _fill(stream, memoryview(room)):
        block = bytes(memoryview(room)[:count])
        if skipping:
            end = block.find(b"\n")
            if end < 0:
                continue
            block, skipping = block[end:], False
        end = block.rfind(b"\n") + 1
        if end == 0:
            rest += block
            if len(rest) > LONGEST_LINE:
                rest, skipping, cut = rest[:LONGEST_LINE], True, cut + 1
            continue
        text, rest = rest + block[:end], block[end:]
        if len(rest) > LONGEST_LINE:
            rest, skipping, cut = rest[:LONGEST_LINE], True, cut + 1
        yield Piece(text, line, cut)
        line, cut = line + text.count(b"\n"), 0
    damage = None if stream.damage is None else stream.damage.detail
    if rest or damage:
        yield Piece(rest, line, cut, damage)


def _fill(stream: Stream, view: memoryview) -> int:
    """Fill the view as far as the stream goes; a pipe gives little at a time."""
    count = 0
    while count < len(view):
        got = stream.readinto(view[count:])
        if got == 0:
            break
        count += got
    return count


__all__ = ["LONGEST_LINE", "PIECE_BYTES", "STANDARD_INPUT", "Piece", "pieces"]
