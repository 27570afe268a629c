"""`Part`: from where to where a connection is shown.

Frames are named as reports name them (``57``, ``2:57`` in the second of several captures), times as
for ``--since``; but ``+12.5`` counts from the connection's first frame, as its ladder does.
"""

from __future__ import annotations

import re

import numpy as np
from msgspec import Struct

from netdiag.columns import Mask, Rows
from netdiag.errors import SelectionError
from netdiag.report.build.subject import Subject
from netdiag.selection import parse_moment

_FRAME = re.compile(r"(?:([0-9]{1,9}):)?([0-9]{1,18})")


class Part(Struct, frozen=True):
    """What of a connection is wanted; None: from its beginning, to its end."""

    begin: str | None = None
    end: str | None = None

    def cut(self, subject: Subject, rows: Rows) -> tuple[int, int]:
        """The first place of `rows` that is wanted, and one past the last.

        Raises:
            SelectionError: no frame is.
        """
        first, stop = 0, len(rows)
        if self.begin is not None:
            places = np.flatnonzero(_reaches(subject, rows, self.begin, "--from", sign=1))
            first = int(places[0]) if len(places) else stop
        if self.end is not None:
            places = np.flatnonzero(_reaches(subject, rows, self.end, "--to", sign=-1))
            stop = int(places[-1]) + 1 if len(places) else 0
        if first >= stop:
            wanted = " ".join(
                f"{name} {text}"
                for name, text in (("--from", self.begin), ("--to", self.end))
                if text is not None
            )
            frames = f"{subject.frame(int(rows[0]))} to {subject.frame(int(rows[-1]))}"
            raise SelectionError(f"{wanted}: no frame of the connection, whose are {frames}")
        return first, stop


def parse_frame(subject: Subject, text: str, option: str) -> tuple[int, int]:
    """The index of a capture and the number of a frame in it.

    Raises:
        SelectionError: it names no frame of the captures, or not in which of them.
    """
    match = _FRAME.fullmatch(text)
    captures = len(subject.captures)
    if match is None:
        raise SelectionError(f"{option}: expected a frame such as 57 or 2:57, found {text!r}")
    if match[1] is None and captures > 1:
        raise SelectionError(
            f"{option} {text}: expected the capture too, as in 1:{text}; there are {captures}"
        )
    capture, frame = int(match[1] or 1), int(match[2])
    if not 1 <= capture <= captures:
        raise SelectionError(f"{option} {text}: expected a capture from 1 to {captures}")
    packets = subject.captures[capture - 1].info.packets
    if not 1 <= frame <= packets:
        raise SelectionError(
            f"{option} {text}: no such frame; the capture has the frames 1 to {packets}"
        )
    return capture - 1, frame


def _reaches(subject: Subject, rows: Rows, text: str, option: str, sign: int) -> Mask:
    """Which rows lie at or after a frame or time (`sign` 1), or at or before it (-1)."""
    traffic = subject.scene.traffic
    reached: Mask
    if _FRAME.fullmatch(text):
        capture, frame = parse_frame(subject, text, option)
        segments = traffic.row[rows]
        ahead = traffic.segments.frame[segments].astype(np.int64) - frame
        reached = (traffic.segments.capture[segments] == capture) & (ahead * sign >= 0)
    else:
        when = parse_moment(option, text).absolute(int(traffic.time_ns[rows[0]]))
        reached = (traffic.time_ns[rows] - when) * sign >= 0
    return reached
