"""`Source`: what the columns of exported tables are taken from, and what several of them need."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from netdiag.columns import Rows, values_at
from netdiag.diagnosis.scene import Scene
from netdiag.export.column import MISSING, Numbers
from netdiag.listing import Table, column_named
from netdiag.listing.column import MISSING as NOT_LISTED
from netdiag.report.build.subject import Subject

if TYPE_CHECKING:
    from netdiag.diagnosis.diagnose import Finding


class Source(Struct, frozen=True, eq=False, dict=True):
    """An analysis, with what is computed of it once.

    Attributes:
        subject: the tables, and the captures that they were seen in.
        findings: what was found; what matters most first.
    """

    subject: Subject
    findings: tuple[Finding, ...]

    @property
    def scene(self) -> Scene:
        """The tables of the analysis."""
        return self.subject.scene

    @cached_property
    def table(self) -> Table:
        """The list of connections, whose columns have their definitions there."""
        return Table(self.subject, self.findings)

    @cached_property
    def connection_rows(self) -> Rows:
        """The rows of `Connections` that were asked for, in the order of their names; int64."""
        rows = np.flatnonzero(self.scene.considered)
        order: Rows = rows[np.argsort(self.scene.connections.number[rows])]
        return order

    @cached_property
    def exchange_rows(self) -> Rows:
        """The rows of `Exchanges` of those connections, in the same order; int64."""
        rows, endings = self.connection_rows, self.scene.endings
        count = endings.exchanges[rows]
        before = np.cumsum(count) - count
        place = np.arange(int(count.sum())) - np.repeat(before, count)
        return np.repeat(endings.first_exchange[rows], count) + place

    def listed(self, name: str, rows: Rows) -> Numbers:
        """A column of the list of connections, at rows of `Connections`."""
        values = self.table.values(column_named(name, name))[rows]
        return np.where(values == NOT_LISTED, MISSING, values)

    def frame(self, rows: Rows) -> npt.NDArray[np.int64]:
        """The frames of rows of `Traffic`, of which any may be missing (-1); int64."""
        return self._at(rows, self.scene.traffic.segments.frame)

    def capture(self, rows: Rows) -> npt.NDArray[np.int64]:
        """The indexes of the captures that hold them; int64."""
        return self._at(rows, self.scene.traffic.segments.capture)

    def time(self, rows: Rows) -> npt.NDArray[np.int64]:
        """When they were captured; int64, ns since 1970."""
        return values_at(self.scene.traffic.time_ns, rows, MISSING)

    def between(self, first: Rows, second: Rows) -> npt.NDArray[np.int64]:
        """From one row of `Traffic` to another; int64, ns, MISSING where one of them is."""
        both = (first >= 0) & (second >= 0)
        return np.where(both, self.time(second) - np.where(both, self.time(first), 0), MISSING)

    def _at(self, rows: Rows, values: npt.NDArray[np.generic]) -> npt.NDArray[np.int64]:
        return values_at(values, values_at(self.scene.traffic.row, rows, MISSING), MISSING)

    @cached_property
    def finding_of(self) -> npt.NDArray[np.int64]:
        """The first finding that each connection belongs to, by its index, or MISSING; int64."""
        first = np.full(len(self.scene.connections), MISSING, np.int64)
        for index in reversed(range(len(self.findings))):
            for case in self.findings[index].cases:
                c = case.story.connection
                first[[c, *self.subject.other_legs(c)]] = index
        return first

    @cached_property
    def requests_in_question(self) -> tuple[Rows, npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
        """Rows of `Exchanges` that findings are about: ascending, with finding and harm of each."""
        seen: dict[int, tuple[int, bool]] = {}
        for index, finding in enumerate(self.findings):
            for case in finding.cases:
                seen.setdefault(case.story.exchange, (index, case.claim.harmed))
        seen.pop(-1, None)
        rows = np.array(sorted(seen), np.int64)
        findings = np.array([seen[row][0] for row in rows.tolist()], np.int64)
        return rows, findings, np.array([seen[row][1] for row in rows.tolist()], bool)
