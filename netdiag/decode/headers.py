"""The columns of the innermost IP and TCP header of each segment.

Made from the offsets that `netdiag.decode.peeling` found. Which rows contradict themselves is
said here; what becomes of them is left to `netdiag.decode.headed`, which does all of this in one
compiled pass where it can.
"""

from __future__ import annotations

from typing import Self

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from netdiag.capture.gather import Bytes, Offsets, gather
from netdiag.columns import Rows
from netdiag.decode.addresses import IPV6_BIT, Addresses

Endpoints = npt.NDArray[np.uint64]

# RFC 791, section 3.1
IPV4_HEADER = np.dtype(
    [
        ("version_ihl", "u1"),
        ("tos", "u1"),
        ("length", ">u2"),
        ("id", ">u2"),
        ("fragment", ">u2"),
        ("ttl", "u1"),
        ("protocol", "u1"),
        ("checksum", ">u2"),
        ("source", ">u4"),
        ("destination", ">u4"),
    ]
)
# RFC 8200, section 3
IPV6_HEADER = np.dtype(
    [
        ("version_class_flow", ">u4"),
        ("length", ">u2"),
        ("next", "u1"),
        ("hop_limit", "u1"),
        ("addresses", "u1", (2, 16)),
    ]
)
# RFC 9293, section 3.1
TCP_HEADER = np.dtype(
    [
        ("source", ">u2"),
        ("destination", ">u2"),
        ("sequence", ">u4"),
        ("acknowledgment", ">u4"),
        ("data_offset", "u1"),
        ("flags", "u1"),
        ("window", ">u2"),
        ("checksum", ">u2"),
        ("urgent", ">u2"),
    ]
)


class HeaderColumns(Struct, frozen=True, eq=False):
    """One row a segment.

    Attributes:
        source: uint64, endpoint; see `netdiag.decode.addresses`.
        destination: uint64, the same.
        sequence: uint32.
        acknowledgment: uint32.
        flags: uint8.
        window: uint16.
        header_length: uint8, bytes of the TCP header as it says itself: at most 60.
        ttl: uint8.
        ip_id: uint16, 0 for IPv6.
        end: int64, offset behind the IP packet by its own length; -1 where it doesn't say.
    """

    source: npt.NDArray[np.uint64]
    destination: npt.NDArray[np.uint64]
    sequence: npt.NDArray[np.uint32]
    acknowledgment: npt.NDArray[np.uint32]
    flags: npt.NDArray[np.uint8]
    window: npt.NDArray[np.uint16]
    header_length: npt.NDArray[np.uint8]
    ttl: npt.NDArray[np.uint8]
    ip_id: npt.NDArray[np.uint16]
    end: Offsets

    @classmethod
    def of_rows(cls, count: int) -> Self:
        """Columns to be filled."""
        return cls(
            source=np.empty(count, np.uint64),
            destination=np.empty(count, np.uint64),
            sequence=np.empty(count, np.uint32),
            acknowledgment=np.empty(count, np.uint32),
            flags=np.empty(count, np.uint8),
            window=np.empty(count, np.uint16),
            header_length=np.empty(count, np.uint8),
            ttl=np.empty(count, np.uint8),
            ip_id=np.empty(count, np.uint16),
            end=np.empty(count, np.int64),
        )


def read_headers(data: Bytes, ip: Offsets, tcp: Offsets) -> HeaderColumns:
    """Read the IP headers, of either version, at `ip` and the TCP headers at `tcp`.

    Of IPv6 the endpoints have ports only; see `add_ipv6_addresses`.
    """
    found = HeaderColumns.of_rows(len(ip))
    is_v6 = data.take(ip) >> 4 == 6
    four = slice(None) if not is_v6.any() else np.flatnonzero(~is_v6)
    _read_ipv4(data, ip, four, found)
    six = np.flatnonzero(is_v6)
    if len(six):
        _read_ipv6(data, ip, six, found)
    header = gather(data, tcp, TCP_HEADER)
    found.source[:] |= header["source"]
    found.destination[:] |= header["destination"]
    for name in ("sequence", "acknowledgment", "flags", "window"):
        getattr(found, name)[:] = header[name]
    found.header_length[:] = (header["data_offset"] >> 4) * np.uint8(4)
    return found


def _read_ipv4(data: Bytes, ip: Offsets, rows: Rows | slice, into: HeaderColumns) -> None:
    """All that an IPv4 header says, with ports of 0."""
    header = gather(data, ip[rows], IPV4_HEADER)
    into.source[rows] = header["source"].astype(np.uint64) << np.uint64(16)
    into.destination[rows] = header["destination"].astype(np.uint64) << np.uint64(16)
    into.ttl[rows] = header["ttl"]
    into.ip_id[rows] = header["id"]
    # A length of 0 is what segmentation offload leaves.
    length = header["length"].astype(np.int64)
    into.end[rows] = np.where(length == 0, -1, ip[rows] + length)


def _read_ipv6(data: Bytes, ip: Offsets, rows: Rows, into: HeaderColumns) -> None:
    """All that an IPv6 header says but for its addresses, with ports of 0."""
    header = gather(data, ip[rows], IPV6_HEADER)
    into.source[rows] = into.destination[rows] = into.ip_id[rows] = 0
    into.ttl[rows] = header["hop_limit"]
    # A length of 0 is that of a jumbogram, too.
    length = header["length"].astype(np.int64)
    into.end[rows] = np.where(length == 0, -1, ip[rows] + length + IPV6_HEADER.itemsize)


def add_ipv6_addresses(
    data: Bytes, ip: Offsets, source: Endpoints, destination: Endpoints, addresses: Addresses
) -> None:
    """Put the numbers of IPv6 addresses above the ports of their rows, in place."""
    rows = np.flatnonzero(data.take(ip) >> 4 == 6)
    if len(rows) == 0:
        return
    header = gather(data, ip[rows], IPV6_HEADER)
    # Both addresses of a row before the next row's: so that they are numbered in the order of
    # the frames, wherever one block ends and the next begins.
    numbers = addresses.number(header["addresses"].reshape(-1, 16)).reshape(-1, 2)
    endpoints = numbers << np.uint64(16) | np.uint64(IPV6_BIT)
    source[rows] |= endpoints[:, 0]
    destination[rows] |= endpoints[:, 1]
