"""`Segments`: the TCP segments of a capture as columns, without their bytes."""

from __future__ import annotations

from typing import Self

import numpy as np
import numpy.typing as npt

from netdiag.columns import Columns


class Flag:
    """The control bits of RFC 9293, section 3.1, that an analysis reads.

    Plain numbers: with a member of an enumeration, numpy makes eight bytes of each flag.
    """

    FIN = 0x01
    SYN = 0x02
    RST = 0x04
    PSH = 0x08
    ACK = 0x10
    URG = 0x20
    ECE = 0x40
    CWR = 0x80


class Segments(Columns, frozen=True, eq=False):
    """One row a captured TCP segment, in capture order.

    Columns:
        capture: uint16, index of the capture file.
        frame: uint32, 1-based number of the packet in that file.
        time_ns: int64, nanoseconds since 1970-01-01 UTC; may go back between rows.
        source: uint64, endpoint that sent it; see `netdiag.decode.addresses`.
        destination: uint64, endpoint that it was sent to.
        sequence: uint32, sequence number of the first payload byte (or of SYN, FIN).
        acknowledgment: uint32, meaningless unless the ACK flag is set.
        flags: uint8, bits of `Flag`.
        window: uint16, as on the wire: unscaled.
        length: uint32, payload bytes on the wire by the IP length, not by what was captured;
            with an IP total length of 0 (segmentation offload) by the frame's original length.
        header_length: uint8, TCP header in bytes; more than 20 means that there are options.
        ttl: uint8, IPv4 time to live or IPv6 hop limit, of the innermost IP header.
        ip_id: uint16, IPv4 identification; 0 for IPv6.
        way: uint8, a `netdiag.decode.departures.Way`: whether it was captured where it left its
            sender's host or arrived at the receiver's; mostly UNKNOWN.
        mark: uint8, a `netdiag.decode.marks.Mark`; OPAQUE without captured payload.
        detail: uint32, see `Mark`.
        tail: uint32, see `Marks`.
        sample: int32, row of this segment's first payload bytes in `Samples`, or -1.
    """

    capture: npt.NDArray[np.uint16]
    frame: npt.NDArray[np.uint32]
    time_ns: npt.NDArray[np.int64]
    source: npt.NDArray[np.uint64]
    destination: npt.NDArray[np.uint64]
    sequence: npt.NDArray[np.uint32]
    acknowledgment: npt.NDArray[np.uint32]
    flags: npt.NDArray[np.uint8]
    window: npt.NDArray[np.uint16]
    length: npt.NDArray[np.uint32]
    header_length: npt.NDArray[np.uint8]
    ttl: npt.NDArray[np.uint8]
    ip_id: npt.NDArray[np.uint16]
    way: npt.NDArray[np.uint8]
    mark: npt.NDArray[np.uint8]
    detail: npt.NDArray[np.uint32]
    tail: npt.NDArray[np.uint32]
    sample: npt.NDArray[np.int32]

    @classmethod
    def empty(cls) -> Self:
        """A table without rows, with the columns' dtypes."""
        return cls(
            capture=np.empty(0, np.uint16),
            frame=np.empty(0, np.uint32),
            time_ns=np.empty(0, np.int64),
            source=np.empty(0, np.uint64),
            destination=np.empty(0, np.uint64),
            sequence=np.empty(0, np.uint32),
            acknowledgment=np.empty(0, np.uint32),
            flags=np.empty(0, np.uint8),
            window=np.empty(0, np.uint16),
            length=np.empty(0, np.uint32),
            header_length=np.empty(0, np.uint8),
            ttl=np.empty(0, np.uint8),
            ip_id=np.empty(0, np.uint16),
            way=np.empty(0, np.uint8),
            mark=np.empty(0, np.uint8),
            detail=np.empty(0, np.uint32),
            tail=np.empty(0, np.uint32),
            sample=np.empty(0, np.int32),
        )
