"""`read_log`: what is of use in one log, read once from front to back.

From a path, and what the capture would like to know: its span of time and the requests in it. A
piece that lies wholly outside the span, however wrong the log's clock and zone, is only counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from msgspec import Struct, field

from netdiag.logs.entries import find_entries, whole_entries
from netdiag.logs.entry import AccessLine, Entry, ReadLog
from netdiag.logs.excerpts import excerpt
from netdiag.logs.formats import LogFormat, format_of
from netdiag.logs.pieces import Piece, pieces
from netdiag.logs.stamps import Stamp, find_stamp
from netdiag.logs.symptoms import ENDED, SILENT, Kinds

FARTHEST_NS = 30 * 3600 * 1_000_000_000
"""No log's clock is farther from the capture's: a day's worth of zones, and a few hours."""
MOST_ENTRIES = 10_000
MOST_ACCESS = 200_000
_TASTED = 200

STATUS: dict[int, Kinds] = {502: ENDED, 503: ENDED, 504: SILENT}
"""What a proxy's client gets when the server behind failed."""


class Wanted(Struct, frozen=True):
    """What the capture asks of a log.

    Attributes:
        first_ns: its span of time, with `last_ns`.
        year: of its first frame, for times without one.
        requests: ``METHOD target`` of its requests, those without a query too.
    """

    first_ns: int
    last_ns: int
    year: int
    requests: frozenset[bytes] = frozenset()


class _Reading(Struct):
    wanted: Wanted
    lines: int = 0
    entries: list[Entry] = field(default_factory=list)
    access: list[AccessLine] = field(default_factory=list)
    access_count: int = 0
    first: Stamp | None = None
    last: Stamp | None = None
    left_out: int = 0
    cut_lines: int = 0
    damage: str | None = None
    tasted: Counter[str] = field(default_factory=Counter)
    style: LogFormat | None = None


def read_log(path: str, wanted: Wanted, progress: Callable[[int], None] | None = None) -> ReadLog:
    """Read a log.

    Args:
        path: a file, compressed or not, or ``-``.
        wanted: what the capture asks of it.
        progress: is told how many bytes more have been read.

    Raises:
        LogError: it can't be opened or read.
    """
    reading = _Reading(wanted)
    for piece in whole_entries(pieces(path)):
        _take(reading, piece)
        if progress is not None:
            progress(len(piece.text))
    return ReadLog(
        path=path,
        formats=tuple(name for name, _ in reading.tasted.most_common(3)),
        lines=reading.lines,
        entries=tuple(reading.entries),
        access=tuple(reading.access),
        access_count=reading.access_count,
        first=reading.first,
        last=reading.last,
        left_out=reading.left_out,
        cut_lines=reading.cut_lines,
        damage=reading.damage,
    )


def _take(reading: _Reading, piece: Piece) -> None:
    text = piece.text
    reading.lines += text.count(b"\n") + (not text.endswith(b"\n") and bool(text))
    reading.cut_lines += piece.cut_lines
    reading.damage = piece.damage or reading.damage
    if sum(reading.tasted.values()) < _TASTED:
        _taste(reading, text)
    above = reading.last
    first, last = _ends(text, reading.wanted.year)
    if first is not None:
        reading.first = reading.first or first
        reading.last = last or first
        if _is_outside(reading.wanted, first, last or first):
            return
    if reading.style is not None and reading.style.access is not None:
        _take_access(reading, reading.style, piece)
        return
    for entry in find_entries(text, piece.first_line, reading.wanted.year, above):
        _keep(reading, entry)


def _keep(reading: _Reading, entry: Entry) -> None:
    if len(reading.entries) < MOST_ENTRIES:
        reading.entries.append(entry)
    else:
        reading.left_out += 1


def _taste(reading: _Reading, text: bytes) -> None:
    """Find out what the lines look like."""
    for line in text[: 1 << 17].split(b"\n")[:_TASTED]:
        if find_stamp(line, reading.wanted.year) is None:
            continue
        style = format_of(line)
        reading.tasted[style.name] += 1
        if reading.tasted[style.name] == max(reading.tasted.values()):
            reading.style = style


def _ends(text: bytes, year: int) -> tuple[Stamp | None, Stamp | None]:
    """The first and the last time in a piece, as far as they are near its ends."""
    first = next(filter(None, (find_stamp(x, year) for x in text[: 1 << 16].splitlines())), None)
    tail = reversed(text[-1 << 16 :].splitlines())
    return first, next(filter(None, (find_stamp(line, year) for line in tail)), None)


def _is_outside(wanted: Wanted, first: Stamp, last: Stamp) -> bool:
    early, late = sorted((first.time_ns, last.time_ns))
    return late < wanted.first_ns - FARTHEST_NS or early > wanted.last_ns + FARTHEST_NS


def _take_access(reading: _Reading, style: LogFormat, piece: Piece) -> None:
    """Keep the lines whose requests the capture has, and those of failures behind a proxy."""
    requests, year = reading.wanted.requests, reading.wanted.year
    for number, line in enumerate(piece.text.split(b"\n"), piece.first_line):
        found = style.request(line)
        if found is None:
            continue
        method, target, status = found
        reading.access_count += 1
        kinds = style.failure(line) or STATUS.get(status)
        known = method + b" " + target in requests
        if not known and kinds is None:
            continue
        stamp = find_stamp(line, year)
        if stamp is None:
            continue
        if known and len(reading.access) < MOST_ACCESS:
            reading.access.append(AccessLine(number, stamp, method, target, status))
        if kinds is not None:
            _keep(reading, Entry(number, stamp, kinds, line[:4096], excerpt(line, 0)))
