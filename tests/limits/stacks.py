"""Frames with more headers than anyone needs."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from benchmarks.traffic.frames import put
from tests.limits.frames import ACK, CLIENT, SERVER, SYN, Bytes, segments, write_pcap

LABELS = 300


def _tcp(size: int) -> Bytes:
    number = np.arange(size)
    return segments(size, (CLIENT, 1024 + number % 1000), (SERVER, 8080), ACK, number, 1)


def _stack(size: int, ethertype: int, layers: Bytes) -> Bytes:
    """Frames with the same bytes between Ethernet and IP."""
    frame = _tcp(size)
    head = frame[:, :14].copy()
    put(head, 12, ethertype, ">u2")
    return np.hstack([head, np.tile(layers, (size, 1)), frame[:, 14:]])


def vlans(path: Path, size: int) -> None:
    """`size` frames with 300 VLAN tags each."""
    tag = np.frombuffer(b"\x00\x01\x81\x00" * (LABELS - 1) + b"\x00\x01\x08\x00", np.uint8)
    write_pcap(path, _stack(size, 0x8100, tag))


def mpls(path: Path, size: int) -> None:
    """`size` frames with 300 MPLS labels each."""
    label = np.frombuffer(b"\x00\x01\x00\x40" * (LABELS - 1) + b"\x00\x01\x01\x40", np.uint8)
    write_pcap(path, _stack(size, 0x8847, label))


def extension_headers(path: Path, size: int) -> None:
    """`size` IPv6 packets of 300 destination options, each of eight bytes."""
    option = b"\x3c\x00\x01\x04\x00\x00\x00\x00"
    layers = option * (LABELS - 1) + b"\x06" + option[1:]
    head = b"\x60\x00\x00\x00" + (len(layers) + 20).to_bytes(2, "big") + b"\x3c\x40" + bytes(32)
    frame = _tcp(size)
    ethernet = frame[:, :14].copy()
    put(ethernet, 12, 0x86DD, ">u2")
    inside = np.tile(np.frombuffer(head + layers, np.uint8), (size, 1))
    write_pcap(path, np.hstack([ethernet, inside, frame[:, 34:]]))


def tunnels(path: Path, size: int) -> None:
    """`size` frames of IPv4 in IPv4, sixty deep."""
    frame = _tcp(size)
    inner = frame[:, 14:34].copy()
    inner[:, 9] = 4
    write_pcap(path, np.hstack([frame[:, :14], *[inner] * 60, frame[:, 14:]]))


def fragments(path: Path, size: int) -> None:
    """`size` first and later fragments by turns, none of which completes a packet."""
    number = np.arange(size)
    frame = segments(size, (CLIENT, 1024 + number % 60_000), (SERVER, 8080), SYN, number)
    put(frame, 18, number, ">u2")
    put(frame, 20, np.where(number % 2, 0x2000 | 3, 0x2000), ">u2")
    write_pcap(path, frame)
