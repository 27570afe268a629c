"""Packets made by scapy, decoded by the columns and dissected by scapy, to compare."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
from scapy.config import conf
from scapy.contrib import geneve as _geneve  # noqa: F401  # binds itself to UDP
from scapy.contrib import mpls as _mpls  # noqa: F401  # binds itself to Ethernet
from scapy.layers import all as _all  # noqa: F401  # registers the link types
from scapy.layers.inet import IP, TCP
from scapy.layers.inet6 import (
    IPv6,
    IPv6ExtHdrDestOpt,
    IPv6ExtHdrFragment,
    IPv6ExtHdrHopByHop,
    IPv6ExtHdrRouting,
)
from scapy.layers.ipsec import AH
from scapy.layers.l2 import Dot3, Ether
from scapy.packet import Packet, Raw

from netdiag.capture.records import PADDING_BYTES, RecordColumns, Records
from netdiag.decode import Addresses, Decoder, Marks, Payloads, Samples, Segments
from netdiag.decode.decoder import Marked
from netdiag.problems import Problem, ProblemLog

START_NS = 1_700_000_000_000_000_000
ETHERNET, RAW = 1, 101


def keep_all(payloads: Payloads) -> Marks:
    """A marker that remembers every payload and says nothing of it."""
    count = len(payloads.start)
    nothing = np.zeros(count, np.uint32)
    return Marks(np.zeros(count, np.uint8), nothing, nothing, payloads.captured)


@dataclass
class Decoded:
    """What the decoder made of some packets."""

    segments: Segments
    addresses: Addresses = field(default_factory=Addresses)
    samples: Samples = field(default_factory=Samples)
    problems: tuple[Problem, ...] = ()

    @property
    def codes(self) -> list[str]:
        return [problem.code for problem in self.problems]

    def rows(self) -> Iterator[dict[str, Any]]:
        """Each segment as scapy would say it."""
        s = self.segments
        for i in range(len(s)):
            yield {
                "frame": int(s.frame[i]),
                "source": self.addresses.text(int(s.source[i])),
                "destination": self.addresses.text(int(s.destination[i])),
                "sequence": int(s.sequence[i]),
                "acknowledgment": int(s.acknowledgment[i]),
                "flags": int(s.flags[i]),
                "window": int(s.window[i]),
                "length": int(s.length[i]),
                "header_length": int(s.header_length[i]),
                "ttl": int(s.ttl[i]),
                "ip_id": int(s.ip_id[i]),
                "payload": self.samples.text(int(s.sample[i])),
            }


def records(
    packets: Sequence[bytes],
    link_type: int | Sequence[int] = ETHERNET,
    originals: Sequence[int] | None = None,
) -> Records:
    """A block of packets with other bytes between them, so that reading beyond one shows."""
    gap = b"\x45\xff\x08\x00\x06" * 5
    data, starts = gap, []
    for packet in packets:
        starts.append(len(data))
        data += packet + gap
    captured = np.array([len(p) for p in packets], np.int64)
    rows = RecordColumns(
        frame=np.arange(1, len(packets) + 1),
        time_ns=START_NS + np.arange(len(packets)) * 1_000_000,
        start=np.array(starts, np.int64),
        captured=captured,
        original=captured if originals is None else np.array(originals, np.int64),
        link_type=np.broadcast_to(np.array(link_type, np.int32), len(packets)),
        interface=np.zeros(len(packets), np.int32),
    )
    return Records(np.frombuffer(data + bytes(PADDING_BYTES), np.uint8), rows)


def decoded(decoder: Decoder, capture: int, block: Records, problems: ProblemLog) -> Marked:
    """The segments of a block: both steps of the decoder."""
    return decoder.mark(decoder.read(capture, block, problems))


def decode(
    packets: Sequence[bytes],
    link_type: int | Sequence[int] = ETHERNET,
    originals: Sequence[int] | None = None,
) -> Decoded:
    """Decode packets in one block."""
    addresses, problems = Addresses(), ProblemLog()
    decoder = Decoder(addresses, keep_all)
    marked = decoded(decoder, 0, records(packets, link_type, originals), problems)
    return Decoded(marked.segments, addresses, marked.samples, problems.entries())


def _layers(packet: Packet) -> Iterator[Packet]:
    layer = packet
    while layer:
        yield layer
        layer = layer.payload


def _extension_bytes(layer: Packet) -> int:
    if isinstance(layer, IPv6ExtHdrFragment):
        return 8
    if isinstance(layer, AH):
        return int((layer.payloadlen + 2) * 4)
    if isinstance(layer, (IPv6ExtHdrHopByHop, IPv6ExtHdrDestOpt, IPv6ExtHdrRouting)):
        return int((layer.len + 1) * 8)
    return 0


def by_scapy(
    raw: bytes, link_type: int = ETHERNET, frame: int = 1, original: int | None = None
) -> dict[str, Any] | None:
    """What scapy says of a packet's innermost TCP header; None without one."""
    ip, tcp, extensions = None, None, 0
    for layer in _layers(conf.l2types.num2layer[link_type](raw)):
        if isinstance(layer, (IP, IPv6)):
            ip, extensions = layer, 0
        elif isinstance(layer, TCP):
            tcp = layer
            break
        extensions += _extension_bytes(layer)
    if ip is None or tcp is None or len(tcp.original) < 20:
        return None
    inside = ip.len - ip.ihl * 4 if isinstance(ip, IP) else ip.plen
    if (ip.len if isinstance(ip, IP) else ip.plen) == 0:  # segmentation offload
        cut_off = 0 if original is None else original - len(raw)
        inside = len(tcp.original) + extensions + cut_off
    source, destination = (
        (f"[{ip.src}]", f"[{ip.dst}]") if isinstance(ip, IPv6) else (ip.src, ip.dst)
    )
    return {
        "frame": frame,
        "source": f"{source}:{tcp.sport}",
        "destination": f"{destination}:{tcp.dport}",
        "sequence": tcp.seq,
        "acknowledgment": tcp.ack,
        "flags": int(tcp.flags) & 0xFF,
        "window": tcp.window,
        "length": inside - extensions - tcp.dataofs * 4,
        "header_length": tcp.dataofs * 4,
        "ttl": ip.ttl if isinstance(ip, IP) else ip.hlim,
        "ip_id": ip.id if isinstance(ip, IP) else 0,
        "payload": bytes(tcp.original)[tcp.dataofs * 4 :],
    }


