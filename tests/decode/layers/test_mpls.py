"""MPLS label stacks over Ethernet, against scapy."""

from __future__ import annotations

import random

import pytest
from scapy.contrib.mpls import MPLS

from tests.decode.building import (
    RAW,
    assert_as_scapy,
    decode,
    ether,
    ip_packets,
)


@pytest.mark.parametrize("ethertype", [0x8847, 0x8848])
def test_stacks_of_labels(ethertype: int) -> None:
    rng = random.Random(4)
    frames = []
    for packet in ip_packets():
        frame = ether(type=ethertype)
        depth = rng.randrange(1, 5)
        for i in range(depth):
            frame /= MPLS(label=rng.randrange(16, 1 << 20), cos=3, s=int(i == depth - 1), ttl=9)
        frames.append(bytes(frame / packet))
    expected = assert_as_scapy(ip_packets(), RAW)
    got = decode(frames)
    assert list(got.rows()) == list(expected.rows())
    assert got.problems == ()
    if ethertype == 0x8847:
        assert_as_scapy(frames)


def test_a_pseudowire_with_a_control_word() -> None:
    expected = assert_as_scapy(ip_packets(), RAW)
    head = bytes(ether(type=0x8847) / MPLS(label=100, s=1)) + b"\x00\x00\x00\x07"
    got = decode([head + bytes(ether() / p) for p in ip_packets()])
    assert list(got.rows()) == list(expected.rows())


def test_a_capture_of_labels_alone() -> None:
    expected = assert_as_scapy(ip_packets(), RAW)
    got = decode([bytes(MPLS(label=100, s=1) / p) for p in ip_packets()], 219)
    assert list(got.rows()) == list(expected.rows())


def test_other_contents_are_no_problem() -> None:
    got = decode([bytes(ether(type=0x8847) / MPLS(label=100, s=1)) + b"\x10" * 60])
    assert len(got.segments) == 0
    assert got.problems == ()
