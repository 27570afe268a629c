"""Frames without TCP, as any network has them: DNS, QUIC, ARP and ICMP echoes."""

from __future__ import annotations

import random
import struct

from benchmarks.traffic.checksums import add_words, fold
from benchmarks.traffic.texts import lay_out

ARP, IPV4 = 0x0806, 0x0800
ICMP, UDP = 1, 17
DNS_PORT, QUIC_PORT = 53, 443
NEAR_MAC, FAR_MAC = b"\x02\0\0\0\0\x03", b"\x02\0\0\0\0\x04"
EACH = 24


def frames() -> list[bytes]:
    """`EACH` questions and answers of every kind; always the same ones."""
    rng = random.Random(53)
    found = []
    for number in range(EACH):
        near, far = f"10.1.0.{number % 5 + 1}", "10.2.0.53"
        port = rng.randrange(40_000, 60_000)
        question, answer = _dns(rng.randrange(1 << 16), f"host{number}.shop.example")
        echo = struct.pack(">2H", number, 1) + rng.randbytes(48)
        found += [
            _udp(near, far, port, DNS_PORT, question),
            _udp(far, near, DNS_PORT, port, answer),
            _udp(near, "10.2.0.90", port, QUIC_PORT, _quic(rng, 40)),
            _udp("10.2.0.90", near, QUIC_PORT, port, _quic(rng, 1200)),
            _arp(1, near, "10.1.0.254"),
            _arp(2, "10.1.0.254", near),
            _ipv4(near, far, ICMP, _with_checksum(b"\x08\0\0\0" + echo, 2)),
            _ipv4(far, near, ICMP, _with_checksum(b"\0\0\0\0" + echo, 2)),
        ]
    return found


def _dns(number: int, name: str) -> tuple[bytes, bytes]:
    """A question for an address and its answer (RFC 1035, section 4)."""
    labels = b"".join(bytes([len(label)]) + label.encode() for label in name.split(".")) + b"\0"
    question = labels + struct.pack(">2H", 1, 1)
    record = struct.pack(">3HIH", 0xC00C, 1, 1, 300, 4) + _address("10.2.0.1")
    return (
        struct.pack(">6H", number, 0x0100, 1, 0, 0, 0) + question,
        struct.pack(">6H", number, 0x8180, 1, 1, 0, 0) + question + record,
    )


def _quic(rng: random.Random, length: int) -> bytes:
    """A packet with a short header (RFC 9000, section 17.3); the rest is encrypted."""
    return b"\x45" + rng.randbytes(length - 1)


def _arp(operation: int, sender: str, target: str) -> bytes:
    body = struct.pack(">2H2BH", 1, IPV4, 6, 4, operation)
    return _ethernet(ARP, body + NEAR_MAC + _address(sender) + bytes(6) + _address(target))


def _udp(source: str, target: str, source_port: int, target_port: int, body: bytes) -> bytes:
    length = 8 + len(body)
    pseudo = _address(source) + _address(target) + struct.pack(">2H", UDP, length)
    header = struct.pack(">4H", source_port, target_port, length, 0)
    whole = _with_checksum(pseudo + header + body, len(pseudo) + 6)
    return _ipv4(source, target, UDP, whole[len(pseudo) :])


def _ipv4(source: str, target: str, protocol: int, body: bytes) -> bytes:
    begin = struct.pack(">BxHHHBBH", 0x45, 20 + len(body), 1, 0x4000, 64, protocol, 0)
    header = begin + _address(source) + _address(target)
    return _ethernet(IPV4, _with_checksum(header, 10) + body)


def _ethernet(kind: int, body: bytes) -> bytes:
    return FAR_MAC + NEAR_MAC + struct.pack(">H", kind) + body


def _address(text: str) -> bytes:
    return bytes(map(int, text.split(".")))


def _with_checksum(data: bytes, at: int) -> bytes:
    """Data with the checksum of all of it at byte `at`, where zeros were."""
    checksum = int(fold(add_words(lay_out([data])))[0])
    return data[:at] + struct.pack(">H", checksum) + data[at + 2 :]
