"""`Candidates`: exchanges that the compiled search would set aside, and the folds they become."""

from __future__ import annotations

from typing import Self

import numpy as np
import numpy.typing as npt

from netdiag.columns import Columns, Mask, Rows, begins_of
from netdiag.decode.aside import Folds
from netdiag.decode.marks import Mark
from netdiag.decode.segments import Segments
from netdiag.exchanges.likeness import Requests, pairs

Numbers = npt.NDArray[np.int64]


class Candidates(Columns, frozen=True, eq=False):
    """Exchanges that may be set aside, by `flow`, then in time order.

    Columns:
        request: int32, row of the segment that it begins with.
        previous: int32, row of the request before it on its connection; -1 where that is gone.
        next: int32, row of the next request on its connection, which stays.
        flow: int32, the same for exchanges between two endpoints.
        first_frame: uint32, the first frame of its connection.
        asked_ns: int64, when the request began.
        idle_ns: int64, as in `Exchanges`.
        answered_ns: int64, when the response began.
        word_ns: int64, when it ended.
        packets: uint32.
        sent: uint32, payload bytes from the client.
        received: uint32, payload bytes from the server.
        length: uint32, payload bytes of its first segment.
    """

    request: npt.NDArray[np.int32]
    previous: npt.NDArray[np.int32]
    next: npt.NDArray[np.int32]
    flow: npt.NDArray[np.int32]
    first_frame: npt.NDArray[np.uint32]
    asked_ns: Numbers
    idle_ns: Numbers
    answered_ns: Numbers
    word_ns: Numbers
    packets: npt.NDArray[np.uint32]
    sent: npt.NDArray[np.uint32]
    received: npt.NDArray[np.uint32]
    length: npt.NDArray[np.uint32]

    @classmethod
    def of_rows(cls, count: int) -> Self:
        """Columns to be filled."""
        i4, u4, i8 = (np.dtype(name) for name in ("i4", "u4", "i8"))
        dtypes = (i4, i4, i4, i4, u4, i8, i8, i8, i8, u4, u4, u4, u4)
        return cls(*(np.empty(count, dtype) for dtype in dtypes))

    def requests(self, segments: Segments) -> Requests:
        """What is compared of them; `segments` are the rows held."""
        first, count = self.by_connection()
        asked = self.request[first]
        client_host = segments.source[asked] & ~np.uint64(0xFFFF)
        return Requests(
            asked_ns=self.asked_ns,
            answered_ns=self.answered_ns,
            pair=np.repeat(pairs(client_host, segments.destination[asked]), count),
            length=self.length.astype(np.int64),
            sample=segments.sample[self.request],
        )

    def in_turns(self, segments: Segments) -> Mask:
        """Which of them are of neither HTTP/1 nor TLS; bool."""
        mark = segments.mark.take(self.request)
        others: Mask = (mark != Mark.HTTP_REQUEST) & (mark != Mark.TLS_DATA)
        return others

    def by_connection(self) -> tuple[Rows, Rows]:
        """The first row of each connection, and how many rows it has; int64."""
        first = np.flatnonzero(begins_of(self.flow) | begins_of(self.first_frame))
        return first, np.diff(np.append(first, len(self)))


def folded(found: Candidates, last: Mask, following: npt.NDArray[np.uint32]) -> Folds:
    """Runs of exchanges as folds.

    Args:
        last: bool, whether an exchange is the last of its run.
        following: uint32, for each run the frame of the request after it.
    """
    begins = np.flatnonzero(np.append(True, last[:-1]))

    def total(values: npt.NDArray[np.uint32]) -> Numbers:
        return np.add.reduceat(values, begins, dtype=np.int64)

    return Folds(
        capture=np.zeros(len(begins), np.uint16),
        frame=following,
        exchanges=np.diff(np.append(begins, len(found))),
        packets=total(found.packets),
        client_bytes=total(found.sent),
        server_bytes=total(found.received),
        last_word_ns=found.word_ns[last],
        longest_idle_ns=np.maximum.reduceat(found.idle_ns, begins),
        longest=np.maximum.reduceat(found.length, begins).astype(np.int64),
        shortest=np.minimum.reduceat(found.length, begins).astype(np.int64),
    )
