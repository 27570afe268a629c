"""`find_entries`: the entries of a piece of a log that tell of a failed connection.

From a piece of whole lines and what is known of the line before it. Most lines are passed over by
looking for the stems of symptoms in the piece as a whole; only a line that has one is looked at.
A line that begins no entry of its own (a stack trace, a traceback) belongs to the one above it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from netdiag.logs.entry import Entry
from netdiag.logs.excerpts import excerpt
from netdiag.logs.pieces import Piece
from netdiag.logs.stamps import Stamp, find_stamp
from netdiag.logs.symptoms import find_symptom, words_by_stem

LONGEST_ENTRY = 1 << 14
"""So many bytes of an entry are looked at and held."""
FARTHEST_HEAD = 1 << 16
"""How far above a line its entry's first line is looked for."""

_CONTINUED = re.compile(
    rb"(?:\S+ (?:stdout|stderr) [FP] )?"  # as Kubernetes' container runtimes write each line
    rb"(?:\s|at |Caused by: |Suppressed: |Traceback \(|During handling |The above exception "
    rb"|\.{3} \d)"
)


def find_entries(text: bytes, first_line: int, year: int, above: Stamp | None) -> Iterator[Entry]:
    """Go through the entries of a piece.

    Args:
        text: whole lines.
        first_line: number of the first of them.
        year: for times that name none.
        above: the last time before this piece; for entries that have none of their own.
    """
    counted_to, line = 0, first_line
    done = 0
    for start in _suspects(text):
        if start < done:
            continue
        head = _head(text, start, done)
        done = _end(text, start)
        entry = text[head : min(done, head + LONGEST_ENTRY)]
        if start > head + LONGEST_ENTRY // 2:  # the telling line lies far below the head
            entry = text[head : head + 512] + text[start : min(done, start + LONGEST_ENTRY)]
        symptom = find_symptom(entry)
        if symptom is None:
            continue
        line += text.count(b"\n", counted_to, head)
        counted_to = head
        stamp = find_stamp(text[head : _line_end(text, head)], year)
        if stamp is None and not begins_entry(text, head):  # a 29th of February is never above
            stamp = _stamp_above(text, head, year)
        stamp = stamp or above
        yield Entry(line, stamp, symptom.kinds, entry, excerpt(symptom.line, symptom.at))


def _suspects(text: bytes) -> list[int]:
    """Where the lines begin that have the words of a symptom, in order."""
    starts: set[int] = set()
    for stem, words, patterns in words_by_stem():
        at = text.find(stem)
        while at >= 0:
            start, end = text.rfind(b"\n", 0, at) + 1, _line_end(text, at)
            if _has(text, start, end, words) or any(p.search(text, start, end) for p in patterns):
                starts.add(start)
            at = text.find(stem, end)
    return sorted(starts)


def _has(text: bytes, start: int, end: int, words: tuple[bytes, ...]) -> bool:
    for each in words:  # noqa: SIM110 - any() is slower, and millions of lines come by here
        if text.find(each, start, end) >= 0:
            return True
    return False


def whole_entries(some: Iterable[Piece]) -> Iterator[Piece]:
    """Cut pieces between entries instead of between lines."""
    held: Piece | None = None
    for piece in some:
        whole = (
            piece
            if held is None
            else replace(
                piece,
                text=held.text + piece.text,
                first_line=held.first_line,
                cut_lines=held.cut_lines + piece.cut_lines,
            )
        )
        cut = _last_head(whole.text)
        before, rest = whole.text[:cut], whole.text[cut:]
        held = Piece(rest, whole.first_line + before.count(b"\n"))
        yield replace(whole, text=before)
    if held is not None:
        yield held


def _last_head(text: bytes) -> int:
    """Where the last entry begins; the end where that is far away."""
    at, limit = len(text), max(0, len(text) - FARTHEST_HEAD)
    while at > limit:
        at = text.rfind(b"\n", 0, at - 1) + 1
        if begins_entry(text, at):
            return at
    return len(text)


def _head(text: bytes, start: int, floor: int) -> int:
    """Where the entry begins that the line at `start` belongs to."""
    at, limit = start, max(floor, start - FARTHEST_HEAD)
    while not begins_entry(text, at):
        if at <= limit:
            return start if at == 0 else at
        at = text.rfind(b"\n", 0, at - 1) + 1
    return at


def begins_entry(text: bytes, start: int) -> bool:
    """Whether the line that begins there is the first of an entry: it has a time of its own."""
    if _CONTINUED.match(text, start):
        return False
    line = text[start : min(_line_end(text, start), start + 4096)]
    return find_stamp(line, 2000) is not None


def _end(text: bytes, start: int) -> int:
    """Where the entry ends that the line at `start` belongs to."""
    at = _line_end(text, start)
    limit = min(len(text), at + FARTHEST_HEAD)
    while at < limit and not begins_entry(text, at):
        at = _line_end(text, at)
    return at


def _line_end(text: bytes, start: int) -> int:
    end = text.find(b"\n", start)
    return len(text) if end < 0 else end + 1


def _stamp_above(text: bytes, start: int, year: int) -> Stamp | None:
    """The time of the nearest line above that has one."""
    at, limit = start, max(0, start - FARTHEST_HEAD)
    while at > limit:
        at = text.rfind(b"\n", 0, at - 1) + 1
        stamp = find_stamp(text[at : _line_end(text, at)], year)
        if stamp is not None:
            return stamp
    return None