def assert_as_scapy(packets: Sequence[Packet | bytes], link_type: int = ETHERNET) -> Decoded:
    """Decode packets that all have a TCP header, and compare each field with scapy's."""
    raw = [bytes(packet) for packet in packets]
    expected = [by_scapy(data, link_type, i + 1) for i, data in enumerate(raw)]
    assert None not in expected, "scapy finds no TCP header in a packet that was meant to have one"
    got = decode(raw, link_type)
    assert list(got.rows()) == expected
    assert got.problems == ()
    return got


def ether(**fields: Any) -> Packet:
    """An Ethernet header; with its addresses given, scapy asks no network for them."""
    return Ether(src="02:00:00:00:00:01", dst="02:00:00:00:00:02", **fields)


def dot3() -> Packet:
    """An Ethernet header with a length instead of a type."""
    return Dot3(src="02:00:00:00:00:01", dst="02:00:00:00:00:02")


TCP_OPTIONS = [
    [],
    [],
    [("MSS", 1460), ("SAckOK", b""), ("Timestamp", (123, 0)), ("NOP", None), ("WScale", 7)],
    [("NOP", None), ("NOP", None), ("Timestamp", (123, 456))],
    [("NOP", None), ("NOP", None), ("SAck", (10, 20, 30, 40))],
    [("MSS", 536)],
]


def tcp(rng: random.Random) -> Packet:
    """A TCP segment with random fields, options and payload."""
    segment = TCP(
        sport=rng.randrange(1, 1 << 16),
        # scapy would take some ports for protocols of its own, which changes nothing but speed.
        dport=rng.randrange(40000, 60000),
        seq=rng.randrange(1 << 32),
        ack=rng.randrange(1 << 32),
        flags=rng.randrange(256),
        window=rng.randrange(1 << 16),
        options=rng.choice(TCP_OPTIONS),
    )
    size = rng.choice([0, 0, 1, 5, 100, rng.randrange(1400)])
    return segment / Raw(rng.randbytes(size)) if size else segment


def ipv4(rng: random.Random, **fields: Any) -> Packet:
    """An IPv4 header with random fields."""
    return IP(
        src=".".join(str(rng.randrange(256)) for _ in range(4)),
        dst=".".join(str(rng.randrange(256)) for _ in range(4)),
        ttl=rng.randrange(1, 256),
        id=rng.randrange(1 << 16),
        tos=rng.randrange(256),
        flags=rng.choice(["", "DF"]),
        **fields,
    )


def ipv6(rng: random.Random, **fields: Any) -> Packet:
    """An IPv6 header with random fields; few addresses, so that some come again."""
    return IPv6(
        src=f"2001:db8::{rng.randrange(4):x}",
        dst=f"fe80::{rng.randrange(1 << 16):x}:1",
        hlim=rng.randrange(256),
        tc=rng.randrange(256),
        fl=rng.randrange(1 << 20),
        **fields,
    )


def ip(rng: random.Random) -> Packet:
    """An IP header of either version."""
    return rng.choice([ipv4, ipv6])(rng)


@cache
def ip_packets(seed: int = 1, count: int = 25) -> tuple[Packet, ...]:
    """TCP packets over IPv4 and IPv6."""
    rng = random.Random(seed)
    return tuple(ip(rng) / tcp(rng) for _ in range(count))
