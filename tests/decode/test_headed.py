"""The columns of headers, of frames that were peeled down to TCP."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from scapy.layers.inet import IP, TCP
from scapy.layers.inet6 import IPv6

from netdiag.capture.records import Records
from netdiag.decode.addresses import Addresses
from netdiag.decode.headed import Headed, read_segments, read_segments_in_steps
from netdiag.decode.layers import Protocol
from netdiag.decode.peeling import Peeling, begin, peel
from tests.decode.building import ether, ipv4, records, tcp

Reader = Callable[[int, Records, Peeling, Addresses], Headed]
both = pytest.mark.parametrize("read", [read_segments, read_segments_in_steps])


def peeled(frames: list[bytes], originals: list[int] | None = None) -> tuple[Records, Peeling]:
    block = records(frames, originals=originals)
    peeling = begin(block)
    peel(block.data, peeling)
    return block, peeling


@both
def test_frames_that_are_no_tcp_are_left_out(read: Reader) -> None:
    good, bad = (bytes(ether() / IP() / TCP(dataofs=n) / b"12345") for n in (5, 4))
    block, peeling = peeled([bytes(60), good, bad, good])
    got = read(2, block, peeling, Addresses())
    assert peeling.protocol.tolist() == [
        *(Protocol.OTHER, Protocol.TCP, Protocol.BAD_TCP, Protocol.TCP)
    ]
    assert got.segments.frame.tolist() == [2, 4]
    assert got.segments.capture.tolist() == [2, 2]
    assert got.segments.length.tolist() == [5, 5]
    assert len(got.segments.mark) == 0


@both
def test_only_captured_payload_is_shown(read: Reader) -> None:
    whole = bytes(ether() / IP() / TCP() / b"0123456789")
    frames = [whole[:54], whole[:58], bytes(ether() / IP() / TCP()), whole]
    got = read(0, *peeled(frames, [64, 64, 54, 64]), Addresses())
    assert got.segments.length.tolist() == [10, 10, 0, 10]
    assert got.rows.tolist() == [1, 3]
    assert got.payloads.captured.tolist() == [4, 10]
    assert got.payloads.length.tolist() == [10, 10]
    shown = [bytes(got.payloads.data[at : at + 4]) for at in got.payloads.start.tolist()]
    assert shown == [b"0123", b"0123"]


@both
def test_a_segment_that_contradicts_itself_has_no_address(read: Reader) -> None:
    hosts = ["2001:db8::1", "2001:db8::2", "2001:db8::3"]
    frames = [
        bytes(ether() / IPv6(src=host, dst=host) / TCP(dataofs=n))
        for host, n in zip(hosts, (5, 4, 5), strict=True)
    ]
    addresses = Addresses()
    got = read(0, *peeled(frames), addresses)
    assert [addresses.host(end) for end in got.segments.source.tolist()] == [hosts[0], hosts[2]]
    assert len(addresses) == 2


@both
def test_rows_that_lie_apart_are_read(read: Reader) -> None:
    rng = random.Random(1)
    block, _ = peeled([bytes(ether() / ipv4(rng) / tcp(rng)) for _ in range(6)])
    apart = Records(block.data, block.rows.take(slice(0, 6, 2)))
    peeling = begin(apart)
    peel(apart.data, peeling)
    assert read(0, apart, peeling, Addresses()).segments.frame.tolist() == [1, 3, 5]
