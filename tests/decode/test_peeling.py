"""Running the shelf of layers: mixed blocks, bounds, and tunnels without an end."""

from __future__ import annotations

import random

import numpy as np
import pytest
from scapy.contrib.mpls import MPLS
from scapy.layers.inet import IP, TCP, UDP
from scapy.layers.l2 import ARP, GRE, CookedLinux, Dot1Q
from scapy.layers.vxlan import VXLAN
from scapy.packet import Packet

from netdiag.decode import Addresses, Decoder
from netdiag.decode.layers import Protocol
from netdiag.decode.peeling import begin, peel
from netdiag.problems import ProblemLog
from tests.decode.building import (
    RAW,
    Decoded,
    assert_as_scapy,
    by_scapy,
    decode,
    decoded,
    ether,
    ip,
    ip_packets,
    keep_all,
    records,
    tcp,
)


def wrapped(rng: random.Random, packet: Packet) -> Packet:
    """An IP packet in a random tunnel."""
    return rng.choice(
        [
            lambda: ip(rng) / packet,
            lambda: ip(rng) / GRE(key_present=rng.randrange(2)) / packet,
            lambda: ip(rng) / GRE(proto=0x6558) / linked(rng, packet),
            lambda: ip(rng) / UDP(dport=4789) / VXLAN(vni=1) / linked(rng, packet),
        ]
    )()


def linked(rng: random.Random, packet: Packet) -> Packet:
    """A packet behind Ethernet and what can follow it."""
    number = 0x86DD if packet.name == "IPv6" else 0x0800
    return rng.choice(
        [
            lambda: ether() / packet,
            lambda: ether() / Dot1Q() / packet,
            lambda: ether() / Dot1Q() / Dot1Q(type=number) / packet,
            lambda: ether(type=0x8847) / MPLS(s=0) / MPLS(s=1) / packet,
        ]
    )()


def test_tunnels_in_tunnels() -> None:
    rng = random.Random(1)
    packets = []
    for _ in range(120):
        packet = ip(rng) / tcp(rng)
        for _ in range(rng.randrange(4)):
            packet = wrapped(rng, packet)
        packets.append(bytes(linked(rng, packet)))
    rng.shuffle(packets)
    assert_as_scapy(packets)


def test_link_types_mixed_in_one_block() -> None:
    rng = random.Random(2)
    frames, link_types, expected = [], [], []
    for i in range(40):
        packet = ip(rng) / tcp(rng)
        number = 0x86DD if packet.name == "IPv6" else 0x0800
        link_type, frame = rng.choice(
            [(1, ether() / packet), (101, packet), (113, CookedLinux(proto=number) / packet)]
        )
        frames.append(bytes(frame))
        link_types.append(link_type)
        expected.append(by_scapy(frames[-1], link_type, i + 1))
    got = decode(frames, link_types)
    assert list(got.rows()) == expected


def test_a_snap_length_in_a_mixture_changes_only_what_is_remembered() -> None:
    rng = random.Random(5)
    frames, link_types = [], []
    for _ in range(150):
        packet = ip(rng) / tcp(rng)
        link_type, frame = rng.choice(
            [(1, linked(rng, packet)), (1, linked(rng, wrapped(rng, packet))), (101, packet)]
        )
        frames.append(bytes(frame))
        link_types.append(link_type)
    whole = {row["frame"]: row for row in decode(frames, link_types).rows()}
    assert len(whole) == 150
    for snap_length in (68, 96, 128, 200):
        block = records([f[:snap_length] for f in frames], link_types, [len(f) for f in frames])
        before = block.rows.start.tolist()
        addresses = Addresses()
        marked = decoded(Decoder(addresses, keep_all), 0, block, ProblemLog())
        assert block.rows.start.tolist() == before
        got = list(Decoded(marked.segments, addresses, marked.samples).rows())
        assert len(got) > 50
        for row in got:
            mine, theirs = row.pop("payload"), dict(whole[row["frame"]])
            payload = theirs.pop("payload")
            assert row == theirs
            cut_off = max(len(frames[row["frame"] - 1]) - snap_length, 0)
            assert mine == payload[: max(len(payload) - cut_off, 0)]


def test_the_innermost_ip_header_is_kept() -> None:
    frames = [
        bytes(ether() / IP() / IP() / TCP()),
        bytes(ether() / ARP()),
        bytes(ether() / IP() / TCP()),
    ]
    block = records(frames)
    peeling = begin(block)
    peel(block.data, peeling)
    start = block.rows.start
    assert peeling.ip.tolist() == [start[0] + 34, -1, start[2] + 14]
    assert peeling.offset[[0, 2]].tolist() == [start[0] + 54, start[2] + 34]
    assert peeling.protocol.tolist() == [Protocol.TCP, Protocol.OTHER, Protocol.TCP]


def test_cut_at_every_byte() -> None:
    """A frame is used as soon as its 20 bytes of TCP are there, and counted until then."""
    rng = random.Random(3)
    for _ in range(12):
        packet = ip(rng) / tcp(rng)
        frame = bytes(linked(rng, wrapped(rng, packet)))
        inner = bytes(packet)
        at_tcp = frame.rindex(inner) + (40 if packet.name == "IPv6" else 20)
        for size in range(len(frame)):
            got = decode([frame[:size]], originals=[len(frame)])
            if size >= at_tcp + 20:
                (row,) = got.rows()
                assert row["sequence"] == packet["TCP"].seq
                assert row["length"] == len(packet["TCP"].payload)
                header_end = at_tcp + row["header_length"]
                assert row["payload"] == frame[header_end:size]
                assert got.problems == ()
            else:
                assert len(got.segments) == 0
                assert got.codes == ["headers-cut"]


def test_a_packet_shorter_than_its_headers_is_not_blamed_on_the_snap_length() -> None:
    frame = bytes(ether() / IP(len=30) / TCP())[:44]
    assert decode([frame]).codes == ["malformed-frame"]


@pytest.mark.parametrize("depth", [30, 200])
def test_tunnels_without_an_end(depth: int) -> None:
    good = bytes(ether() / IP() / TCP())
    header = bytes(IP(proto=4, len=20))
    deep = bytes(ether(type=0x0800)) + header * depth + bytes(IP() / TCP())
    got = decode([good, deep, good])
    assert got.segments.frame.tolist() == [1, 3]
    (problem,) = got.problems
    assert (problem.code, problem.frame, problem.count) == ("deep-tunnel", 2, 1)


def test_random_bytes_are_no_crash() -> None:
    rng = random.Random(4)
    heads = [bytes(linked(rng, wrapped(rng, p))) for p in ip_packets()]
    frames = []
    for _ in range(2000):
        frame = bytearray(rng.choice(heads)[: rng.randrange(200)])
        for _ in range(rng.randrange(4)):
            if frame:
                frame[rng.randrange(len(frame))] = rng.randrange(256)
        frames.append(bytes(frame))
    for link_type in (1, RAW, 0, 9, 50, 51, 104, 108, 113, 219, 228, 229, 276):
        got = decode(frames, link_type)
        assert (got.segments.header_length >= 20).all()


def test_no_packets() -> None:
    block = records([])
    peeling = begin(block)
    peel(block.data, peeling)
    assert len(peeling.protocol) == 0
    assert peeling.protocol.dtype == np.uint8
