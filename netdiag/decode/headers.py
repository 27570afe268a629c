"""The columns of the innermost IP and TCP header of each segment.

Made from the offsets that `netdiag.decode.peeling` found. Which rows contradict themselves is
said here; what becomes of them is left to the decoder.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from netdiag.capture.gather import Bytes, Offsets, gather
from netdiag.decode.addresses import IPV6_BIT, Addresses

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


@dataclass(frozen=True, slots=True, eq=False)
class NetworkColumns:
    """One row an IP header.

    Attributes:
        source: uint64, endpoint with port 0; see `netdiag.decode.addresses`.
        destination: uint64, the same.
        end: int64, offset behind the IP packet by its own length; -1 where it doesn't say.
        ttl: uint8.
        ip_id: uint16, 0 for IPv6.
    """

    source: npt.NDArray[np.uint64]
    destination: npt.NDArray[np.uint64]
    end: Offsets
    ttl: npt.NDArray[np.uint8]
    ip_id: npt.NDArray[np.uint16]


def network_columns(data: Bytes, ip: Offsets, addresses: Addresses) -> NetworkColumns:
    """Read the IP headers, of either version, at `ip`."""
    is_v6 = data.take(ip) >> 4 == 6
    if not is_v6.any():
        return _ipv4_columns(data, ip)
    if is_v6.all():
        return _ipv6_columns(data, ip, addresses)
    v4, v6 = np.flatnonzero(~is_v6), np.flatnonzero(is_v6)
    order = np.argsort(np.concatenate([v4, v6]))
    both = _ipv4_columns(data, ip[v4]), _ipv6_columns(data, ip[v6], addresses)
    return NetworkColumns(
        *(
            np.concatenate([getattr(part, name) for part in both])[order]
            for name in ("source", "destination", "end", "ttl", "ip_id")
        )
    )


def _ipv4_columns(data: Bytes, ip: Offsets) -> NetworkColumns:
    header = gather(data, ip, IPV4_HEADER)
    length = header["length"].astype(np.int64)
    return NetworkColumns(
        source=header["source"].astype(np.uint64) << np.uint64(16),
        destination=header["destination"].astype(np.uint64) << np.uint64(16),
        end=_ends(ip, length, length),
        ttl=header["ttl"].copy(),
        ip_id=header["id"].astype(np.uint16),
    )


def _ipv6_columns(data: Bytes, ip: Offsets, addresses: Addresses) -> NetworkColumns:
    header = gather(data, ip, IPV6_HEADER)
    # Both addresses of a row before the next row's: so that they are numbered in the order of
    # the frames, wherever one block ends and the next begins.
    numbers = addresses.number(header["addresses"].reshape(-1, 16)).reshape(-1, 2)
    endpoints = numbers << np.uint64(16) | np.uint64(IPV6_BIT)
    length = header["length"].astype(np.int64)
    return NetworkColumns(
        source=endpoints[:, 0],
        destination=endpoints[:, 1],
        end=_ends(ip, length, length + IPV6_HEADER.itemsize),
        ttl=header["hop_limit"].copy(),
        ip_id=np.zeros(len(ip), np.uint16),
    )


def _ends(ip: Offsets, length: Offsets, whole: Offsets) -> Offsets:
    """Where the packets end; -1 for a length of 0 (segmentation offload, jumbograms)."""
    end = ip + whole
    if int(length.min(initial=1)) == 0:
        end[length == 0] = -1
    return end
