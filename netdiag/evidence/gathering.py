"""`Gathering`: which packets are wanted, and why.

Filled by `stories` and `measures`; rows are rows of `Traffic`. Reading the packets again is left
to `netdiag.capture.rereading`.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from netdiag.columns import Rows
from netdiag.decode.segments import Flag
from netdiag.diagnosis.scene import Scene
from netdiag.evidence.notes import Note, Part
from netdiag.report.build import Subject

MOST_NOTES = 3
"""A packet may belong to several occurrences; more comments than this say nothing more."""


class Wanted(Struct, frozen=True):
    """Packets to be read again, in the order in which netdiag saw them.

    Attributes:
        rows: int64, rows of `Traffic`.
        notes: what to say of each, in the same order.
    """

    rows: Rows
    notes: tuple[tuple[Note, ...], ...]


class Gathering:
    """Rows with notes; what is added first is what matters most of a packet."""

    def __init__(self, subject: Subject) -> None:
        self.subject = subject
        self._notes: dict[int, list[Note]] = {}

    @property
    def scene(self) -> Scene:
        """The tables that the rows are of."""
        return self.subject.scene

    def add(self, rows: Iterable[int], note: Note) -> None:
        """Want these rows (those that are -1 left out), for this reason."""
        for row in rows:
            if row < 0:
                continue
            known = self._notes.setdefault(int(row), [])
            same = any((n.cause, n.number) == (note.cause, note.number) for n in known)
            if not known or (note.cause is not None and not same and len(known) < MOST_NOTES):
                known.append(note)

    def add_connection(self, connection: int, rows: Iterable[int], note: Note) -> None:
        """The same, said of a connection."""
        self.add(rows, replace(note, connection=self.subject.connection_id(connection)))

    def rows(self) -> list[int]:
        """The rows wanted so far."""
        return list(self._notes)

    def finish(self) -> Wanted:
        """Everything that was added."""
        rows = np.array(list(self._notes), np.int64)
        order = np.argsort(self.scene.traffic.row[rows])
        rows = rows[order]
        return Wanted(rows, tuple(tuple(self._notes[row]) for row in rows.tolist()))


def plain_part(scene: Scene, row: int) -> Part:
    """What a packet is by itself, whatever it is wanted for."""
    traffic = scene.traffic
    flags, length = int(traffic.flags[row]), int(traffic.length[row])
    if flags & Flag.SYN:
        parts = Part.CLIENT_SYN, Part.SERVER_SYN
    elif flags & Flag.RST:
        parts = Part.CLIENT_RST, Part.SERVER_RST
    elif flags & Flag.FIN:
        parts = Part.CLIENT_FIN, Part.SERVER_FIN
    elif length and traffic.new_bytes[row] == 0:
        parts = Part.CLIENT_AGAIN, Part.SERVER_AGAIN
    elif length:
        parts = Part.CLIENT_DATA, Part.SERVER_DATA
    else:
        parts = Part.CLIENT_ACK, Part.SERVER_ACK
    return parts[0] if traffic.from_client[row] else parts[1]


def note(part: Part, cause: str | None = None, number: int = 0, time_ns: int = 0) -> Note:
    """A note whose connection is filled in by `Gathering.add_connection`."""
    return Note("", part, cause, number, time_ns)
