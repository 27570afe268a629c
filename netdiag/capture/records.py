"""`Records`: a block of a capture's packet records, with their bytes."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from netdiag.columns import Columns

PADDING_BYTES = 256
"""Zero bytes behind the last packet of a block, so that fixed-width gathers stay inside it."""


class RecordColumns(Columns, frozen=True, eq=False):
    """One row a captured packet, in the order of the file.

    Columns:
        frame: int64, 1-based number in the capture, as Wireshark shows it.
        time_ns: int64, nanoseconds since 1970-01-01 UTC. May go back between rows.
        start: int64, offset of the packet's first byte in `Records.data`.
        captured: int64, bytes that are in the capture (never beyond the block).
        original: int64, bytes that were on the wire; at least `captured` unless the file lies.
        link_type: int32, LINKTYPE_* number of the interface that the packet was captured on.
        interface: int32, index of that interface in its reader's `interfaces`.
    """

    frame: npt.NDArray[np.int64]
    time_ns: npt.NDArray[np.int64]
    start: npt.NDArray[np.int64]
    captured: npt.NDArray[np.int64]
    original: npt.NDArray[np.int64]
    link_type: npt.NDArray[np.int32]
    interface: npt.NDArray[np.int32]


class Records(Struct, frozen=True, eq=False):
    """A block of packets and the bytes they lie in.

    Attributes:
        data: uint8, the block; ends with at least `PADDING_BYTES` zero bytes that belong to
            no packet. Valid only until the block after the next one is asked for: keep columns, not
            bytes.
        rows: where each packet lies in `data`.
    """

    data: npt.NDArray[np.uint8]
    rows: RecordColumns
