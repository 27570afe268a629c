"""`Entry`, `AccessLine` and `ReadLog`: what was read from one log."""

from __future__ import annotations

from msgspec import Struct

from netdiag.logs.stamps import Stamp
from netdiag.logs.symptoms import Kinds


class Entry(Struct, frozen=True):
    """A line that tells of a failed connection, with the lines that belong to it.

    Attributes:
        line: number of its first line, from 1.
        stamp: when it was written; None where neither it nor a line above says so.
        kinds: outcomes of a request that are told in these words.
        text: its bytes, as many as `netdiag.logs.entries.LONGEST_ENTRY`.
        excerpt: the line of it that says most.
    """

    line: int
    stamp: Stamp | None
    kinds: Kinds
    text: bytes
    excerpt: bytes


class AccessLine(Struct, frozen=True):
    """One request as an access log has it.

    Attributes:
        method: upper case.
        target: as in the request line.
        status: of the answer.
    """

    line: int
    stamp: Stamp
    method: bytes
    target: bytes
    status: int


class ReadLog(Struct, frozen=True):
    """What is of use in one log.

    Attributes:
        formats: names of the formats of its lines, the most frequent first.
        lines: how many it has.
        access_count: how many of them are lines of an access log; `access` has those among them
            whose requests the capture has, too.
        first: the first time in it; None where there is none, as is `last`.
        left_out: entries that would have been too many to hold.
        cut_lines: lines too long to be held whole.
        damage: why reading ended before the log did, or None.
    """

    path: str
    formats: tuple[str, ...]
    lines: int
    entries: tuple[Entry, ...]
    access: tuple[AccessLine, ...]
    access_count: int
    first: Stamp | None
    last: Stamp | None
    left_out: int
    cut_lines: int
    damage: str | None
