"""Frames, beside what scapy makes of them."""

from __future__ import annotations

import numpy as np
import pytest
from scapy.layers.inet import IP, TCP
from scapy.layers.inet6 import IPv6
from scapy.layers.l2 import Dot1Q, Ether

from benchmarks.shapes import load_shape
from benchmarks.traffic.frames import Link, longest, to_frames
from benchmarks.traffic.packets import RST, Packets

SHAPE = load_shape("keep-alive")
LINKS = [Link(), Link(ipv6=True), Link(vlan=42), Link(ipv6=True, vlan=4000)]


def some_packets() -> Packets:
    """Some of every kind, with the RST of a connection that isn't there any more."""
    packets = Packets.joined(list(SHAPE.packets(20_000, seed=8)))
    return packets.take(np.union1d(np.arange(0, 20_000, 97), np.flatnonzero(packets.flags == RST)))


@pytest.mark.parametrize("link", LINKS, ids=str)
def test_scapy_reads_what_was_meant_and_would_make_the_same_bytes(link: Link) -> None:
    packets = some_packets()
    frames, length = to_frames(packets, 0, link, SHAPE.texts, longest(link, SHAPE.texts))
    for i, (frame, size) in enumerate(zip(frames, length.tolist(), strict=True)):
        raw = frame[:size].tobytes()
        packet = Ether(raw)
        assert (Dot1Q in packet) == (link.vlan is not None)
        assert packet[TCP].seq == packets.sequence[i]
        assert int(packet[TCP].flags) == packets.flags[i]
        text = SHAPE.texts.bytes_[packets.text[i]].tobytes()
        assert bytes(packet[TCP].payload) == (
            text[: SHAPE.texts.length[packets.text[i]]] if packets.text[i] >= 0 else b""
        )
        del packet[TCP].chksum
        if link.ipv6:
            del packet[IPv6].plen
        else:
            del packet[IP].chksum, packet[IP].len
        assert bytes(packet) == raw


def test_a_width_cuts_frames_and_changes_nothing_else() -> None:
    packets = some_packets()
    whole, length = to_frames(packets, 5, Link(), SHAPE.texts, longest(Link(), SHAPE.texts))
    for width in (20, 60, 68, 128):
        cut, still = to_frames(packets, 5, Link(), SHAPE.texts, width)
        assert np.array_equal(still, length)
        inside = np.arange(width) < length[:, None]
        assert np.array_equal(cut[inside], whole[:, :width][inside])
