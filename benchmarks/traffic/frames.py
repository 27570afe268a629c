"""From `Packets` to frames: Ethernet, a VLAN tag, IPv4 or IPv6, and TCP, with true checksums."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from benchmarks.traffic.checksums import add_words, fold
from benchmarks.traffic.packets import ACK, RST, SYN, Bytes, Ints, Packets
from benchmarks.traffic.texts import Texts

IPV4, IPV6, VLAN = 0x0800, 0x86DD, 0x8100
TCP = 6
TCP_BYTES = 32
"""A TCP header with time stamps. A SYN has `SYN_BYTES`, and a RST for no connection `RST_BYTES`."""
SYN_BYTES, RST_BYTES = 40, 20
SYN_OPTIONS = b"\x02\x04\x05\xb4\x04\x02\x08\x0a" + bytes(8) + b"\x01\x03\x03\x07"
OPTIONS = b"\x01\x01\x08\x0a" + bytes(8)
CLIENT_MAC, SERVER_MAC = b"\x02\0\0\0\0\x01", b"\x02\0\0\0\0\x02"
SYN_WINDOW, WINDOW = 64_240, 502  # the second is scaled by 2**7
PORTS, FIRST_PORT = 28_000, 32_768
SERVER_CLOCK_MS, CLIENT_CLOCK_MS = 1_234_567, 2_345_678


@dataclass(frozen=True, slots=True)
class Link:
    """What lies below TCP.

    Attributes:
        ipv6: IPv6 instead of IPv4.
        vlan: the VLAN's number, or None for frames without a tag.
        server_port: the port that the servers listen on.
        servers: how many servers there are.
        frames: whole frames without TCP, as rows of bytes, and the length of each.
    """

    ipv6: bool = False
    vlan: int | None = None
    server_port: int = 8080
    servers: int = 8
    frames: Bytes = field(default_factory=lambda: np.zeros((1, 0), np.uint8))
    frame_length: Ints = field(default_factory=lambda: np.zeros(1, np.int64))

    @property
    def ip_at(self) -> int:
        """Bytes before the IP header."""
        return 14 if self.vlan is None else 18

    @property
    def tcp_at(self) -> int:
        """Bytes before the TCP header."""
        return self.ip_at + (40 if self.ipv6 else 20)


def longest(link: Link, texts: Texts) -> int:
    """Bytes of the longest frame."""
    with_text = TCP_BYTES + texts.bytes_.shape[1]
    return int(max(link.tcp_at + max(SYN_BYTES, with_text), link.frames.shape[1]))


def to_frames(
    packets: Packets, first: int, link: Link, texts: Texts, width: int
) -> tuple[Bytes, Ints]:
    """Frames as rows, of which `width` bytes are of interest, and their whole lengths.

    Args:
        packets: the packets.
        first: how many packets came before them in the capture.
        link: what lies below TCP.
        texts: the payloads.
        width: columns of the result, of which a frame that is shorter leaves some undefined.
    """
    whole = max(width, link.tcp_at + SYN_BYTES)
    frame = np.zeros((len(packets), whole), np.uint8)
    syn, rst = packets.flags & SYN > 0, packets.flags & (RST | ACK) == RST
    header_bytes = np.select([syn, rst], [SYN_BYTES, RST_BYTES], TCP_BYTES)
    text = packets.text.astype(np.int64)
    text[packets.connection < 0] = -1
    tcp_bytes = header_bytes + np.where(text >= 0, texts.length[text], 0)
    _put_ethernet(frame, packets, link)
    _put_ip(frame, packets, link, tcp_bytes, np.arange(first, first + len(packets)))
    header = _tcp_header(packets, link, header_bytes)
    addresses = frame[:, link.ip_at + (8 if link.ipv6 else 12) : link.tcp_at]
    total = add_words(addresses) + TCP + tcp_bytes + add_words(header)
    put(header, 16, fold(total + np.where(text >= 0, texts.sum_[text], 0)), ">u2")
    frame[:, link.tcp_at : link.tcp_at + TCP_BYTES] = header[:, :TCP_BYTES]
    begin = link.tcp_at + TCP_BYTES
    room = min(whole - begin, texts.bytes_.shape[1])
    frame[:, begin : begin + room] = texts.bytes_[text, :room]
    frame[syn, begin : begin + 8] = header[syn, TCP_BYTES:]
    length = link.tcp_at + tcp_bytes
    _put_others(frame, length, packets, link)
    return frame[:, :width], length


def put(matrix: Bytes, at: int, values: npt.ArrayLike, dtype: str) -> None:
    """Put a number into each row, at byte `at`."""
    column = np.ascontiguousarray(np.broadcast_to(values, len(matrix)).astype(dtype))
    matrix[:, at : at + column.itemsize] = column.view(np.uint8).reshape(-1, column.itemsize)


def _put_ethernet(frame: Bytes, packets: Packets, link: Link) -> None:
    both = np.frombuffer(CLIENT_MAC + SERVER_MAC + SERVER_MAC + CLIENT_MAC, np.uint8)
    frame[:, :12] = both.reshape(2, 12)[packets.by_client.astype(np.intp)]
    if link.vlan is not None:
        put(frame, 12, VLAN, ">u2")
        put(frame, 14, link.vlan, ">u2")
    put(frame, link.ip_at - 2, IPV6 if link.ipv6 else IPV4, ">u2")


def _put_ip(frame: Bytes, packets: Packets, link: Link, inside: Ints, number: Ints) -> None:
    """IP headers between 10.1.x.y and 10.2.0.z, or 2001:db8:1::y and 2001:db8:2::z."""
    header = frame[:, link.ip_at : link.tcp_at]
    connection = packets.connection.astype(np.int64)
    near, far = 1 + connection // PORTS * 7 + connection % 5, 1 + connection % link.servers
    source, target = (np.where(packets.by_client, *ends) for ends in ((near, far), (far, near)))
    by_client = packets.by_client
    if link.ipv6:
        header[:, 0] = 0x60
        put(header, 4, inside, ">u2")
        header[:, 6:8] = TCP, 64
        for at, host, first in ((8, source, by_client), (24, target, ~by_client)):
            put(header, at, np.where(first, 0x20010DB800010000, 0x20010DB800020000), ">u8")
            put(header, at + 8, host, ">u8")
        return
    header[:, 0] = 0x45
    put(header, 2, 20 + inside, ">u2")
    put(header, 4, np.where(packets.flags == RST, 0, number & 0xFFFF), ">u2")
    header[:, 6], header[:, 8], header[:, 9] = 0x40, 64, TCP
    for at, host, first in ((12, source, by_client), (16, target, ~by_client)):
        put(header, at, np.where(first, 0x0A010000, 0x0A020000) + host, ">u4")
    put(header, 10, fold(add_words(header)), ">u2")


def _tcp_header(packets: Packets, link: Link, header_bytes: Ints) -> Bytes:
    """TCP headers with 0 for a checksum, and zeros beyond the end of the short ones."""
    header = np.zeros((len(packets), SYN_BYTES), np.uint8)
    by_client = packets.by_client
    port = FIRST_PORT + packets.connection.astype(np.int64) % PORTS
    put(header, 0, np.where(by_client, port, link.server_port), ">u2")
    put(header, 2, np.where(by_client, link.server_port, port), ">u2")
    put(header, 4, packets.sequence, ">u4")
    put(header, 8, packets.acknowledgment, ">u4")
    header[:, 12] = header_bytes // 4 << 4
    header[:, 13] = packets.flags
    syn, rst = header_bytes == SYN_BYTES, header_bytes == RST_BYTES
    put(header, 14, np.select([syn, rst], [SYN_WINDOW, 0], WINDOW), ">u2")
    clocks = np.array([SERVER_CLOCK_MS, CLIENT_CLOCK_MS])[by_client.astype(np.intp)]
    others = SERVER_CLOCK_MS + CLIENT_CLOCK_MS - clocks
    sent = (packets.time_us // 1000 + clocks) & 0xFFFFFFFF
    heard = (packets.heard_us // 1000 + others) & 0xFFFFFFFF
    heard[packets.flags == SYN] = 0
    for rows, options, at in ((~syn & ~rst, OPTIONS, 24), (syn, SYN_OPTIONS, 28)):
        block = header[rows]
        block[:, 20 : 20 + len(options)] = np.frombuffer(options, np.uint8)
        put(block, at, sent[rows], ">u4")
        put(block, at + 4, heard[rows], ">u4")
        header[rows] = block
    return header


def _put_others(frame: Bytes, length: Ints, packets: Packets, link: Link) -> None:
    """Put the frames without TCP in place of what was made in their rows."""
    rows = np.flatnonzero(packets.connection < 0)
    number = packets.text[rows].astype(np.int64)
    room = min(frame.shape[1], link.frames.shape[1])
    frame[rows, :room] = link.frames[number, :room]
    length[rows] = link.frame_length[number]
