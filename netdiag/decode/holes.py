"""`Holes`: the times of which captures hold nothing, because they are damaged.

From what the readers skipped. What that does to a verdict is left to the rooms that draw
conclusions from what they do not see.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from netdiag.capture import CaptureInfo
from netdiag.columns import Mask

ENDS_EARLY = frozenset({"truncated-file", "interrupted", "shrunk-file", "unreadable-file"})
"""Problems that leave out a capture's end."""

Times = npt.NDArray[np.int64]


class Holes(Struct, frozen=True, eq=False):
    """Stretches of time, ordered by their beginning; they can overlap.

    Attributes:
        begin_ns: int64, time of the last packet before each.
        end_ns: int64, time of the first packet behind it.
    """

    begin_ns: Times
    end_ns: Times

    @classmethod
    def of(cls, captures: Sequence[CaptureInfo]) -> Self:
        """The holes of all captures.

        One at a capture's end is as if it had ended there, and one at its beginning as if it had
        begun later, unless another capture goes on or has gone before: rotated files.
        """
        spans = []
        for info in captures:
            others = [other for other in captures if other is not info]
            if info.last_time_ns is not None and _ends_early(info):
                end = _earliest(others, info.last_time_ns)
                if end is not None:
                    spans.append((info.last_time_ns, end))
            for skipped in info.skipped:
                begin, end = skipped.before_ns, skipped.after_ns
                if begin is None and end is not None:
                    begin = _latest(others, end)
                if end is None and begin is not None:
                    end = _earliest(others, begin)
                if begin is not None and end is not None:
                    spans.append((min(begin, end), max(begin, end)))
        times = np.array(sorted(spans), np.int64).reshape(-1, 2)
        return cls(times[:, 0], times[:, 1])

    def __len__(self) -> int:
        return len(self.begin_ns)

    def cross(self, first_ns: Times, last_ns: Times) -> Mask:
        """Whether any of them lies, even in part, between each pair of times; bool."""
        if not len(self):
            return np.zeros(len(first_ns), bool)
        before = np.searchsorted(self.begin_ns, last_ns, "left")
        latest_end = np.maximum.accumulate(self.end_ns)
        crossed: Mask = (before > 0) & (latest_end[np.maximum(before - 1, 0)] > first_ns)
        return crossed


def _ends_early(info: CaptureInfo) -> bool:
    return any(problem.code in ENDS_EARLY for problem in info.problems)


def _latest(captures: Sequence[CaptureInfo], before_ns: int) -> int | None:
    """When the last capture before that time ended."""
    ends = [info.last_time_ns for info in captures]
    return max((end for end in ends if end is not None and end <= before_ns), default=None)


def _earliest(captures: Sequence[CaptureInfo], after_ns: int) -> int | None:
    """When the first capture after that time began."""
    begins = [info.first_time_ns for info in captures]
    return min((begin for begin in begins if begin is not None and begin >= after_ns), default=None)
