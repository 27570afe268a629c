"""The columns of IP and TCP headers, of both IP versions mixed in any order."""

from __future__ import annotations

import random

import numpy as np

from netdiag.decode.addresses import Addresses, port
from netdiag.decode.headers import (
    IPV4_HEADER,
    IPV6_HEADER,
    TCP_HEADER,
    add_ipv6_addresses,
    read_headers,
)
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
        behind = np.array([len(p) - len(p["TCP"]) for p in packets])
        got = read_headers(data, starts, starts + behind)
        add_ipv6_addresses(data, starts, got.source, got.destination, addresses)
        assert [addresses.host(int(e)) for e in got.source] == [p.src for p in packets]
        assert [addresses.host(int(e)) for e in got.destination] == [p.dst for p in packets]
        assert [port(e) for e in got.source.tolist()] == [p["TCP"].sport for p in packets]
        assert [port(e) for e in got.destination.tolist()] == [p["TCP"].dport for p in packets]
        assert got.sequence.tolist() == [p["TCP"].seq for p in packets]
        assert got.acknowledgment.tolist() == [p["TCP"].ack for p in packets]
        assert got.flags.tolist() == [int(p["TCP"].flags) & 0xFF for p in packets]
        assert got.window.tolist() == [p["TCP"].window for p in packets]
        assert got.header_length.tolist() == [
            b[n + 12] // 16 * 4 for b, n in zip(raw, behind, strict=True)
        ]
        assert got.end.tolist() == [int(s) + len(r) for s, r in zip(starts, raw, strict=True)]
        assert got.ttl.tolist() == [
            p.ttl if v == 4 else p.hlim for p, v in zip(packets, versions, strict=True)
        ]
        assert got.ip_id.tolist() == [
            p.id if v == 4 else 0 for p, v in zip(packets, versions, strict=True)
        ]


def test_a_length_of_zero_says_no_end() -> None:
    data = np.zeros(400, np.uint8)
    data[0], data[100] = 0x45, 0x60
    got = read_headers(data, np.array([0, 100]), np.array([20, 140]))
    assert got.end.tolist() == [-1, -1]


def test_no_rows() -> None:
    nothing = np.empty(0, np.int64)
    got = read_headers(np.zeros(256, np.uint8), nothing, nothing)
    assert len(got.source) == len(got.ttl) == 0
