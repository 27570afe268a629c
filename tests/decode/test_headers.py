"""The columns of IP headers of both versions, mixed in any order."""

from __future__ import annotations

import random

import numpy as np

from netdiag.decode.addresses import Addresses
from netdiag.decode.headers import IPV4_HEADER, IPV6_HEADER, TCP_HEADER, network_columns
from tests.decode.building import ipv4, ipv6, tcp


def test_sizes_are_those_of_the_standards() -> None:
    assert (IPV4_HEADER.itemsize, IPV6_HEADER.itemsize, TCP_HEADER.itemsize) == (20, 40, 20)


def test_versions_in_any_mixture() -> None:
    rng = random.Random(1)
    for versions in ([4] * 9, [6] * 9, [4, 6] * 6, [6, 6, 4], [4, 6, 6, 4]):
        packets = [(ipv4 if v == 4 else ipv6)(rng) / tcp(rng) for v in versions]
        raw = [bytes(p) for p in packets]
        starts = np.cumsum([0] + [len(r) for r in raw])[:-1].astype(np.int64)
        data = np.frombuffer(b"".join(raw) + bytes(256), np.uint8)
        addresses = Addresses()
        got = network_columns(data, starts, addresses)
        assert [addresses.host(int(e)) for e in got.source] == [p.src for p in packets]
        assert [addresses.host(int(e)) for e in got.destination] == [p.dst for p in packets]
        assert got.end.tolist() == [int(s) + len(r) for s, r in zip(starts, raw, strict=True)]
        assert got.ttl.tolist() == [
            p.ttl if v == 4 else p.hlim for p, v in zip(packets, versions, strict=True)
        ]
        assert got.ip_id.tolist() == [
            p.id if v == 4 else 0 for p, v in zip(packets, versions, strict=True)
        ]
        assert not got.source.astype(np.int64).tolist()[0] & 0xFFFF
        assert [c.dtype for c in (got.source, got.end, got.ttl, got.ip_id)] == [
            np.uint64,
            np.int64,
            np.uint8,
            np.uint16,
        ]


def test_a_length_of_zero_says_no_end() -> None:
    data = np.zeros(300, np.uint8)
    data[0], data[100] = 0x45, 0x60
    got = network_columns(data, np.array([0, 100]), Addresses())
    assert got.end.tolist() == [-1, -1]


def test_no_rows() -> None:
    got = network_columns(np.zeros(256, np.uint8), np.empty(0, np.int64), Addresses())
    assert len(got.source) == len(got.ttl) == 0
