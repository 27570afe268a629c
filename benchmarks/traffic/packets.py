"""`Packets`: the packets of a capture as columns, before they become bytes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Self

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]

FIN, SYN, RST, PSH, ACK = 0x01, 0x02, 0x04, 0x08, 0x10


@dataclass(frozen=True, slots=True)
class Packets:
    """One row a packet.

    Columns:
        time_us: int64, microseconds since 1970-01-01 UTC.
        heard_us: int64, when its sender last heard the other end; for the time stamp option.
        connection: int32, number of its connection; -1 for a frame without TCP.
        by_client: bool, whether the client sent it.
        flags: uint8, the TCP flags.
        text: int16, its payload in `Texts`, or -1; of a frame without TCP its number in the
            shape's `frames`.
        sequence: uint32, sequence number.
        acknowledgment: uint32, acknowledgement number; 0 without the ACK flag.
    """

    time_us: npt.NDArray[np.int64]
    heard_us: npt.NDArray[np.int64]
    connection: npt.NDArray[np.int32]
    by_client: npt.NDArray[np.bool_]
    flags: npt.NDArray[np.uint8]
    text: npt.NDArray[np.int16]
    sequence: npt.NDArray[np.uint32]
    acknowledgment: npt.NDArray[np.uint32]

    def __len__(self) -> int:
        return len(self.time_us)

    def take(self, rows: slice | Ints | Mask) -> Self:
        """Return some of the rows."""
        return type(self)(*(getattr(self, column.name)[rows] for column in fields(self)))

    @classmethod
    def joined(cls, tables: Sequence[Self]) -> Self:
        """Return the rows of several tables, one table after the other."""
        names = [column.name for column in fields(cls)]
        return cls(*(np.concatenate([getattr(t, name) for t in tables]) for name in names))


def frames_alone(time_us: Ints, number: Ints) -> Packets:
    """Rows of frames without TCP: when, and which of the shape's `frames`."""
    count = len(time_us)
    nothing = np.zeros(count, np.uint32)
    return Packets(
        time_us=time_us,
        heard_us=time_us,
        connection=np.full(count, -1, np.int32),
        by_client=np.ones(count, bool),
        flags=np.zeros(count, np.uint8),
        text=number.astype(np.int16),
        sequence=nothing,
        acknowledgment=nothing,
    )
