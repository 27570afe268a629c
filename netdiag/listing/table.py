"""`Table`: what the columns of a list of connections are computed from, each once."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from msgspec import Struct, field

from netdiag.columns import Rows, values_at
from netdiag.connections.histories import follow_all
from netdiag.diagnosis.scene import Scene
from netdiag.listing.column import MISSING, Column, Kind, Values
from netdiag.report.build.closers import closers
from netdiag.report.build.subject import Subject

if TYPE_CHECKING:
    from netdiag.diagnosis.diagnose import Finding

AT_ONCE = 100_000
"""States of so many connections are followed together: it bounds what that takes of memory."""


class Table(Struct, frozen=True, eq=False, dict=True):
    """All connections of an analysis, one row each in the order of `Connections`.

    Attributes:
        subject: the tables, and the captures that they were seen in.
        findings: what was found; what matters most first.
    """

    subject: Subject
    findings: tuple[Finding, ...]
    _values: dict[str, Values] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.scene.connections)

    @property
    def scene(self) -> Scene:
        """The tables of the analysis."""
        return self.subject.scene

    def values(self, column: Column) -> Values:
        """The column's numbers, one a connection."""
        if column.name not in self._values:
            self._values[column.name] = column.values(self)
        return self._values[column.name]

    def words(self, column: Column) -> tuple[str, ...]:
        """What the numbers of words and files stand for."""
        if column.kind is Kind.FILE:
            return tuple(str(capture.info.path) for capture in self.subject.captures)
        return self.causes[1] if column.kind is Kind.WORDS else column.words

    @cached_property
    def closers(self) -> tuple[npt.NDArray[np.uint8], Rows]:
        """Who ended each connection, and the row of that in `Traffic`, or -1."""
        return closers(self.scene, np.arange(len(self)))

    @cached_property
    def last_states(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """What each end's state is when the capture ends; indexes in `histories.STATES`."""
        scene, client, server = self.scene, [], []
        for begin in range(0, len(self), AT_ONCE):
            chosen = np.arange(begin, min(begin + AT_ONCE, len(self)))
            last = follow_all(scene.traffic, scene.connections, chosen).last
            client.append(last[0].astype(np.int64))
            server.append(last[1].astype(np.int64))
        none = np.empty(0, np.int64)
        return np.concatenate([none, *client]), np.concatenate([none, *server])

    @cached_property
    def causes(self) -> tuple[npt.NDArray[np.int64], tuple[str, ...]]:
        """For each connection an index in the sets of causes seen on one; MISSING: none."""
        seen: dict[int, dict[str, None]] = {}
        for finding in self.findings:
            for case in finding.cases:
                c = case.story.connection
                for leg in (c, *self.subject.other_legs(c)):
                    seen.setdefault(leg, {})[finding.cause.slug] = None
        sets: dict[str, int] = {}
        codes = np.full(len(self), MISSING, np.int64)
        for connection, slugs in seen.items():
            codes[connection] = sets.setdefault(" ".join(slugs), len(sets))
        return codes, tuple(sets)

    def at(self, rows: Rows, values: npt.NDArray[np.generic]) -> npt.NDArray[np.int64]:
        """What `values` of `Fields` are at rows of `Traffic`; MISSING where there is no row."""
        return values_at(values, values_at(self.scene.traffic.row, rows, MISSING), MISSING)
