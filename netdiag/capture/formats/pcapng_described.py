"""`Described`: the interfaces of all sections so far, and what packets need of them as columns.

A million interfaces are no reason to look at each of them for each block of packets. What one
interface says is left to `pcapng_interfaces`.
"""

from __future__ import annotations

from array import array
from typing import cast

import numpy as np
import numpy.typing as npt
from msgspec.structs import replace

from netdiag.capture.formats.pcapng_interfaces import SECOND_NS, Interface, ticks_ns
from netdiag.capture.gather import Offsets
from netdiag.language import N_, _
from netdiag.problems import ProblemLog

MOST_NAMED = 4096
"""More interfaces than any host has: the texts of further ones are not kept."""
MOST_DESCRIBED = 1 << 20
"""Further ones are not kept at all: 20 bytes of a file are some 150 of memory each."""

_TOO_MANY = N_("more interfaces are described than are kept ({most}); their packets are skipped")


class Described:
    """Interfaces in the order of the file.

    Attributes:
        entries: all of them.
    """

    def __init__(self, problems: ProblemLog) -> None:
        self._problems = problems
        self.entries: list[Interface] = []
        self._link_type = array("i")
        self._resolution = array("B")
        self._offset_s = array("q")
        self._snap_length = array("q")

    def __len__(self) -> int:
        return len(self.entries)

    def add(self, interface: Interface) -> None:
        """Take in one more."""
        count = len(self.entries)
        if count >= MOST_DESCRIBED:
            detail = _(_TOO_MANY).format(most=MOST_DESCRIBED)
            self._problems.add("too-many-interfaces", detail)
            return
        if count and interface == self.entries[-1]:
            interface = self.entries[-1]
        elif count >= MOST_NAMED and interface.texts:
            interface = replace(interface, texts=())
        self.entries.append(interface)
        self._link_type.append(interface.link_type)
        self._resolution.append(interface.resolution)
        self._offset_s.append(interface.offset_s)
        self._snap_length.append(interface.snap_length)

    def link_types(self, rows: Offsets) -> npt.NDArray[np.int32]:
        """The LINKTYPE_* number of each of `rows`, indices of interfaces."""
        return cast("npt.NDArray[np.int32]", _taken(self._link_type, rows))

    def snap_lengths(self, rows: Offsets) -> Offsets:
        """The snap length of each; 0 for no limit, and where there is no such interface."""
        if not self.entries:
            return np.zeros(len(rows), np.int64)
        known = rows < len(self.entries)
        return np.where(known, _taken(self._snap_length, np.where(known, rows, 0)), 0)

    def times_ns(self, rows: Offsets, ticks: npt.NDArray[np.uint64]) -> Offsets:
        """Nanoseconds since 1970 for ticks of the clocks of `rows`, indices of interfaces."""
        if not len(rows):
            return np.empty(0, np.int64)
        if (rows == rows[0]).all():
            return self.entries[int(rows[0])].times_ns(ticks)
        resolution = _taken(self._resolution, rows)
        times = np.empty(len(ticks), np.int64)
        for one in np.flatnonzero(np.bincount(resolution)).tolist():
            alike = resolution == one
            times[alike] = ticks_ns(ticks[alike], one)
        shift = _taken(self._offset_s, rows).view(np.uint64) * np.uint64(SECOND_NS)
        return (times.view(np.uint64) + shift).view(np.int64)


def _taken(column: array[int], rows: Offsets) -> npt.NDArray[np.int64]:
    """Some rows of a column that grows: no view of it may last, or it can't."""
    values = np.frombuffer(column, column.typecode) if len(column) else np.empty(0, np.int64)
    taken: npt.NDArray[np.int64] = values[rows]
    return taken
